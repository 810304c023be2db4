/**
 * The first half of a scan: headers and documents of every source that can be sought, and with them its claims; what has
 * to go through in one pass waits for that. One bad source never stops the others.
 */

import type { DocumentSource } from '../archive/document-reader.js';
import { type EntryTable, tableOfTar } from '../archive/entry-table.js';
import { walkFolder, workFolder } from '../archive/folder-table.js';
import { walkTar } from '../archive/tar/tar-index.js';
import { noMemory, type SourceMemory } from '../cache/memory.js';
import { fileSize, type Source } from '../discover/source.js';
import { messageOf, VarveError } from '../model/error.js';
import type { Limits } from '../model/limits.js';
import type { ArchiveRecord } from '../model/results/inventory.js';
import type { SizedSource } from '../sources/byte-source.js';
import { FileState } from '../sources/file-state.js';
import { openLocal } from '../sources/local-source.js';
import { isLocal, pathsAt } from '../sources/location.js';
import { type Steps, seldomResting } from '../sources/steps.js';
import { unreadableRecord } from '../verify/archive-record.js';
import { ArchiveInProgress, openTable } from './open-archive.js';
import type { RecordedArchives } from './read-inventory.js';
import type { DoneArchive, ObservedPart, ScanRun, SourceInProgress } from './source-in-progress.js';

/** Opens all sources; `recorded`: what the inventories among them hold; `done`: what other threads have done of them. */
export function* openSources(
  sources: readonly Source[],
  recorded: RecordedArchives,
  run: ScanRun,
  done: ReadonlyMap<Source, DoneArchive | null> = new Map(),
): Steps<SourceInProgress[]> {
  const opened: SourceInProgress[] = [];
  for (const source of sources) {
    const record = admitted(done.get(source) ?? null, run);
    const next = record === null ? yield* openSource(source, recorded, run) : finished(source, record, run);
    opened.push({ ...next, triedBytes: done.has(source) ? source.sizeBytes : 0 });
    yield;
  }
  return opened;
}

/** The record that a job made of an archive; null where there is none, or what the run may hold leaves no room for it. */
function admitted(done: DoneArchive | null, { budget, held }: ScanRun): ArchiveRecord | null {
  if (done === null || !held.admit(done.held)) return null;
  return budget.admit(done.documents) ? done.record : null;
}

function finished(source: Source, record: ArchiveRecord, run: ScanRun): SourceInProgress {
  const memory = run.memory.source(source.path);
  return { source, archives: [record], triedBytes: 0, streamed: false, memory, state: null, parts: new Map() };
}

function* openSource(source: Source, recorded: RecordedArchives, run: ScanRun): Steps<SourceInProgress> {
  const { path, kind, location } = source;
  // Its identity is taken before any byte is read; what is no single file has none that is kept.
  const isKept = location.kind === 'file' && location.path === path;
  const memory = isKept ? run.memory.source(path) : noMemory.source(path);
  const parts = new Map<string, ObservedPart>();
  const opened = { source, archives: [], triedBytes: 0, streamed: false, memory, state: null, parts };
  if (kind === 'inventory') {
    return { ...opened, archives: recorded.archives.get(path) ?? [] };
  }
  if (source.remote !== undefined) {
    const { table, documents, unread } = source.remote;
    return { ...opened, archives: yield* openAndPeek(table, { kind: 'fetched', documents, unread }, memory, run) };
  }
  const isWatched = run.settings.verified && kind !== 'stdin' && kind !== 'folder';
  const state = isWatched ? new FileState(pathsAt(location)) : null;
  if (kind === 'stdin' || kind === 'compressed') return { ...opened, streamed: true, state };
  try {
    if (kind === 'folder') return { ...opened, ...(yield* openFolder(source, memory, run)) };
    return { ...opened, archives: yield* openPlain(source, memory, run), state };
  } catch (error) {
    if (!(error instanceof VarveError) || error.code !== 'input-unreadable') throw error;
    const archives = [unreadableRecord(path, 'input-unreadable', messageOf(error), { sizeBytes: fileSize(source) })];
    return { ...opened, archives, state };
  }
}

function* openPlain(source: Source, memory: SourceMemory, run: ScanRun): Steps<SourceInProgress['archives']> {
  if (!isLocal(source.location)) throw new TypeError('what is not on a disk here cannot be sought');
  const file = openLocal(source.location);
  try {
    const table = yield* tableOfPlain(source, file, run.settings.limits);
    return yield* openAndPeek(table, { kind: 'file', file }, memory, run);
  } finally {
    file.close();
  }
}

/** The entries of an archive that can be sought. */
export function* tableOfPlain(
  { path, location }: Pick<Source, 'path' | 'location'>,
  file: SizedSource,
  limits: Limits,
): Steps<EntryTable> {
  const index = yield* walkTar(file, limits);
  return tableOfTar(index, { path, location, compression: 'none', sizeBytes: file.sizeBytes });
}

function* openFolder(
  { path, beside }: Source,
  memory: SourceMemory,
  run: ScanRun,
): Steps<Pick<SourceInProgress, 'archives' | 'state'>> {
  const { verified, limits } = run.settings;
  const { archives = [], leftOut = [] } = beside ?? {};
  const parts = yield* walkFolder(path, limits.entries, new Set([...archives, ...leftOut, workFolder]));
  const table = archives.length === 0 ? parts : { ...parts, besides: archives.length };
  const files = table.entries.flatMap(({ location }) => (location?.kind === 'file' ? location.path : []));
  for (const file of files) memory.watch(file);
  const state = verified ? new FileState(files) : null;
  return { archives: yield* openAndPeek(table, { kind: 'folder' }, memory, run), state };
}

/** Opens a table; where bodies are not to be read, their ends are looked at. */
function* openAndPeek(
  table: EntryTable,
  documents: DocumentSource,
  memory: SourceMemory,
  { settings: { engine, limits, verified, keepsDocuments }, budget, held }: ScanRun,
): Steps<SourceInProgress['archives']> {
  const options = { engine, limits, budget, held, keepsDocuments, known: memory };
  const archives = yield* seldomResting(openTable(table, documents, options));
  if (!verified) for (const archive of archives) if (archive instanceof ArchiveInProgress) archive.peek(documents);
  return archives;
}
