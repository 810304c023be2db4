/**
 * Where the bytes of the archives go. Each class is added up by itself, from the bodies and the parts of the tar
 * structure that belong to it, never as a total minus the rest: that the classes add up to the total is then a check on
 * the scan and on this code, and no tautology.
 */
import type { ArchiveRecord, Inventory } from '../../model/results/inventory.js';
import type { Reclaim } from '../../model/results/results.js';
import { isReadable } from '../set/distinct-images.js';
import type { ByteClass, Classification } from './classification.js';

/** The classes of the whole set and of each archive alone, in bytes. */
export interface ReclaimTotals {
  readonly total: Reclaim;
  /** In input order; all zero for an archive that could not be read. */
  readonly archives: readonly Reclaim[];
}

const fields = {
  needed: 'neededBytes',
  duplicate: 'duplicateBytes',
  twin: 'twinBytes',
  dangling: 'danglingBytes',
  superseded: 'supersededBytes',
  unreferenced: 'unreferencedBytes',
  overhead: 'overheadBytes',
} as const satisfies Readonly<Record<ByteClass, keyof Reclaim>>;

/** Adds up the classes, set-wide and for each archive by the decisions made for the whole set. */
export function reclaimTotals(inventory: Inventory, { classes }: Classification): ReclaimTotals {
  const archives = inventory.archives.map((archive, position) => archiveBytes(archive, classes[position] ?? []));
  const total = noBytes();
  const counted = Object.keys(total) as (keyof Reclaim)[];
  for (const archive of archives) for (const field of counted) total[field] += archive[field];
  return { total, archives };
}

function archiveBytes(archive: ArchiveRecord, classes: readonly ByteClass[]): Reclaim {
  const sum = noBytes();
  if (!isReadable(archive)) return sum;
  sum.totalBytes = archive.tarBytes;
  archive.entries.forEach(({ storedBytes }, entry) => {
    sum[fields[classes[entry] ?? 'unreferenced']] += storedBytes;
  });
  const { headerBytes, paddingBytes, endBytes, trailingBytes } = archive.overhead;
  sum.overheadBytes += headerBytes + paddingBytes + endBytes + trailingBytes;
  // What a damaged archive does not need is no more certain than the rest of it: nothing of it is offered.
  const isOffered = archive.status !== 'failed';
  const spareBytes = sum.duplicateBytes + sum.danglingBytes + sum.unreferencedBytes;
  sum[isOffered ? 'reclaimableBytes' : 'withheldBytes'] = spareBytes;
  return sum;
}

/** An account of nothing. */
export function noBytes(): Reclaim {
  return {
    totalBytes: 0,
    neededBytes: 0,
    duplicateBytes: 0,
    twinBytes: 0,
    danglingBytes: 0,
    supersededBytes: 0,
    unreferencedBytes: 0,
    overheadBytes: 0,
    reclaimableBytes: 0,
    withheldBytes: 0,
  };
}
