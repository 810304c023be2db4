/** What a store is and what lies in it, without reading a body; where there is none, that and why. Never throws for what is there. */
import { lstatSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, VarveError } from '../../model/error.js';
import type { Info } from '../../model/results/store/info.js';
import type { OwnProcess } from '../lock-owner.js';
import { blobsOf, lstatOf, readIndex, StoreFolder, storeState } from '../store-folder.js';
import { fileSystemName } from './file-systems.js';
import { leftoversOf } from './leftovers.js';
import { storeLock } from './lock-facts.js';

type StoreFacts = Info['store'];

const nothing = {
  format: null,
  images: null,
  names: null,
  blobs: 0,
  blobBytes: 0,
  lock: null,
  quarantine: { files: 0, bytes: 0 },
  uploads: { files: 0, bytes: 0 },
  ballastBytes: null,
} as const;

/** The facts of a store; `images` is what a scan of it has found, null where there was none. */
export function storeFacts(
  place: Pick<StoreFacts, 'path' | 'from'>,
  own: OwnProcess,
  images: number | null,
): StoreFacts {
  const store = new StoreFolder(place.path);
  const facts = { ...place, ...nothing, ...fileSystemOf(place.path) };
  try {
    if (storeState(store) === 'absent') {
      return { ...facts, state: 'absent', reason: 'there is no store; varve load makes one' };
    }
    return { ...facts, state: 'store', ...indexFacts(store, images), ...folderFacts(store, own) };
  } catch (error) {
    if (!(error instanceof VarveError) && !isSystemError(error)) throw error;
    return { ...facts, state: 'refused', reason: messageOf(error) };
  }
}

function indexFacts(store: StoreFolder, images: number | null) {
  const format = 'oci-layout';
  try {
    const { index } = readIndex(store);
    const names = new Set(index.entries.flatMap((entry) => entry.names.map(({ name }) => name))).size;
    return { format, names, images, reason: null };
  } catch (error) {
    if (!(error instanceof VarveError)) throw error;
    return { format, names: null, images: null, reason: messageOf(error) };
  }
}

function folderFacts(store: StoreFolder, own: OwnProcess) {
  const blobs = blobsOf(store);
  const { quarantine, uploads, ballastBytes } = leftoversOf(store);
  return {
    blobs: blobs.length,
    blobBytes: blobs.reduce((sum, path) => sum + (lstatOf(path)?.size ?? 0), 0),
    lock: storeLock(store, own),
    quarantine: { files: quarantine.names.length, bytes: quarantine.bytes },
    uploads: { files: uploads.names.length, bytes: uploads.bytes },
    ballastBytes,
  };
}

/** Of the folder, or of the nearest one above it that is there. */
function fileSystemOf(path: string): Pick<StoreFacts, 'fileSystem' | 'freeBytes'> {
  for (let folder = path; ; folder = dirname(folder)) {
    if (lstatSync(folder, { throwIfNoEntry: false }) === undefined && dirname(folder) !== folder) continue;
    try {
      const { type, bavail, bsize } = statfsSync(folder);
      return { fileSystem: fileSystemName(type), freeBytes: bavail * bsize };
    } catch {
      return { fileSystem: null, freeBytes: null };
    }
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
