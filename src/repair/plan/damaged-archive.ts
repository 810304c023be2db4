/** A damaged archive as the plan of its repair begins: each of its entries where it is, and what is known of its body. */
import type { EntryTable } from '../../archive/entry-table.js';
import { paddingOf } from '../../archive/tar/tar-cursor.js';
import { contentBytesOf } from '../../model/content-size.js';
import type { Finding } from '../../model/finding.js';
import type { Limits } from '../../model/limits.js';
import type { ArchiveRecord } from '../../model/results/inventory.js';
import type { ArchivePlaces } from '../../scan/archive-places.js';
import type { Location } from '../../sources/location.js';
import { endOf, headsOf, type RepairPiece, type Slot, stretchOf, zerosBehind } from './slots.js';

/** An archive of which the entries are known. */
export interface DamagedArchive extends Pick<ArchivePlaces, 'bodies' | 'observed'> {
  readonly record: ArchiveRecord;
  readonly table: EntryTable;
  readonly location: Location;
  readonly limits: Limits;
}

/** An archive as it is to be. */
export interface Draft {
  readonly slots: readonly Slot[];
  /** What stands behind its last entry; null in a folder. */
  readonly end: RepairPiece | null;
  /** What is said of its structure. */
  readonly findings: readonly Finding[];
}

/** The archive as it is. */
export function draftOf({ bodies, observed, table, location }: DamagedArchive): Draft {
  const documents = new Map(bodies.map(({ entry, document }) => [entry.index, document]));
  const isTar = table.container === 'tar';
  const heads = isTar ? headsOf(table.entries, location) : [];
  const slots = table.entries.map((entry, i): Slot => {
    const { dataOffsetBytes, storedBytes } = entry;
    const bodyEnd = dataOffsetBytes + storedBytes;
    return {
      entry,
      head: heads[i] ?? null,
      body: stretchOf(entry.location ?? location, dataOffsetBytes, bodyEnd),
      padding: isTar ? stretchOf(location, bodyEnd, endOf(entry)) : null,
      origin: { kind: 'own' },
      observation: observed.bodies.get(entry.index) ?? null,
      failure: observed.failed.get(entry.index) ?? null,
      document: documents.get(entry.index) ?? null,
    };
  });
  const last = table.entries.at(-1);
  const end = isTar ? stretchOf(location, last === undefined ? 0 : endOf(last), table.sizeBytes) : null;
  return { slots, end, findings: table.findings };
}

/** How a tar ends before its time, or null. */
export function endingOf({ table }: DamagedArchive): 'cut' | 'header' | 'unclosed' | null {
  const { container, findings, truncated, overhead } = table;
  if (container !== 'tar') return null;
  const has = (wanted: Finding['code']): boolean => findings.some(({ code }) => code === wanted);
  if (truncated) return 'cut';
  // What follows a header that cannot be read counts as trailing; behind the end blocks it has a finding of its own.
  if (has('header-invalid') && overhead.trailingBytes > 0 && !has('trailing-bytes')) return 'header';
  return has('end-blocks-missing') ? 'unclosed' : null;
}

/** What is said of the structure beside how it ends: behind `endBytes`, where the last whole entry does. */
export function findingsBesideEnding(findings: readonly Finding[], endBytes: number): Finding[] {
  return findings.filter(({ code, offsetBytes }) => {
    if (code === 'header-invalid') return offsetBytes !== null && offsetBytes < endBytes;
    return code !== 'archive-truncated' && code !== 'end-blocks-missing';
  });
}

/** The whole entries of a tar that ends before its time. */
export function wholeSlots({ slots }: Draft): Slot[] {
  return slots.filter(isWholeBody).map((slot) => {
    const { padding, entry } = slot;
    return padding === null || padding.sizeBytes === paddingOf(entry.sizeBytes)
      ? slot
      : { ...slot, padding: zerosBehind(entry.sizeBytes) };
  });
}

/** Whether all of its body is there. */
export function isWholeBody({ entry, body }: Slot): boolean {
  return body.kind !== 'stretch' || body.sizeBytes === entry.sizeBytes;
}

/** Of its content. */
export function sizeOfSlot({ entry }: Slot): number {
  return contentBytesOf(entry);
}
