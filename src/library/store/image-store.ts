/**
 * A store of images for callers of the library: opened by its path, and handed to the functions beside it. A handle holds nothing
 * open; each change takes the lock for as long as it lasts, and each reading takes none.
 */
import { resolve } from 'node:path';
import { StoreError, VarveError } from '../../model/error.js';
import type { ScanLimits } from '../../model/limits.js';
import type { Engine } from '../../observe/hasher.js';
import type { Progress, ScanOptions } from '../../scan/settings.js';
import { ownProcess } from '../../store/lock/own-process.js';
import { StoreFolder, storeState } from '../../store/store-folder.js';
import type { LockSettings } from '../../store/store-lock.js';

export interface StoreOptions {
  /** How long a change waits for another writer, in milliseconds. Default 300,000. */
  readonly lockTimeoutMs?: number;
  /** Is told once who is waited for. Default: nobody is told. */
  readonly onWait?: (text: string) => void;
}

/** A store that was opened. */
export interface ImageStore {
  /** Its folder, in full. */
  readonly path: string;
  readonly lockTimeoutMs: number;
  readonly onWait: (text: string) => void;
}

/** What every function over a store takes beside its own options. */
export interface StoreRunOptions {
  /** Threads that hash, as in a scan. */
  readonly workers?: number;
  /** Default `node`. */
  readonly engine?: Engine;
  /** Other limits than those of the program, by name. */
  readonly limits?: ScanLimits;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

const usualTimeoutMs = 300_000;

/**
 * Opens a store, or a place for one, which `loadImages` makes. Throws VarveError `input-unreadable` where something else is
 * there, `usage` for a time that is none.
 */
export function openStore(path: string, options: StoreOptions = {}): ImageStore {
  const { lockTimeoutMs = usualTimeoutMs, onWait = () => {} } = options;
  if (!Number.isFinite(lockTimeoutMs) || lockTimeoutMs < 0) {
    throw new VarveError('usage', `the option lockTimeoutMs takes milliseconds from 0, not ${lockTimeoutMs}`);
  }
  const full = resolve(path);
  storeState(new StoreFolder(full));
  return { path: full, lockTimeoutMs, onWait };
}

/** The folder of a store that is there. Throws StoreError where none is. */
export function presentFolder({ path }: ImageStore): StoreFolder {
  const folder = new StoreFolder(path);
  if (storeState(folder) === 'absent') throw new StoreError(`there is no store at ${path}; varve load makes one`);
  return folder;
}

/** How a change of this store waits for its lock. */
export function lockOf({ lockTimeoutMs, onWait }: ImageStore, { signal }: StoreRunOptions): LockSettings {
  return { own: ownProcess, timeoutMs: lockTimeoutMs, onWait, signal };
}

/** What of these options a scan takes. */
export function scanOptionsOf({ workers, engine, limits, onProgress, signal }: StoreRunOptions): ScanOptions {
  return {
    inventories: false,
    ...(workers === undefined ? {} : { workers }),
    ...(engine === undefined ? {} : { engine }),
    ...(limits === undefined ? {} : { limits }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  };
}
