/** Blobs of a store of which a cache knows, or a scan finds out now, that they are what they are called. */
import { lstatSync } from 'node:fs';
import { type Digest, digestOf } from '../model/digest.js';
import { scan } from '../scan/scan.js';
import type { ScanOptions } from '../scan/settings.js';
import { type StoreFolder, storeState } from './store-folder.js';

const blobName = /^blobs\/(sha256|sha512)\/([0-9a-f]+)$/;

/** Scans a store with a cache; nothing where there is no store. Throws VarveError `interrupted`. */
export async function trustedBlobs(store: StoreFolder, options: ScanOptions): Promise<Digest[]> {
  if (storeState(store) === 'absent') return [];
  const { archives } = await scan([store.path], { ...options, verify: true });
  return archives.flatMap(({ entries }) =>
    entries.flatMap(({ name, digest, intact, storedBytes }) => {
      const [, algorithm = '', hex = ''] = blobName.exec(name) ?? [];
      const claimed = digestOf(algorithm, hex);
      const isRight = claimed !== null && digest === claimed && intact !== false;
      return isRight && sizeOf(store.blobPath(claimed)) === storedBytes ? [claimed] : [];
    }),
  );
}

function sizeOf(path: string): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true ? stat.size : -1;
}
