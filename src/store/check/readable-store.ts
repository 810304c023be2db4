/**
 * Whether a store can be read as one at all, before a command that would otherwise say no more than that there is nothing in it.
 * What is in it is left to the scan, which says more. Hostile input: a folder that others write to; no document is read that is
 * larger than those of a store are.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { workFolder } from '../../archive/folder-table.js';
import { diskCode, diskMessage } from '../../content/disk.js';
import { StoreError } from '../../model/error.js';
import { blobsOf, lstatOf, maxIndexBytes, type StoreFolder } from '../store-folder.js';

/**
 * Throws StoreError for a place where no store is, and for a store whose index is missing, is not to be read, or is none: with what
 * it is, and the way on. What is another kind of folder is read as what it is.
 */
export function refuseUnreadable(store: StoreFolder): void {
  const { path } = store;
  const names = namesOf(path).filter((name) => name !== workFolder);
  if (names.length === 0) throw absent(path);
  if (names.includes('manifest.json') || !(names.includes('blobs') || names.includes('oci-layout'))) return;
  // Somebody may just be making it.
  if (lstatOf(store.indexPath) === null && blobsOf(store).length === 0) throw absent(path);
  const fault = indexFault(store);
  if (fault === null) return;
  const ways = `varve fsck --store ${path} tells what is there; put a copy of it back, or load its archives into a new store`;
  throw new StoreError(`${store.indexPath} ${fault}, and nobody knows what is in the store without it; ${ways}`);
}

function absent(path: string): StoreError {
  return new StoreError(`there is no store at ${path}; varve load makes one`);
}

/** Throws StoreError. */
function namesOf(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) throw new StoreError(`the store ${path} is no folder`);
    return readdirSync(path);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const code = diskCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') throw absent(path);
    throw new StoreError(`the store ${path} cannot be read: ${diskMessage(error)}`, { cause: error });
  }
}

/** What is wrong with an index as a whole; null where it lists something or nothing. */
function indexFault({ indexPath }: StoreFolder): string | null {
  const stat = lstatOf(indexPath);
  if (stat === null) return 'is missing';
  // Readers say which limit it exceeds, and what else it is.
  if (!stat.isFile() || stat.size > maxIndexBytes) return null;
  try {
    const text = readFileSync(indexPath, 'utf8');
    if (text.trim() === '') return 'is empty';
    const index: unknown = JSON.parse(text);
    const hasList =
      typeof index === 'object' && index !== null && 'manifests' in index && Array.isArray(index.manifests);
    return hasList ? null : 'has no list of manifests';
  } catch (error) {
    return diskCode(error) === null ? 'is no JSON' : `cannot be read: ${diskMessage(error)}`;
  }
}
