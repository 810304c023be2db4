/** Peak memory against what grows other than bytes: archives, images, entries. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { growthExponent } from '../../bench/statistics.js';
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
import { peakOf } from './peak.js';

const megabyte = 1e6;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'varve-growth-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const save = (images: readonly ImageSpec[]): Buffer => rawTar(dockerSave(images, { variant: 'podman' }));

/** The peaks of a command over inputs of these sizes, by the size. */
async function peaks(
  command: readonly string[],
  sizes: readonly number[],
  write: (path: string, size: number) => void,
): Promise<(readonly [size: number, peakBytes: number])[]> {
  const points: (readonly [number, number])[] = [];
  for (const size of sizes) {
    const path = join(folder, `${command[0]}-${size}.tar`);
    write(path, size);
    const { code, peakBytes } = await peakOf(...command, path, '--no-progress');
    expect(code).toBe(0);
    points.push([size, peakBytes]);
    rmSync(path, { recursive: true });
  }
  return points;
}

const last = (points: readonly (readonly [number, number])[]): number => points.at(-1)?.[1] ?? Number.NaN;

describe('peak memory', () => {
  it('of report stays under 400 MB for 2,000 archives, and grows less than their number', async () => {
    const points = await peaks(['report'], [250, 500, 1000, 2000], writeArchives);
    expect(last(points)).toBeLessThan(400 * megabyte);
    expect(growthExponent(points)).toBeLessThan(1);
  });

  it('of report stays under 400 MB for 2,000 images in one archive, and grows less than their number', async () => {
    const rng = seededRandom(5);
    const images = Array.from({ length: 2000 }, (_, i) =>
      image({ layers: [randomLayer(rng, { sizeBytes: 2000, entries: 2 })], tags: [`docker.io/library/app:${i}`] }),
    );
    const points = await peaks(['report'], [250, 500, 1000, 2000], (path, size) =>
      writeFileSync(path, save(images.slice(0, size))),
    );
    expect(last(points)).toBeLessThan(400 * megabyte);
    expect(growthExponent(points)).toBeLessThan(1);
  });

  it('of verify stays under 200 MB for a layer of 400,000 entries, and grows less than their number', async () => {
    const points = await peaks(['verify'], [50_000, 100_000, 200_000, 400_000], (path, size) =>
      writeFileSync(path, save([image({ layers: [layerFromTar(tarOfFiles(size, 0))], tags: ['app:1'] })])),
    );
    expect(last(points)).toBeLessThan(200 * megabyte);
    expect(growthExponent(points)).toBeLessThan(1);
  });

  it('of ls grows less than the entries of an archive', async () => {
    const points = await peaks(['ls'], [25_000, 50_000, 100_000, 200_000], (path, size) => {
      const others = tarOfFiles(size, 0).subarray(0, size * 512);
      writeFileSync(
        path,
        Buffer.concat([others, save([image({ layers: [randomLayer(seededRandom(6), { sizeBytes: 100 })] })])]),
      );
    });
    expect(growthExponent(points)).toBeLessThan(1);
  });
});
