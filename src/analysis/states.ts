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

/** The states of the images, one for each, in their order. */
export function imageStates(inventory: Inventory, images: readonly DistinctImage[]): ImageState[] {
  const carriers = tagCarriers(inventory, images);
  const created = images.map(({ createdAt }) => (createdAt === null ? null : parseInstant(createdAt)));
  const tagged = new Set<number>();
  const winners = new Set<number>();
  for (const candidates of carriers.values()) {
    for (const image of candidates) tagged.add(image);
    const winner = winnerOf(candidates, created);
    if (winner !== null) winners.add(winner);
  }
  return images.map(({ references, localTags }, image) => {
    if (references.length === 0 && localTags.length === 0) return 'dangling';
    if (references.some(isDigestReference)) return 'live';
    return tagged.has(image) && !winners.has(image) ? 'superseded' : 'live';
  });
}

/** For each tag key the images that carry it, ordered by the last place in the input that says so. */
function tagCarriers(inventory: Inventory, images: readonly DistinctImage[]): Map<string, Set<number>> {
  const numbers = new Map(images.map(({ id }, image) => [id, image]));
  const platforms = images.map(({ platform }) => comparablePlatform(platform));
  const carriers = new Map<string, Set<number>>();
  for (const [archive, { images: records }] of readableArchives(inventory)) {
    for (const record of records) {
      const image = numbers.get(record.id);
      if (image === undefined) continue;
      for (const key of tagKeys(record, archive, platforms[image] ?? null)) {
        const known = carriers.get(key) ?? new Set();
        // A set keeps the order of insertion: taken out and put back, the image stands where it was seen last.
        known.delete(image);
        carriers.set(key, known.add(image));
      }
    }
  }
  return carriers;
}

function tagKeys(record: ImageRecord, archive: number, platform: string | null): string[] {
  const references = record.references.filter((reference) => !isDigestReference(reference) && hasTag(reference));
  return [
    ...references.map((reference) => JSON.stringify([reference, platform])),
    // The position, not the path: inventories of two machines may both hold a `./image.tar`.
    ...record.localTags.map((tag) => JSON.stringify([archive, tag, platform])),
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
