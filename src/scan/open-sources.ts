/**
 * The first half of a scan: headers and documents of every source that can be sought, and with them its claims; what has
 * to go through in one pass waits for that. One bad source never stops the others.
 */

import type { DocumentSource } from '../archive/document-reader.js';
import type { EntryTable } from '../archive/entry-table.js';
import { walkFolder } from '../archive/folder-table.js';
import { walkTar } from '../archive/tar/tar-index.js';
import { noMemory, type SourceMemory } from '../cache/memory.js';
import { fileSize, type Source } from '../discover/discover.js';
import { messageOf, VarveError } from '../model/error.js';
import { openFile } from '../sources/file-source.js';
import { FileState } from '../sources/file-state.js';
import { fileAt } from '../sources/location.js';
import type { Steps } from '../sources/steps.js';
import { unreadableRecord } from '../verify/archive-record.js';
import { ArchiveInProgress, openTable } from './open-archive.js';
import type { RecordedArchives } from './read-inventory.js';
import type { ScanRun, SourceInProgress } from './source-in-progress.js';

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
  const { path, kind } = source;
  // Its identity is taken before any byte is read.
  const memory = kind === 'stdin' ? noMemory.source(path) : run.memory.source(path);
  if (kind === 'inventory') {
    return { source, archives: recorded.archives.get(path) ?? [], streamed: false, memory, state: null };
  }
  const isWatched = run.settings.verified && kind !== 'stdin' && kind !== 'folder';
  const state = isWatched ? new FileState([path]) : null;
  if (kind === 'stdin' || kind === 'compressed') return { source, archives: [], streamed: true, memory, state };
  try {
    if (kind === 'folder') return { source, streamed: false, memory, ...(yield* openFolder(source, memory, run)) };
    return { source, archives: yield* openPlain(source, memory, run), streamed: false, memory, state };
  } catch (error) {
    if (!(error instanceof VarveError) || error.code !== 'input-unreadable') throw error;
    const archives = [unreadableRecord(path, 'input-unreadable', messageOf(error), { sizeBytes: fileSize(source) })];
    return { source, archives, streamed: false, memory, state };
  }
}

function* openPlain({ path }: Source, memory: SourceMemory, run: ScanRun): Steps<SourceInProgress['archives']> {
  const file = openFile(path);
  try {
    const { sizeBytes } = file;
    const table: EntryTable = {
      ...(yield* walkTar(file, run.settings.limits)),
      path,
      filePath: path,
      location: fileAt(path),
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
  const parts = yield* walkFolder(path, limits.entries, new Set([...archives, ...leftOut]));
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
  const archives = yield* openTable(table, documents, { engine, limits, budget, held, keepsDocuments, known: memory });
  if (!verified) for (const archive of archives) if (archive instanceof ArchiveInProgress) archive.peek(documents);
  return archives;
}
