/**
 * Proposes images to remove until enough is freed. Greedy: one image after the other in the order of what is missed
 * least, then live images are put back that turn out not to be needed for the goal, the most wanted first, and whatever
 * frees nothing. The set is good, and no live image can be left out of it, but a smaller one may exist.
 */
import { buildTimeOf } from '../../model/build-time.js';
import { compareInstants, type Instant } from '../../model/instants.js';
import type { ImageSet } from '../set/image-set.js';

export interface Goal {
  readonly bytes: number;
  /** Positions of the images that may be proposed. */
  readonly candidates: readonly number[];
}

/** What the proposal is measured by, in bytes. */
export interface Measures {
  /** Of an image that goes alone. */
  readonly aloneBytes: (image: number) => number;
  /** Of everything that goes with these images; never less for more of them. */
  readonly freedBytes: (images: ReadonlySet<number>) => number;
}

const tiers = { dangling: 0, superseded: 1, live: 2 } as const;

/** The images to remove beside those that go anyway, in the order in which they are missed least. */
export function proposeRemoval(
  set: ImageSet,
  goal: Goal,
  gone: ReadonlySet<number>,
  { aloneBytes, freedBytes }: Measures,
): number[] {
  const order = inOrderOfLoss(set, goal.candidates, aloneBytes).filter((image) => !gone.has(image));
  const freedBy = (picked: readonly number[]) => freedBytes(new Set([...gone, ...picked]));
  const count = leastCount(order.length, (length) => freedBy(order.slice(0, length)) >= goal.bytes);
  let picked = order.slice(0, count);
  const most = freedBy(picked);
  for (const image of picked.toReversed()) {
    const rest = picked.filter((other) => other !== image);
    // Where the goal is out of reach, and of what nobody misses, only what frees nothing is put back.
    const wanted = set.images[image]?.state === 'live' ? Math.min(goal.bytes, most) : freedBy(picked);
    if (freedBy(rest) >= wanted) picked = rest;
  }
  return picked;
}

/** The least length that is enough; the greatest where none is. More is never worse, so halving finds it. */
function leastCount(most: number, isEnough: (length: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Dangling, superseded, live; the oldest first, of equal age what frees most; what has no date is taken last. */
function inOrderOfLoss(set: ImageSet, candidates: readonly number[], aloneBytes: (image: number) => number): number[] {
  const ranked = candidates.map((position) => {
    const { state = 'live', createdAt = null } = set.images[position] ?? {};
    const created = buildTimeOf(createdAt);
    return { position, tier: tiers[state], created, bytes: aloneBytes(position) };
  });
  ranked.sort(
    (a, b) => a.tier - b.tier || compareAges(a.created, b.created) || b.bytes - a.bytes || a.position - b.position,
  );
  return ranked.map(({ position }) => position);
}

function compareAges(a: Instant | null, b: Instant | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compareInstants(a, b);
}
