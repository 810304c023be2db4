/**
 * What is asked for → which images and names go. A name goes from the image that has it, and the image goes with its last
 * name; an image that is asked for by itself goes with all of them. What is protected keeps everything that it has.
 */
import type { PlannedImage } from '../../model/results/plan.js';
import type { ImageSet, SetImage } from '../set/image-set.js';
import type { Protection } from './keep-rules.js';

/** One thing that is to go: an image, or one of its names (a reference in full, or a local tag as written). */
export type Ask = {
  readonly id: string;
  readonly reason: PlannedImage['reason'];
} & ({ readonly kind: 'image' } | { readonly kind: 'name'; readonly name: string });

export interface Removal {
  /** The images that go, by position, in the order in which they were asked for. */
  readonly images: ReadonlyMap<number, PlannedImage['reason']>;
  /** Names that go from images that stay, by position. */
  readonly names: ReadonlyMap<number, ReadonlySet<string>>;
  /** Images that were asked for and stay all the same, by position. */
  readonly kept: ReadonlyMap<number, Protection>;
}

/** Every name of an image. */
export function namesOf({ references, localTags }: Pick<SetImage, 'references' | 'localTags'>): string[] {
  return [...references, ...localTags];
}

/** What goes and what stays; `protections` are by image ID. */
export function decideRemoval(
  set: ImageSet,
  asks: readonly Ask[],
  protections: ReadonlyMap<string, Protection>,
): Removal {
  const images = new Map<number, PlannedImage['reason']>();
  const names = new Map<number, Set<string>>();
  const kept = new Map<number, Protection>();
  for (const ask of asks) {
    const position = set.positions.get(ask.id);
    const image = position === undefined ? undefined : set.images[position];
    if (position === undefined || image === undefined || images.has(position)) continue;
    const protection = protections.get(ask.id);
    if (protection !== undefined) {
      kept.set(position, protection);
      continue;
    }
    const taken = names.get(position) ?? new Set();
    if (ask.kind === 'name') names.set(position, taken.add(ask.name));
    if (ask.kind === 'name' && namesOf(image).some((name) => !taken.has(name))) continue;
    images.set(position, ask.reason);
    names.delete(position);
  }
  for (const [position, taken] of names) {
    const other = namesOf(set.images[position] ?? { references: [], localTags: [] }).find((name) => !taken.has(name));
    if (other !== undefined) kept.set(position, { reason: 'other-names', detail: other });
  }
  return { images, names, kept };
}
