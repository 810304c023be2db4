/** Peak memory against what grows other than bytes: archives, images, entries. */

import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { growthExponent } from '../../bench/statistics.js';
import { limits } from '../../src/model/limits.js';
import {
  dockerSave,
  file,
  gzip,
  type ImageSpec,
  image,
  layerFromTar,
  randomLayer,
  rawTar,
  seededRandom,
  tarOfFiles,
  writeArchives,
} from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { peakOf } from './peak.js';

const megabyte = 1e6;
const { folder } = temporaryFolder();
const save = (images: readonly ImageSpec[]): Buffer => rawTar(dockerSave(images, { variant: 'podman' }));

const oneLayer = randomLayer(seededRandom(6), { sizeBytes: 100 });
/** Without its end, so that entries can follow. */
const saveOfOne = rawTar(dockerSave([image({ layers: [oneLayer] })], { variant: 'podman' }), { endBlocks: 0 });

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

  // The limit `entries` ends both; what is kept up to it is all that a bomb of entries can ask for.
  it('of verify stays under 700 MB for ten million empty entries that are compressed as a whole', async () => {
    const path = join(folder, 'entries.tar.gz');
    const fd = openSync(path, 'w');
    const thousand = gzip(tarOfFiles(1000, 0).subarray(0, 1000 * 512));
    for (let i = 0; i < 10_000; i++) writeSync(fd, i === 0 ? gzip(saveOfOne) : thousand);
    closeSync(fd);
    const { code, stdout, peakBytes } = await peakOf('verify', path, '--format', 'json');
    expect([code, stdout]).toEqual([1, expect.stringContaining('entries: the archive has more')]);
    expect(peakBytes).toBeLessThan(700 * megabyte);
  });

  it('of verify stays under 800 MB for as many files as an archive may have, none of which anything names', async () => {
    const path = join(folder, 'strays.tar');
    const others = tarOfFiles(limits.entries - 10, 0).subarray(0, (limits.entries - 10) * 512);
    writeFileSync(path, Buffer.concat([others, save([image({ layers: [oneLayer] })])]));
    const { code, peakBytes } = await peakOf('verify', path, '--format', 'json');
    expect(code).toBe(0);
    expect(peakBytes).toBeLessThan(800 * megabyte);
  });

  it('of verify stays under 200 MB for a document that is as large as it may be and wrong in every item', async () => {
    const path = join(folder, 'wrong.tar');
    const items = Array<string>(limits.documentBytes / 2 - 64)
      .fill('1')
      .join(',');
    writeFileSync(
      path,
      rawTar([file('oci-layout', '{"imageLayoutVersion":"1.0.0"}'), file('index.json', `{"manifests":[${items}]}`)]),
    );
    const { code, peakBytes } = await peakOf('verify', path, '--format', 'json');
    expect(code).toBe(1);
    expect(peakBytes).toBeLessThan(200 * megabyte);
  });
});
