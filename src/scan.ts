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
import type { BlobObservation, Job, JobResult, StreamJob, StreamObservation } from './digest/observation.js';
import { type BlobRequest, planBlobs, shareFacts } from './digest/plan.js';
import { type RunOptions, runJobs } from './digest/run.js';
import { discover, type Source } from './discover/discover.js';
import { describeStart } from './discover/file-kind.js';
import { messageOf, VarveError } from './model/error.js';
import { finding } from './model/finding.js';
import type { ArchiveRecord, Inventory } from './model/inventory.js';
import { OpenArchive, openTable } from './open-archive.js';
import { readInventories } from './read-inventory.js';
import { unreadableRecord } from './verify/archive-record.js';

/** How far a scan is. `totalBytes` counts what is known to be read; standard input adds nothing to it. */
export interface Progress {
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
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** One input on its way: what it became so far. */
interface Slot {
  readonly source: Source;
  archives: (OpenArchive | ArchiveRecord)[];
  streamed: boolean;
}

/**
 * Scans inputs (files, folders, globs, `-`, inventories) into an inventory. Never throws for a bad input: it is listed as
 * unreadable. Throws VarveError `usage` (an inventory where none is accepted), `interrupted` or `internal`.
 */
export async function scan(inputs: readonly string[], options: ScanOptions = {}): Promise<Inventory> {
  const verified = options.verify ?? true;
  const engine = options.engine ?? 'node';
  const found = await discover(inputs, options.exclude);
  const recorded = readInventories(found.sources, options);
  const slots = found.sources
    .filter((source) => source.kind !== 'inventory')
    .map((source): Slot => openSource(source, verified, engine));
  const passedOver = await readBodies(slots, verified, { ...options, engine });
  const archives = slots.flatMap((slot) =>
    slot.archives.map((archive) =>
      archive instanceof OpenArchive ? archive.record(verified, slot.streamed) : archive,
    ),
  );
  const known = slots.map((slot) => slot.archives.length);
  found.unreadable.forEach(({ path, reason, before }, i) => {
    const sources = found.sources.slice(0, before).filter((source) => source.kind !== 'inventory').length;
    const at = known.slice(0, sources).reduce((sum, n) => sum + n, 0) + i;
    archives.splice(at, 0, unreadableRecord(path, 'input-unreadable', reason));
  });
  const onDisk = new Set(found.sources.map((source) => source.path));
  return {
    kind: 'varve.inventory',
    schemaVersion: 1,
    verified: verified && recorded.verified,
    archives: [...archives, ...recorded.archives(onDisk)],
    skipped: [...found.skipped],
    passedOver: found.passedOver + passedOver,
  };
}

/** Reads headers and documents of what can be sought; the rest waits for its pass. */
function openSource(source: Source, verified: boolean, engine: Engine): Slot {
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

function openPlain(source: Source, verified: boolean, engine: Engine): (OpenArchive | ArchiveRecord)[] {
  const file = openByteFile(source.path);
  try {
    const index = indexTar(file);
    const table: EntryTable = {
      ...index,
      path: source.path,
      filePath: source.path,
      container: 'tar',
      compression: 'none',
      sizeBytes: file.sizeBytes,
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

/** Runs all jobs of all slots and files the results; returns how many optional files turned out to be no archive. */
async function readBodies(
  slots: readonly Slot[],
  verified: boolean,
  options: ScanOptions & { engine: Engine },
): Promise<number> {
  const requests: BlobRequest[] = [];
  const owners: { archive: OpenArchive; entry: number }[] = [];
  for (const archive of verified ? slots.flatMap((slot) => slot.archives) : []) {
    if (!(archive instanceof OpenArchive)) continue;
    for (const request of archive.requests) {
      requests.push(request);
      owners.push({ archive, entry: request.entry });
    }
  }
  const streams = slots.filter((slot) => slot.streamed);
  const jobs: Job[] = [...planBlobs(requests), ...streams.map(({ source }) => streamJob(source, verified))];
  const results = await runJobs(jobs, runOptions(options, jobs));
  const observations = results.slice(0, requests.length).map((result, i) => takeBlob(result, owners[i]));
  const again = shareFacts(requests, observations);
  const second = again.map((i): Job => ({ kind: 'blob', ...(requests[i] as BlobRequest) }));
  const more = await runJobs(second, runOptions(options, second));
  more.forEach((result, i) => {
    const at = again[i] as number;
    observations[at] = takeBlob(result, owners[at]);
  });
  shareFacts(requests, observations);
  observations.forEach((observation, i) => {
    if (observation !== null) owners[i]?.archive.bodies.set(owners[i].entry, observation);
  });
  return streams.filter((slot, i) => !takeStream(slot, results[requests.length + i], options.engine)).length;
}

function streamJob(source: Source, verified: boolean): StreamJob {
  return {
    kind: 'stream',
    path: source.kind === 'stdin' ? null : source.path,
    sizeBytes: source.sizeBytes,
    bodies: verified,
  };
}

function runOptions(options: ScanOptions & { engine: Engine }, jobs: readonly Job[]): RunOptions {
  const { onProgress, workers, signal, engine } = options;
  const totalBytes = jobs.reduce((sum, job) => sum + job.sizeBytes, 0);
  return {
    engine,
    ...(workers === undefined ? {} : { workers }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined
      ? {}
      : { onProgress: (doneBytes, job) => onProgress({ doneBytes, totalBytes, path: job.path ?? 'standard input' }) }),
  };
}

/** The observation of a body; a failure to read it is filed with its archive. */
function takeBlob(
  result: JobResult | undefined,
  owner: { archive: OpenArchive; entry: number } | undefined,
): BlobObservation | null {
  if (result?.ok) return result.value as BlobObservation;
  const error = failureOf(result);
  owner?.archive.failed.set(owner.entry, error);
  return null;
}

/** The message of a job that could not read its input; anything else is thrown. */
function failureOf(result: JobResult | undefined): string {
  if (result === undefined || result.ok) throw new VarveError('internal', 'a job has no result');
  if (result.error.code === 'input-unreadable') return result.error.message;
  throw new VarveError(result.error.code, result.error.message);
}

/** Opens a streamed archive from its pass; false where a file that a search had found is no archive at all. */
function takeStream(slot: Slot, result: JobResult | undefined, engine: Engine): boolean {
  const { path, optional } = slot.source;
  if (!result?.ok) {
    slot.archives = [unreadableRecord(path, 'input-unreadable', failureOf(result))];
    return true;
  }
  const observed = result.value as StreamObservation;
  const { compression, sizeBytes, failure } = observed;
  if (!observed.isTar) {
    if (optional) return false;
    const what = observed.start.length === 0 ? 'it holds no byte' : describeStart(Buffer.from(observed.start));
    const reason = failure === null ? what : `its ${compression} compression cannot be decoded: ${failure.detail}`;
    slot.archives = [unreadableRecord(path, 'not-an-image-archive', reason, { sizeBytes, compression })];
    return true;
  }
  const table = { ...streamTable(slot.source, observed) };
  slot.archives = openTable(table, { kind: 'kept', documents: observed.documents }, engine);
  for (const archive of slot.archives) if (archive instanceof OpenArchive) archive.take(observed.bodies);
  return true;
}

/** The table of a streamed archive. Where its compression failed, that is the one finding about its end. */
function streamTable(source: Source, observed: StreamObservation): EntryTable {
  const { compression, sizeBytes, failure, index } = observed;
  const base = {
    ...index,
    path: source.path,
    filePath: source.path,
    container: 'tar' as const,
    compression,
    sizeBytes,
  };
  if (failure === null) return base;
  const code =
    failure.code === 'truncated'
      ? 'archive-truncated'
      : failure.code === 'limit'
        ? 'limit-exceeded'
        : 'archive-undecodable';
  const last = index.entries.filter((entry) => entry.storedBytes === entry.sizeBytes).at(-1);
  const message = `its ${compression} compression cannot be decoded to the end: ${failure.detail}; the last whole entry is ${last?.name ?? 'none'}`;
  const others = index.findings.filter(
    (found) => found.code !== 'archive-truncated' && found.code !== 'end-blocks-missing',
  );
  return { ...base, truncated: true, findings: [finding(code, message, { offsetBytes: index.tarBytes }), ...others] };
}
