/**
 * The first half of a scan: headers and documents of every source that can be sought, and with them its claims; what has
 * to go through in one pass waits for that. One bad source never stops the others.
 */

import type { DocumentSource } from '../archive/document-reader.js';
import type { EntryTable } from '../archive/entry-table.js';
import { walkFolder, workFolder } from '../archive/folder-table.js';
import { walkTar } from '../archive/tar/tar-index.js';
import { noMemory, type SourceMemory } from '../cache/memory.js';
import { fileSize, type Source } from '../discover/source.js';
import { messageOf, VarveError } from '../model/error.js';
import { FileState } from '../sources/file-state.js';
import { isLocal, pathsAt } from '../sources/location.js';
import { openLocal } from '../sources/open-source.js';
import { type Steps, seldomResting } from '../sources/steps.js';
import { unreadableRecord } from '../verify/archive-record.js';
import { ArchiveInProgress, openTable } from './open-archive.js';
import type { RecordedArchives } from './read-inventory.js';
import type { ObservedPart, ScanRun, SourceInProgress } from './source-in-progress.js';

/** Opens all sources; `recorded`: what the inventories among them hold. */
export function* openSources(
  sources: readonly Source[],
  recorded: RecordedArchives,
  run: ScanRun,
): Steps<SourceInProgress[]> {
  const opened: SourceInProgress[] = [];
  for (const source of sources) {
    opened.push(yield* openSource(source, recorded, run));
    yield;
  }
  return opened;
}

function* openSource(source: Source, recorded: RecordedArchives, run: ScanRun): Steps<SourceInProgress> {
  const { path, kind, location } = source;
  // Its identity is taken before any byte is read; what is no single file has none that is kept.
  const isKept = location.kind === 'file' && location.path === path;
  const memory = isKept ? run.memory.source(path) : noMemory.source(path);
  const opened = { source, archives: [], streamed: false, memory, state: null, parts: new Map<string, ObservedPart>() };
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

function* openPlain(
  { path, location }: Source,
  memory: SourceMemory,
  run: ScanRun,
): Steps<SourceInProgress['archives']> {
  if (!isLocal(location)) throw new TypeError('what is not on a disk here cannot be sought');
  const file = openLocal(location);
  try {
    const { sizeBytes } = file;
    const table: EntryTable = {
      ...(yield* walkTar(file, run.settings.limits)),
      path,
      filePath: path,
      location,
      container: 'tar',
      compression: 'none',
      sizeBytes,
    };
    return yield* openAndPeek(table, { kind: 'file', file }, memory, run);
  } finally {
    file.close();
  }
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
