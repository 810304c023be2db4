/**
 * Which images are live, superseded or dangling. A tag compares as (normalised reference, platform), a local tag only
 * within its archive. An image is superseded when each of its tags is carried by an image that is known to be newer; where
 * nothing says which of several images is the newer one (model/build-time.ts), all of them stay live and the tag is
 * contested. An image that a digest reference names is kept by that name, and so is always live.
 */

import { buildTimeOf, newestByTime } from '../../model/build-time.js';
import type { Instant } from '../../model/instants.js';
import { formatPlatform, normalizePlatform, parsePlatform } from '../../model/platform.js';
import type { Inventory } from '../../model/results/inventory.js';
import type { ImageState } from '../../model/results/results.js';
import { eachOf, eachOfAll, mapped, type Work } from '../../model/work/work.js';
import { type DistinctImage, isReadable } from './distinct-images.js';

const liveliness: Readonly<Record<ImageState, number>> = { dangling: 0, superseded: 1, live: 2 };

/** The livelier of two states: live before superseded before dangling; null stands for no state at all. */
export function liveliest(a: ImageState | null, b: ImageState): ImageState {
  return a !== null && liveliness[a] >= liveliness[b] ? a : b;
}

/** A tag as it compares: of one platform, and if it is a local tag, of one archive. */
export interface Tag {
  /** Normalised in full, or a local tag as written. */
  readonly reference: string;
  /** Position of the archive that a local tag belongs to; null for a reference. */
  readonly archive: number | null;
  /** In the form that compares. */
  readonly platform: string | null;
}

/** A tag with the positions of the images that it may mean: one, or several where it is contested. */
export interface HeldTag extends Tag {
  /** In first-seen order; never empty. */
  readonly images: readonly number[];
}

/** A tag with all images that carry it, in first-seen order. */
interface CarriedTag extends Tag {
  images: number[];
}

/** The states of the images, one for each, in their order; `held` are the tags of the same images. */
export function* imageStates(images: readonly DistinctImage[], held: readonly HeldTag[]): Work<ImageState[]> {
  const holders = new Set<number>();
  yield* eachOf(held, (tag) => {
    for (const image of tag.images) holders.add(image);
  });
  return yield* mapped(images, ({ references, localTags }, image) => {
    if (references.length === 0 && localTags.length === 0) return 'dangling';
    if (references.some(isDigestReference) || holders.has(image)) return 'live';
    return references.some(hasTag) || localTags.length > 0 ? 'superseded' : 'live';
  });
}

/**
 * Every tag of the set with those of its images that none is known to be newer than. In first-seen order; `positions` are
 * those of the images, by ID.
 */
export function* heldTags(
  inventory: Inventory,
  images: readonly DistinctImage[],
  positions: ReadonlyMap<string, number>,
): Work<HeldTag[]> {
  const times = new Map<number, Instant | null>();
  const timeOf = (image: number): Instant | null => {
    const known = times.get(image);
    if (known !== undefined) return known;
    const time = buildTimeOf(images[image]?.createdAt ?? null);
    times.set(image, time);
    return time;
  };
  const carried = yield* carriedTags(inventory, images, positions);
  return yield* mapped(carried, (tag) => {
    if (tag.images.length > 1) tag.images = newestByTime(tag.images, timeOf);
    return tag;
  });
}

function* carriedTags(
  inventory: Inventory,
  images: readonly DistinctImage[],
  positions: ReadonlyMap<string, number>,
): Work<Iterable<CarriedTag>> {
  const platforms = new Map<string | null, string | null>();
  const carried = new Map<string, CarriedTag>();
  // Most tags have one image, and need no set.
  const several = new Map<CarriedTag, Set<number>>();
  const addTo = (tag: CarriedTag, image: number): void => {
    const all = several.get(tag) ?? new Set(tag.images);
    several.set(tag, all);
    if (!all.has(image)) tag.images.push(image);
    all.add(image);
  };
  const carry = ({ reference, archive, platform }: Tag, image: number): void => {
    // No two tags have the same: a reference is as long as it says.
    const key = `${archive ?? ''}:${reference.length}:${reference}${platform === null ? '' : `:${platform}`}`;
    const known = carried.get(key);
    if (known === undefined) carried.set(key, { reference, archive, platform, images: [image] });
    else if (known.images[0] !== image) addTo(known, image);
  };
  const records = inventory.archives.map((archive) => (isReadable(archive) ? archive.images : []));
  yield* eachOfAll(records, (record, _, archive) => {
    const image = positions.get(record.id);
    if (image === undefined) return;
    const named = images[image]?.platform ?? null;
    const known = platforms.get(named);
    const platform = known === undefined ? comparablePlatform(named) : known;
    if (known === undefined) platforms.set(named, platform);
    for (const reference of record.references) {
      if (!isDigestReference(reference) && hasTag(reference)) carry({ reference, archive: null, platform }, image);
    }
    // The position, not the path: inventories of two machines may both hold a `./image.tar`.
    for (const reference of record.localTags) carry({ reference, archive, platform }, image);
  });
  return carried.values();
}

function isDigestReference(reference: string): boolean {
  return reference.includes('@');
}

function hasTag(reference: string): boolean {
  return reference.includes(':', reference.lastIndexOf('/') + 1);
}

/** One text for one platform: writers leave out the variant that others spell out (`linux/arm64`, `linux/arm64/v8`). */
function comparablePlatform(platform: string | null): string | null {
  if (platform === null) return null;
  try {
    return formatPlatform(normalizePlatform(parsePlatform(platform)));
  } catch {
    return platform;
  }
}
