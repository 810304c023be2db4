/**
 * Which images are live, superseded or dangling. A tag compares as (normalised reference, platform), a local tag only
 * within its archive; each such key has one winner among the images that carry it, and an image is superseded when it
 * wins none of its keys. An image that a digest reference names is kept by that name, and so is always live.
 */

import { compareInstants, type Instant, parseInstant } from '../model/instants.js';
import type { ImageRecord, Inventory } from '../model/inventory.js';
import { formatPlatform, normalizePlatform, parsePlatform } from '../model/platform.js';
import type { ImageState } from '../model/results.js';
import { type DistinctImage, readableArchives } from './distinct-images.js';

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

/** A tag with the position of the image that it means. */
export interface HeldTag extends Tag {
  readonly image: number;
}

/** The images that carry a tag, ordered by the last place in the input that says so. */
interface CarriedTag extends Tag {
  readonly carriers: Set<number>;
}

/** The states of the images, one for each, in their order. */
export function imageStates(inventory: Inventory, images: readonly DistinctImage[]): ImageState[] {
  const carried = carriedTags(inventory, images);
  const tagged = new Set(carried.flatMap(({ carriers }) => [...carriers]));
  const winners = new Set(heldBy(carried, images).map(({ image }) => image));
  return images.map(({ references, localTags }, image) => {
    if (references.length === 0 && localTags.length === 0) return 'dangling';
    if (references.some(isDigestReference)) return 'live';
    return tagged.has(image) && !winners.has(image) ? 'superseded' : 'live';
  });
}

/** Every tag of the set with the image that it means: of several that carry it, the newest. In first-seen order. */
export function heldTags(inventory: Inventory, images: readonly DistinctImage[]): HeldTag[] {
  return heldBy(carriedTags(inventory, images), images);
}

function heldBy(carried: readonly CarriedTag[], images: readonly DistinctImage[]): HeldTag[] {
  const created = images.map(({ createdAt }) => (createdAt === null ? null : parseInstant(createdAt)));
  return carried.flatMap(({ carriers, ...tag }) => {
    const image = winnerOf(carriers, created);
    return image === null ? [] : [{ ...tag, image }];
  });
}

function carriedTags(inventory: Inventory, images: readonly DistinctImage[]): CarriedTag[] {
  const numbers = new Map(images.map(({ id }, image) => [id, image]));
  const platforms = images.map(({ platform }) => comparablePlatform(platform));
  const carried = new Map<string, CarriedTag>();
  for (const [archive, { images: records }] of readableArchives(inventory)) {
    for (const record of records) {
      const image = numbers.get(record.id);
      if (image === undefined) continue;
      for (const tag of tagsOf(record, archive, platforms[image] ?? null)) {
        const key = JSON.stringify([tag.archive, tag.reference, tag.platform]);
        const known = carried.get(key) ?? { ...tag, carriers: new Set() };
        // A set keeps the order of insertion: taken out and put back, the image stands where it was seen last.
        known.carriers.delete(image);
        known.carriers.add(image);
        carried.set(key, known);
      }
    }
  }
  return [...carried.values()];
}

function tagsOf(record: ImageRecord, archive: number, platform: string | null): Tag[] {
  const references = record.references.filter((reference) => !isDigestReference(reference) && hasTag(reference));
  return [
    ...references.map((reference) => ({ reference, archive: null, platform })),
    // The position, not the path: inventories of two machines may both hold a `./image.tar`.
    ...record.localTags.map((reference) => ({ reference, archive, platform })),
  ];
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

function winnerOf(candidates: ReadonlySet<number>, created: readonly (Instant | null)[]): number | null {
  let winner: number | null = null;
  for (const image of candidates) {
    if (winner === null || replaces(created[image] ?? null, created[winner] ?? null)) winner = image;
  }
  return winner;
}

/** Whether an image that comes later in the input is the newer one: always, unless both dates are known and say no. */
function replaces(later: Instant | null, earlier: Instant | null): boolean {
  return later === null || earlier === null || compareInstants(later, earlier) >= 0;
}
