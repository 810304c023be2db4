/** What a removal would free, for callers of the library: images by ID, and what must stay. It changes nothing. */
import type { CopyClass } from './analysis/freed-copies.js';
import { imageSet } from './analysis/image-set.js';
import type { Protection } from './analysis/keep-rules.js';
import { planRemoval } from './analysis/plan.js';
import type { Inventory } from './model/inventory.js';
import type { Plan } from './model/plan-result.js';

export interface PlanOptions {
  /** IDs of the images that go, in this order; one that is not there is passed over. Default none. */
  readonly remove?: readonly string[];
  /** Classes of copies that go too. Default none. */
  readonly copies?: readonly CopyClass[];
  /** IDs of images that stay, whatever else is asked. Default none. */
  readonly keep?: readonly string[];
  /** Proposes further images, of all that need not stay, until so many bytes are freed. Default null: proposes nothing. */
  readonly freeBytes?: number | null;
}

/** What removing these images frees, as `varve plan` prints it; sizes in stored bytes. */
export function plan(inventory: Inventory, options: PlanOptions = {}): Plan {
  const { remove = [], copies = [], keep = [], freeBytes = null } = options;
  const set = imageSet(inventory);
  const protections = new Map(keep.map((id): [string, Protection] => [id, { reason: 'keep', detail: id }]));
  return planRemoval(inventory, set, {
    asks: remove.map((id) => ({ kind: 'image', id, reason: 'named' })),
    copies: new Set(copies),
    protections,
    goal: freeBytes === null ? null : { bytes: freeBytes, candidates: set.images.map(({ id }) => id) },
    inUse: null,
  });
}
