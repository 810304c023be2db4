/** One more name for something in a store: the name goes there from wherever it was, by one change of the index. */

import { StoreError, VarveError } from '../model/error.js';
import { formatReference, tryParseReference, withDefaultTag } from '../model/reference.js';
import { changeStore, type OpenStore, planChange } from './change-store.js';
import type { StoreFolder } from './store-folder.js';
import { holderOf, type StoreIndex, type StoreName, withName } from './store-index.js';
import type { LockSettings } from './store-lock.js';

/** A name that somebody types for an image, in full. Throws VarveError `usage` for what is none. */
export function newName(text: string): StoreName {
  const reference = tryParseReference(text);
  if (reference === null || reference.digest !== null) {
    const why = reference === null ? 'it is no image reference' : 'a digest cannot be chosen';
    throw new VarveError('usage', `${JSON.stringify(text)} cannot be the name of an image: ${why}`);
  }
  return { name: formatReference(withDefaultTag(reference)), isReference: true };
}

/** What has a name, by the digests of manifests or indexes. */
export interface Tagged {
  /** What had it until then; null where nothing had. */
  readonly from: string | null;
  readonly to: string;
}

/**
 * Gives a root a name, or with `dryRun` says what that would do. `find` looks for it in the store as it is under the lock. Throws
 * StoreError, OutputError, `interrupted`.
 */
export async function tagRoot(
  store: StoreFolder,
  find: () => Promise<(index: StoreIndex) => string | null>,
  name: StoreName,
  settings: LockSettings & { readonly dryRun: boolean },
): Promise<Tagged> {
  const work = async (open: OpenStore): Promise<Tagged> => {
    const rootOf = await find();
    let from: string | null = null;
    let to = '';
    open.commit((index) => {
      const digest = rootOf(index);
      const entry = index.entries.find((one) => one.digest === digest);
      if (entry === undefined) throw new StoreError('the image has gone from the store meanwhile; nothing was changed');
      from = holderOf(index, name.name);
      to = entry.digest;
      return withName(index, entry.digest, name);
    });
    return { from, to };
  };
  return settings.dryRun ? planChange(store, work) : changeStore(store, { ...settings, creates: false }, work);
}
