/** What one store would hold, and that no order of the inputs changes which image is newer or what can go. */
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/analysis/bytes/classification.js';
import { reportOf } from '../../src/analysis/bytes/report.js';
import { keepLast } from '../../src/analysis/removal/keep-rules.js';
import { imageSet } from '../../src/analysis/set/image-set.js';
import type { EntryRecord, Inventory } from '../../src/model/results/inventory.js';
import type { Report } from '../../src/model/results/results.js';
import { agrees, holds, sum, timeout } from './accounting-laws.js';

describe('one store that keeps every tag and every digest', { timeout }, () => {
  it('would hold what is needed, twin or superseded: of each live or superseded digest one copy', () => {
    agrees((inventory) => {
      const { neededBytes, twinBytes, supersededBytes, totalBytes, overheadBytes, reclaimableBytes, withheldBytes } =
        reportOf(inventory).reclaim;
      const held = storedOnce(inventory);
      expect(neededBytes + twinBytes + supersededBytes).toBe(held);
      expect(totalBytes - overheadBytes - reclaimableBytes - withheldBytes).toBe(held);
    });
  });
});

describe('the order of the inputs', { timeout }, () => {
  it('changes neither the state of an image, nor which tags are contested, nor the bytes that can go', () => {
    holds({ intact: true, digestsKnown: true, contentKnown: true }, (inventory, choice) => {
      const known = { ...inventory, archives: withOwnPaths(inventory) };
      const shuffled = { ...known, archives: permuted(known.archives, choice) };
      const [first, second] = [reportOf(known), reportOf(shuffled)];
      expect(statesById(second)).toEqual(statesById(first));
      expect(contestedSets(second)).toEqual(contestedSets(first));
      const { reclaimableBytes, supersededBytes, twinBytes, neededBytes } = first.reclaim;
      expect(second.reclaim).toMatchObject({ reclaimableBytes, supersededBytes, twinBytes, neededBytes });
    });
  });

  it('changes nothing of which images are kept by their age', () => {
    holds({ intact: true, digestsKnown: true, contentKnown: true }, (inventory, choice) => {
      const known = { ...inventory, archives: withOwnPaths(inventory) };
      const shuffled = { ...known, archives: permuted(known.archives, choice) };
      for (const count of [1, 2]) {
        const kept = [known, shuffled].map((each) => [...keepLast(imageSet(each), count).keys()].sort());
        expect(kept[1]).toEqual(kept[0]);
      }
    });
  });
});

// ---- views and changes ----

/** Bytes of the first intact copy of each digest that a live or superseded root reaches, else of the first copy. */
function storedOnce(inventory: Inventory): number {
  const set = imageSet(inventory);
  const { classes } = classify(inventory, set);
  const kept = new Map<string, EntryRecord>();
  const archives = [...inventory.archives.entries()];
  const isFailed = (position: number) => inventory.archives[position]?.status === 'failed';
  for (const [archive, { entries }] of [
    ...archives.filter(([at]) => !isFailed(at)),
    ...archives.filter(([at]) => isFailed(at)),
  ]) {
    for (const [at, entry] of entries.entries()) {
      const name = classes[archive]?.[at];
      if (name === undefined || ['overhead', 'unreferenced', 'dangling'].includes(name)) continue;
      const key = entry.claimedDigest ?? entry.digest ?? plainDigest(entry) ?? `${archive}/${at}`;
      const known = kept.get(key);
      if (known === undefined || (known.intact === false && entry.intact !== false)) kept.set(key, entry);
    }
  }
  return sum([...kept.values()].map((entry) => entry.storedBytes));
}

function plainDigest({ compression, diffId }: EntryRecord): string | null {
  return compression === 'none' ? diffId : null;
}

/** Local tags belong to their archive, so the same archive must be told by its path wherever it stands. */
function withOwnPaths({ archives }: Inventory): Inventory['archives'] {
  return archives.map((archive, position) => ({ ...archive, path: `${position}.tar` }));
}

/** One of the orders of the items, by a number. */
function permuted<T>(items: readonly T[], choice: number): T[] {
  const rest = [...items];
  const order: T[] = [];
  for (let left = choice; rest.length > 0; left = Math.floor(left / (rest.length + 1))) {
    order.push(...rest.splice(left % rest.length, 1));
  }
  return order;
}

function statesById({ images }: Report): Record<string, string> {
  return Object.fromEntries(images.map(({ id, state }) => [id, state]));
}

function contestedSets({ contested }: Report): string[] {
  return contested
    .map(({ images, ...tag }) => JSON.stringify([tag.reference, tag.platform, tag.archive, [...images].sort()]))
    .sort();
}
