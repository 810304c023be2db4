/**
 * What images are worth in bytes: alone, in turn, and together. A blob counts for the last image that holds it; a file that
 * no image or artifact is left in counts as a whole.
 */
import type { Inventory } from '../../model/results/inventory.js';
import { bodyBytes } from '../bytes/archive-bytes.js';
import { type BlobHolders, goesWith } from '../set/blob-holders.js';
import { emptiedFiles } from './emptied-files.js';
import type { Stock } from './freed-copies.js';

/** What each image has for itself: blobs that no other one holds. */
export function aloneBytes({ blobs }: BlobHolders): Map<number, number> {
  const alone = new Map<number, number>();
  for (const { holders, storedBytes } of blobs.values()) {
    if (holders === null || holders === 'always' || holders.size !== 1) continue;
    for (const image of holders) alone.set(image, (alone.get(image) ?? 0) + storedBytes);
  }
  return alone;
}

/** Each blob that goes counts for the last of its images: only then is it free. `gone` has their turns. */
export function creditedBytes({ blobs }: BlobHolders, gone: ReadonlyMap<number, number>): Map<number, number> {
  const credited = new Map<number, number>();
  const positions = new Set(gone.keys());
  for (const { holders, storedBytes } of blobs.values()) {
    if (holders === null || holders === 'always' || !goesWith(holders, positions)) continue;
    let last: number | null = null;
    for (const image of holders) {
      if (last === null || (gone.get(image) ?? 0) > (gone.get(last) ?? 0)) last = image;
    }
    if (last !== null) credited.set(last, (credited.get(last) ?? 0) + storedBytes);
  }
  return credited;
}

/**
 * What goes with images where no class of copies goes too, by adding up: a proposal asks for it once for each image. Null
 * where a body is broken, since then a file may hold the only usable copy of what another one needs.
 */
export function quickMeasure({ archives }: Inventory, stock: Stock): ((images: ReadonlySet<number>) => number) | null {
  if (archives.some(({ entries }) => entries.some(({ intact }) => intact === false))) return null;
  const bodies = archives.map(bodyBytes);
  return (images) => {
    const whole = new Set(emptiedFiles(stock.files, images).flatMap((unit) => unit.archives));
    let bytes = 0;
    for (const position of whole) bytes += bodies[position] ?? 0;
    for (const { holders, copies, storedBytes } of stock.holders.blobs.values()) {
      if (!goesWith(holders, images)) continue;
      if (whole.size === 0) bytes += storedBytes;
      else for (const { archive, record } of copies) if (!whole.has(archive)) bytes += record.storedBytes;
    }
    return bytes;
  };
}
