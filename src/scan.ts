/**
 * The one way through the house: inputs → sources → entry tables → claims → observations → findings → Inventory.
 * Claims of plain archives are read first, so that all their bodies can be planned as one list, largest first; archives
 * that cannot be sought are jobs of the same list, and their claims follow. One bad input never stops the others.
 */
import { openByteFile } from './archive/byte-file.js';
import type { DocumentSource } from './archive/document-reader.js';
import type { EntryTable } from './archive/entry-table.js';
import { indexFolder } from './archive/folder-table.js';
import { indexTar } from './archive/tar-index.js';
import type { Engine } from './digest/hasher.js';
import { type Discovery, discover, type Source } from './discover/discover.js';
import type { FileLists } from './file-lists.js';
import { messageOf, VarveError } from './model/error.js';
import type { ArchiveRecord, Inventory } from './model/inventory.js';
import { OpenArchive, openTable } from './open-archive.js';
import type { ReadOptions, Slot } from './read-bodies.js';
import type { RecordedArchives } from './read-inventory.js';
import { unreadableRecord } from './verify/archive-record.js';

/** How far a scan is. `totalBytes` counts what is known to be read; standard input adds nothing to it. */
export interface Progress {
  /** Never goes back, and reaches `totalBytes` with the last call. */
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** The archive that is being read. */
  readonly path: string;
}

export interface ScanOptions {
  /** Read and hash every byte. Default true; false = headers, documents and first bytes only. */
  readonly verify?: boolean;
  /** Threads that hash; 0 = this thread. Default: the machine's parallelism, at most the work. */
  readonly workers?: number;
  /** Default `node`. */
  readonly engine?: Engine;
  /** Globs of files and folders that a search of folders leaves out. */
  readonly exclude?: readonly string[];
  /** Accept inventories as INPUT. Default true. */
  readonly inventories?: boolean;
  /** Keep the `ok` of an inventory's archives instead of calling it `recorded`. Default false. */
  readonly acceptRecorded?: boolean;
  /** Takes the files of every layer, with the digest of each; only with `verify`. Default: files are not looked at. */
  readonly fileLists?: FileLists;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Scans inputs (files, folders, globs, `-`, inventories) into an inventory. Never throws for a bad input: it is listed as
 * unreadable. Throws VarveError `usage` (an inventory where none is accepted), `interrupted` or `internal`.
 */
export async function scan(inputs: readonly string[], options: ScanOptions = {}): Promise<Inventory> {
  const verified = options.verify ?? true;
  const engine = options.engine ?? 'node';
  const found = await discover(inputs, options.exclude);
  const recorded = await takeInventories(found, options);
  const onlyRecorded = found.sources.length > 0 && found.sources.every(({ kind }) => kind === 'inventory');
  const slots = found.sources.map((source) => openSource(source, verified, engine, recorded));
  const passedOver = await takeBodies(slots, { ...options, verified, engine });
  const records = slots.map(({ archives, streamed }) =>
    archives.map((archive) =>
      archive instanceof OpenArchive ? archive.record(verified, streamed && verified) : archive,
    ),
  );
  // What cannot be read stands where it was named: before the source that came next.
  const refused = [...records, []].map((_, i) => found.unreadable.filter(({ before }) => before === i));
  return {
    kind: 'varve.inventory',
    schemaVersion: 1,
    // Of nothing but inventories, no body was to be hashed now: what they record counts.
    verified: (verified || onlyRecorded) && recorded.verified,
    archives: refused.flatMap((unreadable, i) => [
      ...unreadable.map(({ path, reason }) => unreadableRecord(path, 'input-unreadable', reason)),
      ...(records[i] ?? []),
    ]),
    skipped: [...found.skipped, ...recorded.skipped],
    passedOver: found.passedOver + passedOver,
  };
}

/** What inventories record. Most runs have none, and the schema of a whole inventory takes its time to set up. */
async function takeInventories({ sources, unreadable }: Discovery, options: ScanOptions): Promise<RecordedArchives> {
  const onDisk = [...sources.filter(({ kind }) => kind !== 'inventory'), ...unreadable];
  if (onDisk.length === sources.length + unreadable.length) return { verified: true, archives: new Map(), skipped: [] };
  const { readInventories } = await import('./read-inventory.js');
  return readInventories(
    sources,
    onDisk.map(({ path }) => path),
    options,
  );
}

/** Reads bodies, if any are to be read: decoders and threads are loaded for that alone. */
async function takeBodies(slots: readonly Slot[], options: ReadOptions): Promise<number> {
  if (options.verified || slots.some(({ streamed }) => streamed)) {
    const { readBodies } = await import('./read-bodies.js');
    return readBodies(slots, options);
  }
  if (options.signal?.aborted) throw new VarveError('interrupted', 'interrupted');
  return 0;
}

/** Reads headers and documents of what can be sought; the rest waits for its pass. */
function openSource(source: Source, verified: boolean, engine: Engine, recorded: RecordedArchives): Slot {
  if (source.kind === 'inventory') {
    return { source, archives: recorded.archives.get(source.path) ?? [], streamed: false };
  }
  if (source.kind === 'stdin' || source.kind === 'compressed') return { source, archives: [], streamed: true };
  try {
    const archives =
      source.kind === 'folder' ? openFolder(source, verified, engine) : openPlain(source, verified, engine);
    return { source, archives, streamed: false };
  } catch (error) {
    if (!(error instanceof VarveError) || error.code !== 'input-unreadable') throw error;
    return { source, archives: [unreadableRecord(source.path, 'input-unreadable', messageOf(error))], streamed: false };
  }
}

function openPlain({ path }: Source, verified: boolean, engine: Engine): (OpenArchive | ArchiveRecord)[] {
  const file = openByteFile(path);
  try {
    const { sizeBytes } = file;
    const table: EntryTable = {
      ...indexTar(file),
      path,
      filePath: path,
      container: 'tar',
      compression: 'none',
      sizeBytes,
    };
    return openAndPeek(table, { kind: 'file', file }, verified, engine);
  } finally {
    file.close();
  }
}

function openFolder(source: Source, verified: boolean, engine: Engine): (OpenArchive | ArchiveRecord)[] {
  return openAndPeek(indexFolder(source.path), { kind: 'folder' }, verified, engine);
}

function openAndPeek(
  table: EntryTable,
  documents: DocumentSource,
  verified: boolean,
  engine: Engine,
): (OpenArchive | ArchiveRecord)[] {
  const archives = openTable(table, documents, engine);
  if (!verified) for (const archive of archives) if (archive instanceof OpenArchive) archive.peek(documents);
  return archives;
}
