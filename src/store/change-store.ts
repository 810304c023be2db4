/**
 * The frame of every change of a store: the lock, a store that is whole, the index read under the lock, and the index written
 * last. Others that know nothing of the lock may write the index too (skopeo does): it is read again just before it is
 * written, and a change is made to what stands there then.
 */
import { discard, isFull } from '../content/disk.js';
import { guarded, syncFolder } from '../content/new-output.js';
import { StoreError, VarveError } from '../model/error.js';
import type { FindingCode } from '../model/finding.js';
import type { ArchiveRecord } from '../model/results/inventory.js';
import {
  completeStore,
  lstatOf,
  prepareFolder,
  readableText,
  readIndex,
  type StoreFolder,
  storeState,
  writeIndex,
} from './store-folder.js';
import { emptyIndex, indexText, type StoreIndex } from './store-index.js';
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
  const lock = await lockOf(store, settings);
  try {
    // Whoever held the lock before may have made it, or something else of it.
    storeState(store);
    completeStore(store);
    const result = await work({
      store,
      lock,
      index: () => readIndex(store).index,
      commit: (change) => commit(store, lock, change),
    });
    lock.release();
    return result;
  } catch (error) {
    releaseAll(lock);
    throw error;
  }
}

/**
 * The same for a plan, which keeps nobody waiting: the index is changed in memory alone, and a store that is not there is an
 * empty one. The work may write nothing. Throws StoreError.
 */
export function planChange<T>(store: StoreFolder, work: (open: OpenStore) => Promise<T>): Promise<T> {
  const isThere = storeState(store) === 'store' && lstatOf(store.indexPath) !== null;
  let index = isThere ? readIndex(store).index : emptyIndex;
  return work({
    store,
    lock: { check: () => {}, release: () => {} },
    index: () => index,
    commit: (change) => {
      index = change(index);
      readableText(store, index);
    },
  });
}

/** A link to a long name needs a block, which a full disk has not. */
async function lockOf(store: StoreFolder, settings: LockSettings): Promise<HeldLock> {
  try {
    return await takeLock(store.lockPath, settings);
  } catch (error) {
    if (!isFull(error)) throw error;
    discard(store.ballastPath);
    return takeLock(store.lockPath, settings);
  }
}

/** What went wrong first is told; a lock that stays is that of a process which is gone. */
function releaseAll(lock: HeldLock): void {
  try {
    lock.release();
  } catch {
    // Not told.
  }
}

/** Throws StoreError where a scan of a store has not read all that says which images there are. */
export function refuseUnread(archives: readonly Pick<ArchiveRecord, 'findings'>[]): void {
  const lost = archives
    .flatMap(({ findings }) => findings)
    .find(
      ({ code, subject }) =>
        code === 'limit-exceeded' || (unreadCodes.has(code) && subject?.startsWith('blobs/') !== true),
    );
  if (lost !== undefined) throw new StoreError(`${lost.message}; nothing was changed`);
}

const unreadCodes: ReadonlySet<string> = new Set(['input-unreadable', 'input-changed'] satisfies FindingCode[]);
const maxTries = 10;

function commit(store: StoreFolder, lock: HeldLock, change: (index: StoreIndex) => StoreIndex): void {
  for (let tries = 0; tries < maxTries; tries++) {
    const { text, index } = readIndex(store);
    const changed = change(index);
    if (indexText(changed) === indexText(index)) {
      // Whoever wrote it may have been ended before it was durable.
      guarded(store.path, () => syncFolder(store.path));
      return;
    }
    lock.check();
    if (readIndex(store).text !== text) continue;
    writeIndex(store, changed);
    return;
  }
  throw new StoreError(`${store.indexPath} is changed by somebody else all the time; nothing was written`);
}
