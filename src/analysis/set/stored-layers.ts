/**
 * How the layers of an image are stored: as the archive that they are taken from has them; where a body is not there, as
 * any other archive of the set does.
 */
import type { EntryRecord, Inventory } from '../../model/results/inventory.js';
import type { SetImage } from './image-set.js';
import { firstUsable } from './stored-copies.js';

/** The layers of an image as they are stored; bytes as often as a layer is listed. */
interface StoredLayers {
  /** Null where the body of one is in no archive. */
  readonly storedBytes: number | null;
  /** Of those that are there, each once, sorted. */
  readonly compressions: string[];
}

/** The body of each layer, base first; null where there is none. */
export function storedLayers(image: SetImage, { archives }: Inventory): (EntryRecord | null)[] {
  const { entries } = archives[image.layersArchive] ?? { entries: [] };
  return image.layers.map(({ entry }, position) => {
    const own = entry === null ? undefined : entries[entry];
    return own ?? firstUsable(image.setLayers[position]?.copies ?? [])?.record ?? null;
  });
}

/** The sum of these bodies, and their forms. */
export function storedFacts(image: SetImage, inventory: Inventory): StoredLayers {
  const bodies = storedLayers(image, inventory);
  let storedBytes: number | null = 0;
  for (const body of bodies)
    storedBytes = storedBytes === null || body === null ? null : storedBytes + body.storedBytes;
  const compressions = new Set<string>();
  for (const body of bodies) if (body !== null && body.compression !== null) compressions.add(body.compression);
  return { storedBytes, compressions: [...compressions].sort() };
}
