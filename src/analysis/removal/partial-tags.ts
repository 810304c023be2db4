/**
 * Tags that a removal leaves with fewer platforms: under an index `shop/api:1.2` may mean an image for each of several
 * platforms, and a cluster that pulls it by this name misses the one that is gone. A tag that goes from all of them is
 * not partial; nor is one of which another image of the same platform stays. A local tag is one of its archive.
 */

import { formatPlatform, normalizePlatform, parsePlatform } from '../../model/platform.js';
import type { ImageRecord, Inventory } from '../../model/results/inventory.js';
import type { Plan } from '../../model/results/plan.js';
import { eachOf, flatMapped, type Work } from '../../model/work/work.js';
import { readableArchives } from '../set/distinct-images.js';

interface Carriers {
  readonly reference: string;
  readonly goes: Set<string>;
  readonly stays: Set<string>;
}

/** In first-seen order; `stays` says of an image, by its ID, whether a name of it stays. */
export function* partialTags(
  inventory: Inventory,
  stays: (id: string, name: string) => boolean,
): Work<Plan['partialTags']> {
  const tags = new Map<string, Carriers>();
  for (const [archive, { images }] of readableArchives(inventory)) {
    yield* eachOf(images, (image) => {
      const platform = platformOf(image);
      if (platform === null) return;
      for (const [key, reference] of tagsOf(image, archive)) {
        const carriers = tags.get(key) ?? { reference, goes: new Set(), stays: new Set() };
        tags.set(key, carriers);
        carriers[stays(image.id, reference) ? 'stays' : 'goes'].add(platform);
      }
    });
  }
  return yield* flatMapped(tags.values(), ({ reference, goes, stays: left }) => {
    const lost = [...goes].filter((platform) => !left.has(platform));
    return lost.length === 0 || left.size === 0 ? [] : [{ reference, goes: lost, stays: [...left] }];
  });
}

function tagsOf({ references, localTags }: ImageRecord, archive: number): [key: string, reference: string][] {
  return [
    ...references.filter((name) => !name.includes('@')).map((name): [string, string] => [JSON.stringify([name]), name]),
    ...localTags.map((name): [string, string] => [JSON.stringify([archive, name]), name]),
  ];
}

/** In the form that compares; null where it is not known. */
function platformOf({ platform }: ImageRecord): string | null {
  if (platform === null) return null;
  try {
    return formatPlatform(normalizePlatform(parsePlatform(platform)));
  } catch {
    return platform;
  }
}
