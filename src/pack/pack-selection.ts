/**
 * What is to go into a pack: all images, or those that were picked, and with them what describes them. An artifact that
 * describes no image of the set stands by itself, and goes in unless images were picked by name.
 */
import { artifactHolders } from '../analysis/set/artifact-states.js';
import type { ImageSet } from '../analysis/set/image-set.js';
import type { Digest } from '../model/digest.js';
import type { Inventory } from '../model/results/inventory.js';
import type { ImageState } from '../model/results/results.js';

/** Which images a pack is for. */
export interface PackPicks {
  /** IDs of images; null for all. */
  readonly images: ReadonlySet<string> | null;
  /** Images in these states stay out. */
  readonly without: readonly ImageState[];
}

/** Answers for the images and artifacts of one set. */
export interface PackSelection {
  image(id: string): boolean;
  /** By the digest of its manifest. */
  artifact(digest: Digest): boolean;
  /** Whether no images were picked: what is no image goes in, too. */
  readonly everything: boolean;
}

export function selectionOf(inventory: Inventory, set: ImageSet, { images, without }: PackPicks): PackSelection {
  const isPicked = set.images.map(({ id, state }) => (images === null || images.has(id)) && !without.includes(state));
  const unwanted = new Set(set.images.filter((_, position) => isPicked[position] === false).map(({ id }) => id));
  const artifacts = new Set<Digest>();
  for (const [{ digest }, holders] of artifactHolders(inventory, set.images)) {
    const isWanted = holders === 'always' ? images === null : [...holders].some((position) => isPicked[position]);
    if (isWanted) artifacts.add(digest);
  }
  return {
    image: (id) => !unwanted.has(id),
    artifact: (digest) => artifacts.has(digest),
    everything: images === null,
  };
}
