/**
 * What a reader of formats sees of an archive: its entry table, its names, its small documents on request, and
 * whether a body could be a layer.
 * A document that cannot be had (too large, cut, unreadable) is a finding, made once.
 */
import type { EntryNames } from '../archive/entry-names.js';
import type { ArchiveEntry, DocumentRead, EntryTable } from '../archive/entry-table.js';
import type { Limits } from '../model/limits.js';
import type { RunAccount } from '../model/work/run-budget.js';

export interface ArchiveView {
  readonly table: EntryTable;
  readonly names: EntryNames;
  readonly limits: Limits;
  /** What this file may hold of what the run may. */
  readonly held: Pick<RunAccount, 'take'>;
  /** The text of an entry, read and decoded at most once. */
  readDocument(entry: ArchiveEntry): DocumentRead;
  /** Whether a body begins as a tar, plain or compressed; null where that is not known. */
  isTar(entry: ArchiveEntry): boolean | null;
  /** Whether a body may be JSON by how it begins; null where that is not known. It may be a tar all the same. */
  mayBeDocument(entry: ArchiveEntry): boolean | null;
}
