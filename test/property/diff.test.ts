/**
 * Laws of a comparison on random inventories: nothing differs from itself, an exchange of the sides exchanges what came
 * and what went, and the lists say no more and no less than two reports side by side.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../src/analysis/bytes/report.js';
import type { Diff } from '../../src/model/results/diff.js';
import type { Inventory } from '../../src/model/results/inventory.js';
import { diffOf } from '../helpers/diff-inputs.js';
import { randomInventory } from '../helpers/random-inventory.js';
import { holds, seed, timeout } from './accounting-laws.js';

const runs = Math.ceil(Number(process.env['VARVE_RUNS'] ?? 2000) / 4);

/** Two inventories of one small world: much of the one is likely to be in the other. */
function holdsForTwo(law: (before: Inventory, after: Inventory) => void): void {
  fc.assert(fc.property(randomInventory(), randomInventory(), law), { seed, numRuns: runs });
}

/** The inventory as the disk may show it another day: some archives gone, some renamed, some in another place. */
function changed({ archives, ...rest }: Inventory, choice: number): Inventory {
  const kept = archives.filter((_, position) => (choice >> position) % 3 !== 0);
  const renamed = kept.map((archive, position) =>
    position % 2 === choice % 2 ? { ...archive, path: `new/${archive.path}` } : archive,
  );
  return { ...rest, archives: choice % 5 === 0 ? [...renamed].reverse() : renamed };
}

const sorted = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).sort();
const exchanged = <T>({ before, after, ...rest }: { before: T; after: T }) => ({
  ...rest,
  before: after,
  after: before,
});

/** What the exchange of the sides must give, as far as it has an order of its own. */
function mirrored({ sides, archives, images, layers, bytes, pair }: Diff) {
  return {
    sides: exchanged(sides),
    archives: {
      added: archives.removed,
      removed: archives.added,
      changed: sorted(
        archives.changed.map((item) => ({
          ...exchanged(item),
          images: turned(item.images),
          entries: turned(item.entries),
        })),
      ),
      moved: sorted(archives.moved.map(exchanged)),
      unchanged: archives.unchanged,
    },
    images: {
      added: images.removed,
      removed: images.added,
      retagged: sorted(
        images.retagged.map(({ archive, ...item }) => ({ local: archive !== null, ...exchanged(item) })),
      ),
      changed: sorted(images.changed.map((item) => ({ ...exchanged(item), references: turned(item.references) }))),
      unchanged: images.unchanged,
    },
    layers: {
      added: layers.removed,
      removed: layers.added,
      changed: sorted(layers.changed.map(exchanged)),
      unchanged: layers.unchanged,
    },
    bytes: { before: bytes.after, after: bytes.before, delta: negated(bytes.delta) },
    pair: pair === null ? null : [pair.after.id, pair.before.id, pair.addedBytes, pair.removedBytes],
  };
}

/** The same view of a comparison as it is. */
function asItIs({ sides, archives, images, layers, bytes, pair }: Diff) {
  return {
    sides,
    archives: { ...archives, changed: sorted(archives.changed.map(lastAs)), moved: sorted(archives.moved) },
    images: {
      ...images,
      retagged: sorted(images.retagged.map(({ archive, ...item }) => ({ local: archive !== null, ...lastAs(item) }))),
      changed: sorted(images.changed.map(lastAs)),
    },
    layers: { ...layers, changed: sorted(layers.changed) },
    bytes,
    pair: pair === null ? null : [pair.before.id, pair.after.id, pair.removedBytes, pair.addedBytes],
  };
}

/** The keys in the order that `exchanged` gives them: texts are compared. */
const lastAs = <T>({ before, after, ...rest }: { before: T; after: T }) => ({ ...rest, before, after });
const turned = <T>({ added, removed, ...rest }: { added: T; removed: T }) => ({
  added: removed,
  removed: added,
  ...rest,
});
const negated = (delta: Diff['bytes']['delta']) =>
  Object.fromEntries(Object.entries(delta).map(([field, value]) => [field, value === 0 ? 0 : -value]));

describe('a comparison', { timeout }, () => {
  it('of an inventory with itself finds nothing', () => {
    holds({}, (inventory) => {
      const { differs, archives, images, layers } = diffOf(inventory, inventory);
      expect(differs).toBe(false);
      expect(archives.unchanged).toBe(inventory.archives.length);
      expect(images.unchanged).toBe(reportOf(inventory).images.length);
      expect(layers.unchanged).toBe(reportOf(inventory).layers.length);
    });
  });

  it('of two inventories is mirrored when the sides are exchanged', () => {
    holdsForTwo((before, after) => {
      expect(asItIs(diffOf(after, before))).toEqual(mirrored(diffOf(before, after)));
    });
  });

  it('of two states of one inventory is mirrored when they are exchanged', () => {
    holds({}, (inventory, choice) => {
      const other = changed(inventory, choice);
      expect(asItIs(diffOf(other, inventory))).toEqual(mirrored(diffOf(inventory, other)));
    });
  });

  it('lists as added and removed exactly what one report has and the other has not', () => {
    holdsForTwo((before, after) => {
      const { images, layers, archives } = diffOf(before, after);
      const [was, is] = [reportOf(before), reportOf(after)];
      const idsBefore = was.images.map(({ id }) => id);
      const idsAfter = is.images.map(({ id }) => id);
      expect(images.removed.map(({ id }) => id)).toEqual(idsBefore.filter((id) => !idsAfter.includes(id)));
      expect(images.added.map(({ id }) => id)).toEqual(idsAfter.filter((id) => !idsBefore.includes(id)));
      expect(images.removed.length + images.changed.length + images.unchanged).toBe(idsBefore.length);
      expect(images.added.length + images.changed.length + images.unchanged).toBe(idsAfter.length);
      expect(layers.removed.length + layers.changed.length + layers.unchanged).toBe(was.layers.length);
      expect(layers.added.length + layers.changed.length + layers.unchanged).toBe(is.layers.length);
      const both = archives.changed.length + archives.moved.length + archives.unchanged;
      expect(archives.removed.length + both).toBe(before.archives.length);
      expect(archives.added.length + both).toBe(after.archives.length);
    });
  });

  it('has as bytes those of the two reports, and as change what lies between', () => {
    holdsForTwo((before, after) => {
      const { bytes } = diffOf(before, after);
      expect(bytes.before).toMatchObject(reportOf(before).reclaim);
      expect(bytes.after).toMatchObject(reportOf(after).reclaim);
      for (const [field, change] of Object.entries(bytes.delta)) {
        const key = field as keyof typeof bytes.delta;
        expect(change).toBe(bytes.after[key] - bytes.before[key]);
      }
    });
  });

  it('finds an archive that was only renamed, and nothing else', () => {
    holds({ digestsKnown: true }, (inventory, choice) => {
      const at = choice % inventory.archives.length;
      const archives = inventory.archives.map((archive, position) =>
        position === at ? { ...archive, path: 'renamed.tar' } : archive,
      );
      const result = diffOf(inventory, { ...inventory, archives });
      expect(result.images).toMatchObject({ added: [], removed: [], retagged: [] });
      expect(result.layers).toMatchObject({ added: [], removed: [], changed: [] });
      expect(Object.values(result.bytes.delta).every((change) => change === 0)).toBe(true);
      expect(result.archives.changed).toEqual([]);
    });
  });
});
