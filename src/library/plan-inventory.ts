/** What a removal would free, for callers of the library: images by ID, and what must stay. It changes nothing. */
import { type FileClass, fileClasses } from '../analysis/removal/file-deletions.js';
import { type CopyClass, copyClasses } from '../analysis/removal/freed-copies.js';
import type { Protection } from '../analysis/removal/keep-rules.js';
import { planRemoval } from '../analysis/removal/plan.js';
import { imageSet } from '../analysis/set/image-set.js';
import { VarveError } from '../model/error.js';
import type { Inventory } from '../model/results/inventory.js';
import type { Plan } from '../model/results/plan.js';
import { checkOptions, isTexts, isWhole, type Taken } from '../scan/option-check.js';

export interface PlanOptions {
  /** IDs of the images that go, in this order; one that is not there is passed over. Default none. */
  readonly remove?: readonly string[];
  /** Classes of copies that go too. Default none. */
  readonly copies?: readonly CopyClass[];
  /** Files that go as a whole: redundant ones, damaged ones. Default none. */
  readonly files?: readonly FileClass[];
  /** IDs of images that stay, whatever else is asked; each has to be there. Default none. */
  readonly keep?: readonly string[];
  /** Proposes further images, of all that need not stay, until so many bytes are freed. Default null: proposes nothing. */
  readonly freeBytes?: number | null;
}

const ids: Taken = ['a list of IDs of images', isTexts];
const planOptions: Readonly<Record<keyof PlanOptions, Taken>> = {
  remove: ids,
  copies: [
    `a list of ${copyClasses.join(', ')}`,
    (value) => isTexts(value) && value.every((word) => copyClasses.some((copyClass) => copyClass === word)),
  ],
  files: [
    `a list of ${fileClasses.join(', ')}`,
    (value) => isTexts(value) && value.every((word) => fileClasses.some((fileClass) => fileClass === word)),
  ],
  keep: ids,
  freeBytes: [
    'a whole number of bytes from 1, or null',
    (value) => value === null || isWhole(value, 1, Number.MAX_SAFE_INTEGER),
  ],
};

/**
 * What removing these images frees, as `varve plan` prints it; sizes in stored bytes. Throws VarveError `usage` for an
 * option that means nothing, and for an image to be kept that is not there.
 */
export function plan(inventory: Inventory, options: PlanOptions = {}): Plan {
  checkOptions('of a plan', options, planOptions);
  const { remove = [], copies = [], files = [], keep = [], freeBytes = null } = options;
  const set = imageSet(inventory);
  const lost = keep.find((id) => !set.images.some((image) => image.id === id));
  // A misspelt one would be kept by nobody.
  if (lost !== undefined) throw new VarveError('usage', `the option keep names an image that is not there: ${lost}`);
  const protections = new Map(keep.map((id): [string, Protection] => [id, { reason: 'keep', detail: id }]));
  return planRemoval(inventory, set, {
    asks: remove.map((id) => ({ kind: 'image', id, reason: 'named' })),
    files: new Set(files),
    copies: new Set(copies),
    protections,
    goal: freeBytes === null ? null : { bytes: freeBytes, candidates: set.images.map(({ id }) => id) },
    inUse: null,
  });
}
