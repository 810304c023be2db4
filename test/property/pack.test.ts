/**
 * The laws of a pack, on random sets of small archives: it is as large as was planned, whole, the same for any order of its
 * inputs, the same as a pack of itself, has the images and names of the set, and the bodies that the accounting says.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../src/analysis/bytes/report.js';
import { imageSet, type SetImage } from '../../src/analysis/set/image-set.js';
import type { Inventory } from '../../src/model/results/inventory.js';
import type { PackOptions } from '../../src/pack/pack.js';
import { scan } from '../../src/scan/scan.js';
import { seededRandom } from '../helpers/archive-builder.js';
import { randomSet } from '../helpers/random-archives.js';
import { inTemporaryFolder } from '../helpers/temporary-folder.js';
import { freshScan, imageIds, packInto } from '../pack/packing.js';

/** Picks say which images go in; what is needed of them is live, once and in one form. */
async function expectPicks(
  at: (name: string) => string,
  inputs: readonly string[],
  before: Inventory,
  seed: string,
): Promise<void> {
  const { images } = imageSet(before);
  const packed = async (
    options: Partial<PackOptions>,
  ): Promise<{ ids: string[]; inventory: Inventory; bytes: number }> => {
    const result = await packInto(at('p.tar'), inputs, { untagContested: true, ...options }).catch(() => null);
    const inventory = result === null ? { ...before, archives: [] } : await freshScan(result);
    return { ids: imageIds(inventory), inventory, bytes: result?.copiedBytes ?? 0 };
  };
  for (const keepLast of [1, 2]) {
    const kept = images.filter((image) => isNewest(image, images, keepLast));
    expect((await packed({ keepLast })).ids, seed).toEqual(kept.map(({ id }) => id).sort());
  }
  expect((await packed({ platforms: ['linux/amd64'] })).ids, seed).toEqual(imageIds(before));
  const live = images.filter(({ state }) => state === 'live').map(({ id }) => id);
  const { ids, inventory, bytes } = await packed({ onlyNeeded: true });
  expect(ids, seed).toEqual(live.sort());
  const { neededBytes, twinBytes, danglingBytes, supersededBytes, unreferencedBytes } = reportOf(inventory).reclaim;
  expect([supersededBytes, unreferencedBytes], seed).toEqual([0, 0]);
  expect(
    inventory.archives.flatMap(({ artifacts }) => artifacts),
    seed,
  ).toEqual([]);
  const all = reportOf(before).reclaim;
  expect(bytes, seed).toBeLessThanOrEqual(all.neededBytes + all.twinBytes);
  // Manifests that were made count there, and are copied from nowhere; a name that is contested is nobody's.
  expect(bytes, seed).toBeLessThanOrEqual(neededBytes + twinBytes + danglingBytes);
  const forms = inventory.archives.flatMap((archive) =>
    archive.images.flatMap(({ id, manifestDigests }) => manifestDigests.map(() => id)),
  );
  expect(forms.length, seed).toBe(new Set(forms).size);
}

/** Told by counting: fewer than so many of one of its repositories are newer, or it has no name. */
function isNewest(image: SetImage, all: readonly SetImage[], count: number): boolean {
  const repositories = ({ references }: SetImage): string[] => references.map((name) => name.replace(/:[^/]*$/, ''));
  const newer = (repository: string): number =>
    all.filter((other) => repositories(other).includes(repository) && (other.createdAt ?? '') > (image.createdAt ?? ''))
      .length;
  return image.references.length === 0 || repositories(image).some((repository) => newer(repository) < count);
}

const sets = Number(process.env['VARVE_RUNS'] ?? 500);
describe('a pack of random archives', () => {
  it('is as planned, whole, in no order, a pack of itself, and has what the accounting says', async () => {
    for (let seed = 1; seed <= sets; seed++) {
      await inTemporaryFolder(async ({ at, write }) => {
        const random = seededRandom(seed);
        const files = await randomSet(random);
        write(files);
        const inputs = Object.keys(files).map(at);
        const before = await scan(inputs, { workers: 0 });
        const options = { untagContested: true };
        const planned = await packInto(at('a.tar'), inputs, { ...options, dryRun: true });
        const written = await packInto(at('a.tar'), inputs, options);
        expect({ ...planned, status: 'written' }, `seed ${seed}`).toEqual(written);
        const after = await freshScan(written);
        expect(imageIds(after), `seed ${seed}`).toEqual(imageIds(before));
        const { packed, reclaim } = reportOf(before);
        expect(written.copiedBytes, `seed ${seed}`).toBe(packed.bodyBytes);
        const kept = await packInto(at('kept.tar'), inputs, { ...options, dryRun: true, without: ['dangling'] }).catch(
          () => null,
        );
        const { neededBytes, twinBytes, supersededBytes } = reclaim;
        expect(kept?.copiedBytes ?? 0, `seed ${seed}`).toBe(neededBytes + twinBytes + supersededBytes);
        await packInto(at('b.tar'), [...inputs].reverse(), options);
        await packInto(at('c.tar'), [at('a.tar')], options);
        const bytes = readFileSync(at('a.tar'));
        expect(readFileSync(at('b.tar')).equals(bytes), `seed ${seed}: in another order`).toBe(true);
        expect(readFileSync(at('c.tar')).equals(bytes), `seed ${seed}: of itself`).toBe(true);
        await expectPicks(at, inputs, before, `seed ${seed}`);
        const splitBytes = random.integer(600, bytes.length);
        const { parts } = await packInto(at('s.tar'), inputs, { ...options, splitBytes });
        const joined = Buffer.concat(parts.map(({ name }) => readFileSync(at(name))));
        expect(joined.equals(bytes), `seed ${seed}: in parts of ${splitBytes}`).toBe(true);
        const named = (name: string, text: string): string => text.replaceAll(JSON.stringify(at(name)), '"x"');
        const list = JSON.stringify(await scan([at('s.tar.split.json')], { workers: 0 }));
        expect(named('s.tar.split.json', list), `seed ${seed}: read from parts`).toBe(
          named('a.tar', JSON.stringify(after)),
        );
      });
    }
  });
});
