/**
 * Layers that only together become more than their archive may: the verdict is the same whatever thread took which of
 * them first, and in whatever order they lie in the archive.
 */

import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { scan } from '../../src/scan/scan.js';
import {
  compress,
  image,
  type LayerSpec,
  layer,
  ociLayout,
  ociManifest,
  rawTar,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { sweep } from '../helpers/sweep.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const mebibyte = 1024 ** 2;
// So many bytes that two threads are worth their start, each layer of another size.
const layers = [9, 10, 11, 12, 13].map((size, i) =>
  layer({ files: [{ path: `f${i}`, content: Buffer.alloc(size * mebibyte, i) }] }),
);
const allBytes = layers.reduce((sum, { tar }) => sum + tar.length, 0);
const orders = {
  'the smallest first': layers,
  'the largest first': layers.toReversed(),
  mixed: [...layers.slice(2), ...layers.slice(0, 2)],
};
const { at } = temporaryFolder();

/** Compressed, and not smaller for it: the bytes of a layer are work for a thread. */
const stored = (spec: LayerSpec) => compress(spec, 'gzip', { level: 0 });

const fileOf = (order: string): string => at(`${order}.tar`);
const few = (): string => at('few.tar');

beforeAll(() => {
  const write = (path: string, specs: readonly LayerSpec[]): void => {
    const manifest = withoutPlatform(ociManifest(image({ layers: specs }), { compression: stored }));
    writeFileSync(path, rawTar(ociLayout([manifest])));
  };
  for (const [order, specs] of Object.entries(orders)) write(fileOf(order), specs);
  write(few(), layers.slice(0, 2));
});

const scanWith = async (paths: readonly string[], archiveExpansionBytes: number, workers: number) =>
  (await scan(paths, { workers, limits: { archiveExpansionBytes } })).archives;

describe.each(sweep(Object.keys(orders), 2))('an archive whose layers together become too much, %s', (order) => {
  it.each([0, 1, 2])('has all its layers refused by name, and no other archive has: %d workers', async (workers) => {
    const [large, small] = await scanWith([fileOf(order), few()], allBytes - 1, workers);
    expect(large?.findings.map(({ code }) => code)).toEqual(layers.map(() => 'limit-exceeded'));
    expect(new Set(large?.findings.map(({ message }) => message)).size).toBe(1);
    expect(large?.findings[0]?.message).toContain('archiveExpansionBytes');
    expect(large?.entries.filter(({ role }) => role === 'layer')).toMatchObject(
      layers.map(() => ({ intact: false, diffId: null, uncompressedBytes: null })),
    );
    expect([small?.status, small?.findings]).toEqual(['ok', []]);
  });

  it.each(sweep([0, 2, 1], 1))('is ok where the limit is what they become: %d workers', async (workers) => {
    const [record] = await scanWith([fileOf(order)], allBytes, workers);
    expect([record?.status, record?.findings]).toEqual(['ok', []]);
  });
});

it('the record of such an archive is the same to the byte for any number of workers', async () => {
  const [first = ''] = Object.keys(orders);
  const texts = [0, 1, 2, 3].map(async (workers) =>
    JSON.stringify(await scanWith([fileOf(first), few()], allBytes - 1, workers)),
  );
  expect(new Set(await Promise.all(texts)).size).toBe(1);
});
