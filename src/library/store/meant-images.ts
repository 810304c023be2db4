/** What names mean in a store, for callers of the library: a name, the end of one, a digest, or the ID of an image. */
import type { ImageSet, SetImage } from '../../analysis/set/image-set.js';
import { VarveError } from '../../model/error.js';
import { type FoundEntry, findEntry } from '../../store/index-words.js';
import type { StoreIndex } from '../../store/store-index.js';

/** What one name means: images, and where it is no ID of one, what in the index it was found by. */
export interface MeantImages {
  readonly images: readonly SetImage[];
  readonly entry: FoundEntry | null;
}

const idStart = /^[0-9a-f]{4,64}$/;

/** Throws VarveError `usage` for what means nothing in the store, or several things. */
export function meantImages(index: StoreIndex, { images }: ImageSet, word: string): MeantImages {
  const entry = findEntry(index, word);
  if (entry !== null) {
    const own = images.filter(({ manifestDigests, indexDigests }) =>
      [...manifestDigests, ...indexDigests].includes(entry.digest),
    );
    return { images: own, entry };
  }
  const start = word.replace(/^sha256:/, '');
  const found = idStart.test(start) ? images.filter(({ id }) => id.startsWith(`sha256:${start}`)) : [];
  if (found.length === 1) return { images: found, entry: null };
  const why =
    found.length === 0 ? 'nothing in the store has this name or ID' : 'several images have an ID that starts so';
  throw new VarveError('usage', `${JSON.stringify(word)}: ${why}`);
}

/** The root in an index that a name means; null where there is none any more. */
export function rootOfMeant({ images, entry }: MeantImages, { entries }: StoreIndex): string | null {
  if (entry !== null) return entry.digest;
  const digests = new Set(images.flatMap((image) => [...image.manifestDigests, ...image.indexDigests]));
  const roots = entries.map(({ digest }) => digest).filter((digest) => digests.has(digest));
  return roots.sort()[0] ?? null;
}
