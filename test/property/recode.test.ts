/**
 * The laws of a pack whose layers get other forms, on random sets of small archives: as large as was planned, whole, the same
 * for any order of its inputs and packed again, with the images, names and diffIDs of the set, and one form of each layer;
 * with the smallest forms, so much smaller as the accounting says.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../src/analysis/bytes/report.js';
import { encoderLack } from '../../src/codec/encode/encoder.js';
import type { Inventory } from '../../src/model/results/inventory.js';
import type { PackOptions } from '../../src/pack/pack.js';
import { scan } from '../../src/scan/scan.js';
import { seededRandom } from '../helpers/archive-builder.js';
import { randomSet } from '../helpers/random-archives.js';
import { inTemporaryFolder } from '../helpers/temporary-folder.js';
import { freshScan, imageIds, imageNames, packInto } from '../pack/packing.js';

const sets = Number(process.env['VARVE_RUNS'] ?? 300);

/** Each image with its layers, by the digests of their tars. */
function diffIds({ archives }: Inventory): string[] {
  const lists = archives.flatMap(({ images, entries }) =>
    images.map(({ id, layers }) => {
      const own = layers.map(({ entry }) => (entry === null ? '' : entries[entry]?.diffId));
      return `${id} ${own.join(' ')}`;
    }),
  );
  return [...new Set(lists)].sort();
}

function layerBytes({ archives }: Inventory): number {
  const layers = archives.flatMap(({ entries }) => entries.filter(({ role }) => role === 'layer'));
  return layers.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
}

/** How many image layers there are in more than one form. */
function twins({ archives }: Inventory): number {
  const layers = archives.flatMap(({ entries, images }) => {
    const reached = new Set(images.flatMap((each) => each.layers.map(({ entry }) => entry)));
    return entries.filter((_, entry) => reached.has(entry)).map(({ diffId }) => diffId);
  });
  return layers.length - new Set(layers).size;
}

const allForms: Partial<PackOptions>[] = [
  { unify: true },
  { compress: 'none' },
  { compress: 'gzip', level: 1 },
  { compress: 'gzip' },
  ...(encoderLack('zstd') === null ? [{ compress: 'zstd' as const }] : []),
];

describe('a pack of random archives in other forms', () => {
  it('is as planned, whole, in no order, the same again, and has the images, names and layers of the set', async () => {
    for (let seed = 1; seed <= sets; seed++) {
      await inTemporaryFolder(async ({ at, write }) => {
        const files = await randomSet(seededRandom(seed));
        write(files);
        const inputs = Object.keys(files).map(at);
        const before = await scan(inputs, { workers: 0 });
        const kept = await freshScan(await packInto(at('kept.tar'), inputs, { untagContested: true }));
        const form = allForms[seed % allForms.length];
        for (const changed of form?.unify === true ? [form] : [{ unify: true }, form]) {
          const told = `seed ${seed} ${JSON.stringify(changed)}`;
          const options = { ...changed, untagContested: true };
          const planned = await packInto(at('a.tar'), inputs, { ...options, dryRun: true });
          const written = await packInto(at('a.tar'), inputs, options);
          expect({ ...planned, status: 'written' }, told).toEqual(written);
          const after = await freshScan(written);
          expect(imageIds(after), told).toEqual(imageIds(before));
          expect(imageNames(after), told).toEqual(imageNames(kept));
          expect(diffIds(after), told).toEqual(diffIds(before));
          expect(twins(after), told).toBe(0);
          const { packed } = reportOf(before);
          const spared = packed.bodyBytes - packed.unifiedBodyBytes;
          const least = layerBytes(kept) - spared;
          expect(changed?.unify !== true || layerBytes(after) === least, told).toBe(true);
          await packInto(at('b.tar'), [...inputs].reverse(), options);
          await packInto(at('c.tar'), [at('a.tar')], options);
          const bytes = readFileSync(at('a.tar'));
          expect(readFileSync(at('b.tar')).equals(bytes), `${told}: in another order`).toBe(true);
          expect(readFileSync(at('c.tar')).equals(bytes), `${told}: of itself`).toBe(true);
        }
      });
    }
  });
});
