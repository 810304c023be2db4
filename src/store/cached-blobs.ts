/** Blobs of a store that a cache knows to be what they are called, since an earlier load has hashed them, and what it is to know. */
import { setTimeout as delay } from 'node:timers/promises';
import { KnownFiles, type KnownFilesOptions } from '../cache/known-files.js';
import type { Digest } from '../model/digest.js';
import type { StoreFolder } from './store-folder.js';

/** Until then a file that was just written might be changed without a trace (sources/file-identity.ts). */
const settledMs = 60;

export interface CachedBlobs {
  /** Those that are as they were. */
  known(): Digest[];
  /** Keeps those of which the bytes were seen to be right. */
  keep(digests: readonly Digest[]): Promise<void>;
}

/** What the cache in a folder knows of a store. Throws VarveError `usage`. */
export function cachedBlobs(
  store: StoreFolder,
  options: Pick<KnownFilesOptions, 'cache' | 'engine' | 'limitBytes' | 'onRemark'>,
): CachedBlobs {
  const files = new KnownFiles({ ...options, folder: store.path, pathOf: (digest) => store.blobPath(digest) });
  return {
    known: () => files.known(),
    async keep(digests) {
      await delay(settledMs);
      files.keep(digests);
    },
  };
}
