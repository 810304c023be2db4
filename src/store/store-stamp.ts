/**
 * Whether a store was changed while it was read. Readers take no lock: a writer puts a new index in place of the old one, and
 * removes blobs after that, so whoever has read the old one reads again.
 */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { workFolder } from '../archive/folder-table.js';

/** The states of the stores among these inputs; unlike another one where an index has been replaced between them. */
export function storeStamp(inputs: readonly string[]): string {
  return inputs.map((input) => (isStore(input) ? stampOf(join(input, 'index.json')) : '')).join(' ');
}

function isStore(path: string): boolean {
  try {
    return lstatSync(join(path, workFolder)).isDirectory();
  } catch {
    return false;
  }
}

function stampOf(path: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join('/');
  } catch {
    return '-';
  }
}
