/** What the words of a command mean in a store: the images, and what of its index they are known by. */
import { StoreError, VarveError } from '../../model/error.js';
import type { Inventory } from '../../model/results/inventory.js';
import { parseFilters } from '../../query/filters.js';
import { findRows } from '../../query/find-images.js';
import { findImagesByEnd } from '../../query/name-ends.js';
import type { PlacedScan } from '../../scan/scan.js';
import { inTurns } from '../../sources/steps.js';
import { findEntry } from '../../store/index-words.js';
import { StoreFolder, storeState } from '../../store/store-folder.js';
import { holderOf, type StoreIndex } from '../../store/store-index.js';
import { storePlace } from '../../store/store-place.js';
import type { CommandIo } from '../command-io.js';
import type { OptionValues } from '../line/read-options.js';
import { type SelectedRow, type Selection, selectImages } from './select.js';

/** The store that the options or the environment name. Throws StoreError where there is none. */
export function presentStore({ store }: OptionValues<'store'>, { env }: CommandIo): StoreFolder {
  const folder = new StoreFolder(storePlace(store || null, env));
  if (storeState(folder) === 'absent')
    throw new StoreError(`there is no store at ${folder.path}; varve load makes one`);
  return folder;
}

/** All images of a scan, as rows. */
export async function allImages(
  { inventory }: Pick<PlacedScan, 'inventory'>,
  { signal }: CommandIo,
): Promise<Selection> {
  const now = { seconds: 0, nanoseconds: 0 };
  return inTurns(selectImages(inventory, { image: null, filters: parseFilters([]), now }), signal);
}

/** The rows that a word means: those of one name, or those of an image by its ID; an end of one name is enough. Throws VarveError `usage`. */
export function rowsOfWord(
  rows: readonly SelectedRow[],
  word: string,
): { readonly by: 'name' | 'id'; readonly rows: readonly SelectedRow[] } {
  const told = JSON.stringify(word);
  try {
    return findRows(rows, word, told) as { readonly by: 'name' | 'id'; readonly rows: readonly SelectedRow[] };
  } catch (error) {
    const [found] = findImagesByEnd(rows, word, told).images;
    if (found?.reference == null) throw error;
    return { by: 'name', rows: rows.filter(({ reference }) => reference === found.reference) };
  }
}

/** Looks for something in a store; where it is not found and not all could be read, that is told. Throws StoreError then. */
export function lookedUp<T>({ archives }: Pick<Inventory, 'archives'>, look: () => T): T {
  try {
    return look();
  } catch (error) {
    const lost = archives.flatMap(({ findings }) => findings).find(({ code }) => code === 'input-unreadable');
    if (lost === undefined || !(error instanceof VarveError)) throw error;
    throw new StoreError(`${error.message}; but not all of the store could be read: ${lost.message}`, { cause: error });
  }
}

/**
 * What a word means in an index: the root, null where none does any more, and the name by which it was found, null where that
 * was an ID. An image comes first, then whatever else has that name or digest. Throws VarveError `usage` for a word that means
 * nothing.
 */
export function rootOfWord(
  rows: readonly SelectedRow[],
  word: string,
  index: StoreIndex,
): {
  readonly root: (index: StoreIndex) => string | null;
  readonly ids: readonly string[];
  readonly name: string | null;
} {
  const images = imagesOfWord(rows, word);
  if (images instanceof VarveError) {
    const entry = findEntry(index, word);
    if (entry === null) throw images;
    return { root: (now) => findEntry(now, word)?.digest ?? null, ids: [], name: entry.name };
  }
  const name = images.by === 'name' ? (images.rows[0]?.reference ?? null) : null;
  return { root: rootOfRows(images), ids: images.rows.map(({ id }) => id), name };
}

function imagesOfWord(rows: readonly SelectedRow[], word: string): ReturnType<typeof rowsOfWord> | VarveError {
  try {
    return rowsOfWord(rows, word);
  } catch (error) {
    if (error instanceof VarveError) return error;
    throw error;
  }
}

function rootOfRows(found: ReturnType<typeof rowsOfWord>): (index: StoreIndex) => string | null {
  const [row] = found.rows;
  return (index) => {
    if (row === undefined) return null;
    if (found.by === 'name' && row.reference !== null) return holderOf(index, row.reference);
    const digests = [...row.image.manifestDigests, ...row.image.indexDigests];
    return (
      index.entries
        .map(({ digest }) => digest)
        .sort()
        .find((digest) => digests.includes(digest)) ?? null
    );
  };
}
