/**
 * The second half of a scan: all bodies of all archives as one list of jobs, largest first, archives that cannot be
 * sought among them; their results filed with the archives that they are for.
 */
import type { DocumentBudget } from './archive/document-budget.js';
import type { ArchiveEntry, EntryTable } from './archive/entry-table.js';
import type { FileState } from './archive/file-state.js';
import type { CachedLayers } from './cache/cached-layers.js';
import type { KeptSource } from './cache/result-cache.js';
import { createExpandedBytes } from './digest/control.js';
import { archiveDetail } from './digest/expansion.js';
import type { Engine } from './digest/hasher.js';
import type {
  BlobObservation,
  BlobRequest,
  Job,
  JobResult,
  StreamJob,
  StreamObservation,
} from './digest/observation.js';
import type { EntryRequest } from './digest/requests.js';
import { runJobs } from './digest/run.js';
import { planBlobs, shareFacts } from './digest/shared-facts.js';
import { wasTar } from './digest/tar-start.js';
import { fileSize, type Source } from './discover/discover.js';
import { describeStart } from './discover/file-kind.js';
import type { FileLists } from './file-lists.js';
import { VarveError } from './model/error.js';
import { finding } from './model/finding.js';
import type { ArchiveRecord } from './model/inventory.js';
import type { Limits } from './model/limits.js';
import { type KnownBodies, OpenArchive, openTable } from './open-archive.js';
import type { ScanOptions } from './scan.js';
import { unreadableRecord } from './verify/archive-record.js';

/** One input on its way: what it became so far. */
export interface Slot {
  readonly source: Source;
  archives: readonly (OpenArchive | ArchiveRecord)[];
  /** Whether it waits for its pass. */
  readonly streamed: boolean;
  /** What earlier runs have observed of it, and where this one is to be remembered. */
  readonly kept: KeptSource | null;
  /** How its files were before they were read; null where nobody would see a change. */
  readonly state: FileState | null;
}

export type ReadOptions = Pick<ScanOptions, 'workers' | 'signal' | 'onProgress' | 'fileLists'> & {
  readonly verified: boolean;
  readonly engine: Engine;
  readonly limits: Limits;
  readonly budget: DocumentBudget;
  /** What is known of blobs, wherever they lie. */
  readonly earlier: CachedLayers | null;
};

interface Owner {
  readonly archive: OpenArchive;
  readonly request: EntryRequest;
  readonly kept: KeptSource | null;
}

/** Runs all jobs of all slots and files the results; returns the optional files that turned out to be no archive. */
export async function readBodies(slots: readonly Slot[], options: ReadOptions): Promise<string[]> {
  const { earlier } = options;
  const owners = options.verified ? slots.flatMap(ownersOf) : [];
  const requests = owners.map(({ request }) => request);
  const files = options.fileLists !== undefined;
  const rounds = new Rounds(options, owners);
  const streams = slots
    .filter((slot) => slot.streamed)
    .map((slot) => ({ slot, known: slot.kept?.pass(slot.source.path) }));
  const unread = streams.filter(({ known }) => known == null);
  const results = await rounds.run([
    ...planBlobs(requests, earlier, (i) => ({ files, archive: rounds.archiveOf(owners[i]) })),
    ...unread.map(({ slot }) => streamJob(slot.source, options)),
  ]);
  const observations = results.slice(0, requests.length).map((result, i) => takeBlob(result, owners[i]));
  // A round leaves no body without facts but those that could not be read, so there are few of them.
  const share = (): number[] => {
    rounds.judgeExpansion(observations);
    return shareFacts(requests, observations, earlier);
  };
  for (let again = share(); again.length > 0; again = share()) {
    const more = await rounds.run(
      again.map((i): Job => {
        const archive = rounds.archiveOf(owners[i]);
        return { kind: 'blob', ...(requests[i] as BlobRequest), files, archive };
      }),
    );
    again.forEach((at, i) => {
      observations[at] = takeBlob(more[i], owners[at]);
    });
  }
  observations.forEach((observation, i) => {
    if (observation !== null) fileObservation(observation, owners[i] as Owner, earlier);
  });
  const passes = results.slice(requests.length).values();
  const passedOver = streams.filter(({ slot, known }) => {
    const result: JobResult | undefined = known ? { ok: true, value: known } : passes.next().value;
    if (!known && result?.ok) slot.kept?.keepPass(slot.source.path, result.value as StreamObservation);
    return !takeStream(slot, result, options);
  });
  if (options.fileLists !== undefined) takeFiles(slots, options.fileLists);
  return passedOver.map(({ slot }) => slot.source.path);
}

function ownersOf({ archives, kept }: Slot): Owner[] {
  return archives.flatMap((archive) =>
    archive instanceof OpenArchive ? archive.requests.map((request) => ({ archive, request, kept })) : [],
  );
}

function fileObservation(observation: BlobObservation, owner: Owner, earlier: CachedLayers | null): void {
  const { archive, request, kept } = owner;
  archive.bodies.set(request.entry, observation);
  kept?.keep(request, observation);
  if (request.layer !== null) earlier?.keep(observation);
}

function streamJob({ kind, path, sizeBytes }: Source, { verified, fileLists }: ReadOptions): StreamJob {
  const files = fileLists !== undefined;
  return { kind: 'stream', path: kind === 'stdin' ? null : path, sizeBytes, bodies: verified, files };
}

function takeFiles(slots: readonly Slot[], fileLists: FileLists): void {
  for (const archive of slots.flatMap(({ archives }) => archives)) {
    if (!(archive instanceof OpenArchive)) continue;
    for (const { layer } of archive.bodies.values()) {
      if (layer?.ok && layer.files !== undefined) fileLists.add(Object.values(layer.diffIds), layer.files);
    }
  }
}

/** Rounds of jobs whose progress is one, what a further round has to read on top; and so is what archives expand to. */
class Rounds {
  readonly #options: ReadOptions;
  readonly #owners: readonly Owner[];
  readonly #archives: ReadonlyMap<OpenArchive, number>;
  readonly #expandedBytes: BigInt64Array;
  #totalBytes = 0;

  constructor(options: ReadOptions, owners: readonly Owner[]) {
    this.#options = options;
    this.#owners = owners;
    this.#archives = new Map([...new Set(owners.map(({ archive }) => archive))].map((archive, i) => [archive, i]));
    this.#expandedBytes = createExpandedBytes(this.#archives.size);
  }

  archiveOf(owner: Owner | undefined): number {
    return (owner && this.#archives.get(owner.archive)) ?? 0;
  }

  /** Which layers were decoded before their archive was given up depends on the threads; that it was given up does not. */
  judgeExpansion(observations: (BlobObservation | null)[]): void {
    const { archiveExpansionBytes } = this.#options.limits;
    const detail = archiveDetail(archiveExpansionBytes);
    observations.forEach((observation, i) => {
      const expanded = this.#expandedBytes[this.archiveOf(this.#owners[i])] ?? 0n;
      if (expanded <= archiveExpansionBytes || observation?.layer == null || observation.compression === 'none') return;
      observations[i] = { ...observation, layer: { ok: false, limit: true, detail, offsetBytes: 0, ofArchive: true } };
    });
  }

  run(jobs: readonly Job[]): Promise<JobResult[]> {
    const { onProgress, workers, signal, engine, limits } = this.#options;
    const before = this.#totalBytes;
    const totalBytes = jobs.reduce((sum, job) => sum + job.sizeBytes, before);
    this.#totalBytes = totalBytes;
    const report = (doneBytes: number, job: Job): void =>
      onProgress?.({ doneBytes: before + doneBytes, totalBytes, path: job.path ?? 'standard input' });
    return runJobs(jobs, {
      engine,
      limits,
      expandedBytes: this.#expandedBytes,
      ...(workers === undefined ? {} : { workers }),
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress: report }),
    });
  }
}

/** The observation of a body; a failure to read it is filed with its archive. */
function takeBlob(result: JobResult | undefined, owner: Owner | undefined): BlobObservation | null {
  if (result?.ok) return result.value as BlobObservation;
  owner?.archive.failed.set(owner.request.entry, failureOf(result));
  return null;
}

/** The message of a job that could not read its input, or took its thread with it; anything else is thrown. */
function failureOf(result: JobResult | undefined): string {
  if (result === undefined || result.ok) throw new VarveError('internal', 'a job has no result');
  const { code, message } = result.error;
  if (code === 'input-unreadable' || code === 'thread-lost') return message;
  throw new VarveError(code, message);
}

/** Opens a streamed archive from its pass; false where a file that a search had found is no archive at all. */
function takeStream(slot: Slot, result: JobResult | undefined, options: ReadOptions): boolean {
  const { path, optional } = slot.source;
  const { engine, limits, budget, earlier } = options;
  if (!result?.ok) {
    const sizeBytes = fileSize(slot.source);
    slot.archives = [unreadableRecord(path, 'input-unreadable', failureOf(result), { sizeBytes })];
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
  const isTar = ({ sourceIndex }: ArchiveEntry) => wasTar(observed.bodies.get(sourceIndex));
  const known = { bodyOf: bodyOfPass(observed), keep: () => {}, isTar };
  const documents = { kind: 'kept', documents: observed.documents } as const;
  slot.archives = openTable(streamTable(slot.source, observed), documents, { engine, limits, budget, known });
  for (const archive of slot.archives) if (archive instanceof OpenArchive) archive.take(observed.bodies);
  for (const { archive, request } of ownersOf(slot)) {
    const observation = archive.bodies.get(request.entry);
    if (observation !== undefined && request.layer !== null) earlier?.keep(observation);
  }
  return true;
}

/** Documents were hashed as they went by, and are not hashed again, unless by an algorithm that nobody could foresee. */
function bodyOfPass({ bodies }: StreamObservation): KnownBodies['bodyOf'] {
  return ({ layer, algorithms }, { sourceIndex }) => {
    const observation = bodies.get(sourceIndex);
    const answers = algorithms.every((name) => observation?.digests[name] !== undefined);
    if (observation === undefined || layer !== null || !answers) return null;
    return { ...observation, compression: null, layer: null };
  };
}

/** The table of a streamed archive. Where its compression failed, that is the one finding about its end. */
function streamTable({ path }: Source, observed: StreamObservation): EntryTable {
  const { compression, sizeBytes, failure, index } = observed;
  const base: EntryTable = { ...index, path, filePath: path, container: 'tar', compression, sizeBytes };
  if (failure === null) return base;
  const codes = { truncated: 'archive-truncated', limit: 'limit-exceeded' } as const;
  const code = failure.code in codes ? codes[failure.code as keyof typeof codes] : 'archive-undecodable';
  const last = index.entries.filter((entry) => entry.storedBytes === entry.sizeBytes).at(-1);
  const where = `the last whole entry is ${last?.name ?? 'none'}`;
  const message = `its ${compression} compression cannot be decoded to the end: ${failure.detail}; ${where}`;
  const others = index.findings.filter(
    (found) => found.code !== 'archive-truncated' && found.code !== 'end-blocks-missing',
  );
  return { ...base, truncated: true, findings: [finding(code, message, { offsetBytes: index.tarBytes }), ...others] };
}
