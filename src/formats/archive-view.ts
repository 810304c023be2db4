/**
 * What a reader of formats sees of an archive: its entry table, its names, and its small documents on request.
 * A document that cannot be had (too large, cut, unreadable) is a finding, made once.
 */
import type { ArchiveEntry, DocumentRead, EntryNames, EntryTable } from '../archive/entry-table.js';
import type { Limits } from '../model/limits.js';

export interface ArchiveView {
  readonly table: EntryTable;
  readonly names: EntryNames;
  readonly limits: Limits;
  /** The text of an entry, read and decoded at most once. */
  readDocument(entry: ArchiveEntry): DocumentRead;
}
