/** Sides for comparisons, out of inventories. */
import { compareSides } from '../../src/analysis/diff/diff.js';
import type { DiffInput } from '../../src/analysis/diff/diff-side.js';
import { imageSet } from '../../src/analysis/set/image-set.js';
import type { Diff } from '../../src/model/results/diff.js';
import type { Inventory } from '../../src/model/results/inventory.js';

/** The inventory as a whole, found in that input. */
export function wholeSide(inventory: Inventory, input = 'inventory.json'): DiffInput {
  return { input: [input], inventory, set: imageSet(inventory), image: null };
}

/** What is different between two inventories. */
export function diffOf(before: Inventory, after: Inventory): Diff {
  return compareSides(wholeSide(before), wholeSide(after));
}
