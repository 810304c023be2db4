/**
 * The frame of every change of a store: the lock, a store that is whole, the index read under the lock, and the index written
 * last. Others that know nothing of the lock may write the index too (skopeo does): it is read again just before it is
 * written, and a change is made to what stands there then.
 */
import { StoreError, VarveError } from '../model/error.js';
import { completeStore, prepareFolder, readIndex, type StoreFolder, storeState, writeIndex } from './store-folder.js';
import { indexText, type StoreIndex } from './store-index.js';
import { type HeldLock, type LockSettings, takeLock } from './store-lock.js';

/** A store that nobody else of ours writes to. */
export interface OpenStore {
  readonly store: StoreFolder;
  readonly lock: HeldLock;
  /** The index as it is now. Throws StoreError. */
  index(): StoreIndex;
  /** Changes the index durably; `change` gets what stands there and may be asked twice. Throws OutputError. */
  commit(change: (index: StoreIndex) => StoreIndex): void;
}

/** Takes the lock of a store, does the work and gives it back; a store that is not there is made where `creates`. */
export async function changeStore<T>(
  store: StoreFolder,
  settings: LockSettings & { readonly creates: boolean },
  work: (open: OpenStore) => Promise<T>,
): Promise<T> {
  if (storeState(store) === 'absent' && !settings.creates) {
    throw new VarveError('usage', `there is no store at ${store.path}; varve load makes one`);
  }
  prepareFolder(store);
  const lock = await takeLock(store.lockPath, settings);
  try {
    // Whoever held the lock before may have made it, or something else of it.
    storeState(store);
    completeStore(store);
    return await work({
      store,
      lock,
      index: () => readIndex(store).index,
      commit: (change) => commit(store, lock, change),
    });
  } finally {
    lock.release();
  }
}

const maxTries = 10;

function commit(store: StoreFolder, lock: HeldLock, change: (index: StoreIndex) => StoreIndex): void {
  for (let tries = 0; tries < maxTries; tries++) {
    const { text, index } = readIndex(store);
    const changed = change(index);
    if (indexText(changed) === indexText(index)) return;
    lock.check();
    if (readIndex(store).text !== text) continue;
    writeIndex(store, changed);
    return;
  }
  throw new StoreError(`${store.indexPath} is changed by somebody else all the time; nothing was written`);
}
