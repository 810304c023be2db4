/** What a verification reads and visits grows at most with the bytes, entries and images that it is given: by counting. */

import { writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { growthExponent, rounded } from '../../bench/statistics.js';
import { TarCursor } from '../../src/archive/tar/tar-cursor.js';
import { scan } from '../../src/scan/scan.js';
import {
  dockerSave,
  type ImageSpec,
  image,
  layerFromTar,
  randomLayer,
  rawTar,
  seededRandom,
  tarOfFiles,
  writeArchives,
} from '../helpers/archive-builder.js';
import { changedFs } from '../helpers/changed-fs.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const reads = { bytes: 0 };

changedFs((real) => ({
  readSync: (...args: Parameters<typeof real.readSync>) => {
    const n = real.readSync(...args);
    reads.bytes += n;
    return n;
  },
}));

const { at } = temporaryFolder();
const accept = vi.spyOn(TarCursor.prototype, 'accept');
const sizes = [32, 64, 128, 256] as const;
const rng = seededRandom(97);

const save = (images: readonly ImageSpec[]): Buffer => rawTar(dockerSave(images, { variant: 'podman' }));
const oneLayer = (tar: Buffer): ImageSpec => image({ layers: [layerFromTar(tar)], tags: ['app:1'] });
const images = (count: number): ImageSpec[] =>
  Array.from({ length: count }, (_, i) =>
    image({ layers: [randomLayer(rng, { sizeBytes: 2000, entries: 2 })], tags: [`docker.io/library/app:${i}`] }),
  );

/** What grows, and what writes an input of each size. */
const families: Readonly<Record<string, (path: string, size: number) => void>> = {
  'bytes of a layer': (path, size) => writeFileSync(path, save([oneLayer(tarOfFiles(2, size * 8192))])),
  'entries of a layer': (path, size) => writeFileSync(path, save([oneLayer(tarOfFiles(size * 8, 512))])),
  'entries of an archive': (path, size) => {
    const others = tarOfFiles(size * 8, 512).subarray(0, size * 8 * 1024);
    writeFileSync(path, Buffer.concat([others, save([oneLayer(tarOfFiles(1, 512))])]));
  },
  'images of an archive': (path, size) => writeFileSync(path, save(images(size))),
  // So many that each set is done in the same way.
  archives: (path, size) => writeArchives(path, 2 * size),
};

interface Work {
  readonly size: number;
  readonly bytesRead: number;
  readonly entriesVisited: number;
}

async function workOf(path: string, size: number, verify: boolean): Promise<Work> {
  reads.bytes = 0;
  accept.mockClear();
  const { archives } = await scan([path], { workers: 0, verify });
  expect(new Set(archives.map(({ status }) => status))).toEqual(new Set([verify ? 'ok' : 'unverified']));
  return { size, bytesRead: reads.bytes, entriesVisited: accept.mock.calls.length };
}

/** Of what each doubling adds: what is the same for all sizes would flatten the line. 0 where nothing is ever added. */
function exponentOf(works: readonly Work[], figure: 'bytesRead' | 'entriesVisited'): number {
  const added = works.slice(1).map((work, i) => [work.size, work[figure] - (works[i]?.[figure] ?? 0)] as const);
  return added.every(([, more]) => more === 0) ? 0 : rounded(growthExponent(added));
}

async function exponentsOf(name: string, verify: boolean, write: (path: string, size: number) => void) {
  const works: Work[] = [];
  for (const size of sizes) {
    write(at(`${name}-${size}.tar`), size);
    works.push(await workOf(at(`${name}-${size}.tar`), size, verify));
  }
  return { bytesRead: exponentOf(works, 'bytesRead'), entriesVisited: exponentOf(works, 'entriesVisited') };
}

const cases = Object.entries(families);

describe('what a verification reads and visits', () => {
  it.each(cases)('grows at most with the %s', async (name, write) => {
    const { bytesRead, entriesVisited } = await exponentsOf(name, true, write);
    expect(bytesRead).toBeLessThanOrEqual(1);
    expect(entriesVisited).toBeLessThanOrEqual(1);
  });
});

describe('what a look without bodies reads and visits', () => {
  it.each(cases)('grows at most with the %s', async (name, write) => {
    const { bytesRead, entriesVisited } = await exponentsOf(name, false, write);
    expect(bytesRead).toBeLessThanOrEqual(1);
    expect(entriesVisited).toBeLessThanOrEqual(1);
  });

  it.each(cases.filter(([name]) => name.endsWith('of a layer')))('does not grow with the %s', async (name, write) => {
    expect(await exponentsOf(name, false, write)).toEqual({ bytesRead: 0, entriesVisited: 0 });
  });
});
