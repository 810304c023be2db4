/** The accounting of a registry is that of the same images pulled into a layout, and what it counts as fetched is what a pull fetches. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskUsage } from '../../src/analysis/bytes/disk-usage.js';
import { reportOf } from '../../src/analysis/bytes/report.js';
import type { Inventory } from '../../src/model/results/inventory.js';
import { registryInputs } from '../../src/remote/input/registry-inputs.js';
import { scan } from '../../src/scan/scan.js';
import { ociLayout, writeLayoutFolder } from '../helpers/archive-builder.js';
import { seededRandom } from '../helpers/seeded-random.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { randomRegistry } from '../remote/input/random-registry.js';
import { FakeRegistry } from '../transfer/fake-registry.js';
import { pullInto } from '../transfer/pulling.js';

const { newFolder } = temporaryFolder();
const seeds = Array.from({ length: 25 }, (_, i) => i + 1);
const made: ReadonlySet<string> = new Set(['index.json', 'oci-layout']);

async function bothWays(seed: number, verify: boolean): Promise<readonly [registry: Inventory, layout: Inventory]> {
  const { registry, pulled } = randomRegistry(seededRandom(seed));
  const remote = registryInputs({ reader: () => registry, parallel: 3, wantsTag: () => true, referrers: false });
  const layout = newFolder();
  await writeLayoutFolder(ociLayout(pulled), layout);
  return [
    await scan([`registry://${registry.host}`], { verify, verifyRemote: verify, remote, workers: 0 }),
    await scan([layout], { verify, workers: 0 }),
  ];
}

/** What differs by its nature left out: where it lies, and the two documents of a layout that a registry does not have. */
function accountOf(inventory: Inventory): object {
  const { images, layers, reclaim, contested, summary } = reportOf(inventory);
  const { totalBytes, overheadBytes, ...classes } = reclaim;
  return {
    images: sortedBy(
      images.map(({ archives, ...image }) => ({ ...image, archives: archives.length })),
      ({ id }) => id,
    ),
    layers: sortedBy(
      layers.map(({ copies, images: of, ...layer }) => {
        return { ...layer, images: [...of].sort(), copies: copies.map(({ entry }) => entry).sort() };
      }),
      ({ diffId }) => String(diffId),
    ),
    contested: contested.length,
    summary,
    classes,
    total: totalOf(inventory, totalBytes),
    overhead: totalOf(inventory, overheadBytes),
  };
}

/** Without the bytes of the documents that only a layout has. */
function totalOf({ archives }: Inventory, bytes: number): number {
  const own = archives.flatMap(({ entries }) => entries).filter(({ name }) => made.has(name));
  return own.reduce((left, { storedBytes }) => left - storedBytes, bytes);
}

function sortedBy<Row>(rows: readonly Row[], key: (row: Row) => string): Row[] {
  return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

describe('the accounting of a registry', { timeout: 120_000 }, () => {
  it.each(seeds)('is that of the same images in a layout, every byte verified (seed %i)', async (seed) => {
    const [registry, layout] = await bothWays(seed, true);
    expect(accountOf(registry)).toEqual(accountOf(layout));
    expect(diskUsage(registry).reclaim).toEqual(reportOf(registry).reclaim);
  });

  it.each(seeds)(
    'is that of a store that all of it was pulled into, by the bytes that were told (seed %i)',
    async (seed) => {
      const { registry } = randomRegistry(seededRandom(seed));
      const remote = registryInputs({ reader: () => registry, parallel: 3, wantsTag: () => true, referrers: false });
      const unread = await scan([`registry://${registry.host}`], { verify: false, remote, workers: 0 });
      const fake = new FakeRegistry();
      const names: string[] = [];
      for (const [repository, { blobs, manifests, tags }] of registry.repositories) {
        const own = fake.at({ registry: registry.host, repository });
        for (const [digest, bytes] of blobs) own.blobs.set(digest, bytes);
        for (const [digest, manifest] of manifests) own.manifests.set(digest, manifest);
        for (const [tag, digest] of tags) own.tags.set(tag, digest);
        names.push(...[...tags.keys()].map((tag) => `${registry.host}/${repository}:${tag}`));
      }
      const store = join(newFolder(), 'store');
      const pulled = await pullInto(store, fake, names, { wish: { kind: 'all' } });
      expect(pulled.failed).toEqual([]);
      const read = await scan([`registry://${registry.host}`], {
        verify: true,
        verifyRemote: true,
        remote,
        workers: 0,
      });
      expect(accountOf(read)).toEqual(accountOf(await scan([store], { verify: true, workers: 0 })));
      expect(reportOf(unread).toFetch.map(({ bytes, blobs }) => [bytes, blobs])).toEqual([
        [pulled.fetchedBytes, pulled.blobs.length],
      ]);
    },
  );

  it.each(seeds)('stores the same bytes in the same classes where no body is read (seed %i)', async (seed) => {
    const [registry, layout] = await bothWays(seed, false);
    const stored = (inventory: Inventory) => {
      const { images, reclaim } = reportOf(inventory);
      const { totalBytes, overheadBytes, ...classes } = reclaim;
      const told = images.map(({ id, references, state, layers }) => ({ id, references, state, layers }));
      return { classes, images: sortedBy(told, ({ id }) => id), total: totalOf(inventory, totalBytes) };
    };
    expect(stored(registry)).toEqual(stored(layout));
    expect(registry.verified).toBe(false);
  });
});
