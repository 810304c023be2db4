/**
 * The second half of a scan: all bodies of all archives as one list of jobs, largest first, archives that cannot be
 * sought among them. Each job is an errand: it knows with which archive its result is filed.
 */

import type { SourceMemory } from '../cache/memory.js';
import { algorithmOf, isAlgorithm } from '../model/digest.js';
import { VarveError } from '../model/error.js';
import { createExpandedBytes } from '../observe/control.js';
import { archiveDetail } from '../observe/expansion.js';
import type { BlobObservation, Job, JobResult, StreamJob, StreamObservation } from '../observe/observation.js';
import { fileAt, nameOfLocation } from '../sources/location.js';
import { inTurns, type Steps } from '../sources/steps.js';
import { runLateJobs } from '../threads/late-jobs.js';
import type { EntryRequest } from '../threads/requests.js';
import { runJobs } from '../threads/run.js';
import { type BodyInProgress, blobJob, leadersOf, shareFacts } from '../threads/shared-facts.js';
import type { ThreadsAhead } from '../threads/threads-ahead.js';
import type { ArchiveInProgress } from './open-archive.js';
import { openPass } from './open-pass.js';
import type { ScanSettings } from './settings.js';
import { isVerified, openedArchives, type ScanRun, type SourceInProgress } from './source-in-progress.js';

/** A job, and what becomes of its result. */
interface Errand {
  readonly job: Job;
  file(result: JobResult): void;
}

/** A body with the archive that it is for. */
interface OwnedBody extends BodyInProgress {
  readonly request: EntryRequest;
  readonly owner: ArchiveInProgress;
  readonly memory: SourceMemory;
}

/** Reads all bodies of all sources; returns the optional files that turned out to be no archive. */
export async function readBodies(sources: readonly SourceInProgress[], run: ScanRun): Promise<string[]> {
  const { settings, memory } = run;
  const bodies = bodiesOf(sources.filter((source) => isVerified(source, settings)));
  const passes = sources.filter(({ streamed }) => streamed).map((source) => new Pass(source, settings));
  const parts = settings.verified ? sources.flatMap(partErrands) : [];
  const doneBytes = sources.reduce((sum, { triedBytes }) => sum + triedBytes, 0);
  await readInRounds(bodies, { passes, parts }, doneBytes, run);
  for (const { request, observation, owner, memory: source } of bodies) {
    if (observation === null) continue;
    owner.bodies.set(request.entry, observation);
    source.keep(request, observation);
    if (request.layer !== null) memory.layers.keep(observation);
  }
  return inTurns(openPasses(passes, run), settings.signal);
}

/** Opens what went through in one pass; returns the optional files that turned out to be no archive. */
function* openPasses(passes: readonly Pass[], run: ScanRun): Steps<string[]> {
  const passedOver: string[] = [];
  for (const pass of passes) {
    const { source } = pass;
    if (!(yield* openPass(source, pass.outcome(), run))) passedOver.push(source.source.path);
    yield;
  }
  return passedOver;
}

function bodiesOf(sources: readonly SourceInProgress[]): OwnedBody[] {
  const archives = sources.flatMap((source) =>
    openedArchives(source).map((owner) => ({ owner, memory: source.memory })),
  );
  return archives.flatMap(({ owner, memory }, archive) =>
    owner.requests.map((request) => ({ request, owner, memory, archive, observation: null })),
  );
}

/** A first round over everything; then layers that nobody could take the facts of another for are looked into after all. */
async function readInRounds(
  bodies: readonly OwnedBody[],
  { passes, parts }: { readonly passes: readonly Pass[]; readonly parts: readonly Errand[] },
  doneBytes: number,
  run: ScanRun,
): Promise<void> {
  const { settings, memory } = run;
  const { probes } = settings;
  const rounds = new Rounds(run, 1 + (bodies.at(-1)?.archive ?? 0), doneBytes);
  const leaders = leadersOf(bodies, memory.layers);
  await rounds.run([
    ...bodies.map((body) => bodyErrand(body, blobJob(body, probes, leaders.has(body)))),
    ...passes.flatMap((pass) => pass.errand() ?? []),
    ...parts,
  ]);
  // A round leaves no body without facts but those that could not be read, so there are few of them.
  const unknown = (): OwnedBody[] => {
    rounds.judgeExpansion(bodies);
    return shareFacts(bodies, memory.layers);
  };
  for (let again = unknown(); again.length > 0; again = unknown()) {
    await rounds.run(again.map((body) => bodyErrand(body, blobJob(body, probes))));
  }
}

/** Files the observation with its body; a failure to read it, with its archive. */
function bodyErrand(body: OwnedBody, job: Job): Errand {
  return {
    job,
    file: (result) => {
      body.observation = result.ok ? (result.value as BlobObservation) : null;
      if (!result.ok) body.owner.failed.set(body.request.entry, failureOf(result));
    },
  };
}

/** Hashes the parts of an archive in several files that someone claims a digest of. */
function partErrands({ source: { split }, parts }: SourceInProgress): Errand[] {
  return (split?.claimed ?? []).flatMap(({ path, sizeBytes, digest }): Errand[] => {
    const algorithm = algorithmOf(digest);
    if (!isAlgorithm(algorithm)) return [];
    const job: Job = {
      kind: 'blob',
      location: fileAt(path),
      offsetBytes: 0,
      sizeBytes,
      algorithms: [algorithm],
      layer: null,
      archive: 0,
      probes: [],
    };
    const file = (result: JobResult): void => {
      const found = result.ok ? (result.value as BlobObservation).digests[algorithm] : undefined;
      parts.set(path, result.ok ? { ok: true, digest: found ?? '' } : { ok: false, reason: failureOf(result) });
    };
    return [{ job, file }];
  });
}

/** A source that goes through in one pass, unless all of it is known. */
class Pass {
  readonly source: SourceInProgress;
  readonly #job: StreamJob;
  readonly #known: StreamObservation | null;
  #result: JobResult | null = null;

  constructor(source: SourceInProgress, { verified, probes }: ScanSettings) {
    const { path, sizeBytes } = source.source;
    this.source = source;
    const location = source.source.location;
    this.#job = { kind: 'stream', location, sizeBytes, bodies: verified, probes };
    this.#known = source.memory.pass(path);
  }

  errand(): Errand | null {
    if (this.#known !== null) return null;
    return {
      job: this.#job,
      file: (result) => {
        this.#result = result;
        if (result.ok) this.source.memory.keepPass(this.source.source.path, result.value as StreamObservation);
      },
    };
  }

  /** What the pass gave, or why it could not be made. */
  outcome(): StreamObservation | string {
    if (this.#known !== null) return this.#known;
    return this.#result?.ok ? (this.#result.value as StreamObservation) : failureOf(this.#result);
  }
}

/** Rounds of jobs whose progress is one, what a further round has to read on top; and so is what archives expand to. */
class Rounds {
  readonly #settings: ScanSettings;
  readonly #ahead: ThreadsAhead | null;
  readonly #expandedBytes: BigInt64Array;
  #totalBytes: number;

  /** `doneBytes`: what was read before. */
  constructor({ settings, ahead }: Pick<ScanRun, 'settings' | 'ahead'>, archives: number, doneBytes: number) {
    this.#settings = settings;
    this.#ahead = ahead;
    this.#totalBytes = doneBytes;
    this.#expandedBytes = createExpandedBytes(archives);
  }

  /** Which layers were decoded before their archive was given up depends on the threads; that it was given up does not. */
  judgeExpansion(bodies: readonly BodyInProgress[]): void {
    const { archiveExpansionBytes } = this.#settings.limits;
    const detail = archiveDetail(archiveExpansionBytes);
    for (const body of bodies) {
      const { observation, archive } = body;
      const expanded = this.#expandedBytes[archive] ?? 0n;
      if (expanded <= archiveExpansionBytes || observation?.layer == null || observation.compression === 'none')
        continue;
      body.observation = { ...observation, layer: { ok: false, limit: true, detail, offsetBytes: 0, ofArchive: true } };
    }
  }

  async run(errands: readonly Errand[]): Promise<void> {
    const before = this.#totalBytes;
    this.#totalBytes = errands.reduce((sum, { job }) => sum + job.sizeBytes, before);
    const done = { here: 0, elsewhere: 0 };
    const report =
      (where: keyof typeof done) =>
      (doneBytes: number, { location }: Job): void => {
        done[where] = doneBytes;
        const all = before + done.here + done.elsewhere;
        this.#settings.onProgress?.({ doneBytes: all, totalBytes: this.#totalBytes, path: nameOfLocation(location) });
      };
    const isHere = ({ job }: Errand): boolean => job.location.kind !== 'blob';
    const here = errands.filter(isHere);
    const elsewhere = errands.filter((errand) => !isHere(errand));
    const [found, fetched] = await Promise.all([
      this.#runHere(
        here.map(({ job }) => job),
        report('here'),
      ),
      this.#runElsewhere(
        elsewhere.map(({ job }) => job),
        report('elsewhere'),
      ),
    ]);
    for (const [i, errand] of here.entries()) errand.file(at(found, i));
    for (const [i, errand] of elsewhere.entries()) errand.file(at(fetched, i));
  }

  #runHere(jobs: readonly Job[], report: (doneBytes: number, job: Job) => void): Promise<JobResult[]> {
    const { onProgress, workers, takesPart, signal, engine, limits } = this.#settings;
    return runJobs(jobs, {
      engine,
      limits,
      expandedBytes: this.#expandedBytes,
      takesPart,
      ...(workers === null ? {} : { workers }),
      ...(this.#ahead === null ? {} : { ahead: this.#ahead }),
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === null ? {} : { onProgress: report }),
    });
  }

  async #runElsewhere(jobs: readonly Job[], report: (doneBytes: number, job: Job) => void): Promise<JobResult[]> {
    const { onProgress, signal, engine, limits, remote } = this.#settings;
    if (jobs.length === 0 || remote === null) return [];
    return runLateJobs(jobs, {
      engine,
      limits,
      expandedBytes: this.#expandedBytes,
      parallel: remote.parallel,
      open: ({ location, sizeBytes }) => {
        if (location.kind !== 'blob') throw new VarveError('internal', 'a body that is here is to be fetched');
        return remote.open(location, sizeBytes);
      },
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === null ? {} : { onProgress: report }),
    });
  }
}

function at<T>(list: readonly T[], place: number): T {
  const found = list[place];
  if (found === undefined) throw new VarveError('internal', 'a job has no result');
  return found;
}

/** The message of a job that could not read its input, or took its thread with it; anything else is thrown. */
function failureOf(result: JobResult | null): string {
  if (result === null || result.ok) throw new VarveError('internal', 'a job has no result');
  const { code, message } = result.error;
  if (code === 'input-unreadable' || code === 'thread-lost') return message;
  throw new VarveError(code, message);
}
