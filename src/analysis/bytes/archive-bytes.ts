/**
 * The two kinds of bytes of one archive: its bodies, which plans count one by one, and its overhead: the structure of the
 * tar and the documents that the format knows by name. What is unreadable has neither.
 */
import type { ArchiveRecord, EntryRecord } from '../../model/results/inventory.js';
import { isReadable } from '../set/distinct-images.js';

/** Every entry that is no document. */
export function bodiesOf(archive: ArchiveRecord): readonly EntryRecord[] {
  return isReadable(archive) ? archive.entries.filter(({ role }) => role !== 'document') : [];
}

/** Stored bytes of the bodies. */
export function bodyBytes(archive: ArchiveRecord): number {
  return sum(bodiesOf(archive).map(({ storedBytes }) => storedBytes));
}

/** All that is no body. */
export function overheadBytes(archive: ArchiveRecord): number {
  if (!isReadable(archive)) return 0;
  const { headerBytes, paddingBytes, endBytes, trailingBytes } = archive.overhead;
  const documents = archive.entries.filter(({ role }) => role === 'document').map(({ storedBytes }) => storedBytes);
  return headerBytes + paddingBytes + endBytes + trailingBytes + sum(documents);
}

/** Of the overhead, what belongs to no body: documents with their headers, link entries, the end of the tar. */
export function frameBytes(archive: ArchiveRecord): number {
  return overheadBytes(archive) - sum(bodiesOf(archive).map(({ structureBytes }) => structureBytes ?? 0));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
