/**
 * Runs jobs, in a pool of workers or in this thread, with the same code and the same results. A pool costs a tenth of a
 * second to start, so what it could not take over stays here. Results come in the order of the jobs, whatever finished first.
 */
import { availableParallelism } from 'node:os';
import { interruption } from '../model/error.js';
import type { Limits } from '../model/limits.js';
import { type Control, createControl, currentJob, startJob, stop } from '../observe/control.js';
import type { Engine } from '../observe/hasher.js';
import type { Job, JobResult } from '../observe/observation.js';
import { isStandardInput } from '../observe/observation.js';
import { createContext } from '../observe/work-context.js';
import { hashApart } from './hashed-apart.js';
import { observe } from './observe.js';
import { openPool } from './pool.js';
import type { NumberedJob, Runner, Threads } from './runner.js';
import { batchBytes, startBatches, startOrder } from './schedule.js';
import { codecOf, findShared, isDecoded, lookedAtPerThread } from './shared-jobs.js';
import { mostHelpers } from './split/helping-thread.js';
import { findSplit, type Splitting, usualSplitting } from './split/split-choice.js';
import { observeStandardInput } from './standard-input.js';
import type { ThreadsAhead } from './threads-ahead.js';

export interface RunOptions {
  /** Threads; 0 = this one. Default: the machine's parallelism, at most the jobs, 0 for one. */
  readonly workers?: number;
  /** Without `workers`: this thread is one of them, where none of the jobs is more than it may take. Default: it runs jobs alone or not at all. */
  readonly takesPart?: boolean;
  readonly engine: Engine;
  readonly limits: Limits;
  /** What the layers of each archive have become so far; the jobs go on counting. Default: nothing. */
  readonly expandedBytes?: BigInt64Array;
  readonly signal?: AbortSignal;
  /** Called about ten times a second with the bytes read so far and the job that started last, and once at the end. */
  readonly onProgress?: (doneBytes: number, job: Job) => void;
  /**
   * With less to read beside the largest job all stays in this thread: a pool would cost more than it gives. Default: 32 MiB;
   * 64 MiB where the largest job is only hashed, which takes far less time, and nobody asked for `workers`.
   */
  readonly poolFromBytes?: number;
  /** From which size on a gzip file is decoded from several places at once, and in pieces of which size. Default: 64 and 2 MiB. */
  readonly splitting?: Splitting;
  /** Threads that were started before the jobs were known; they are taken if any are of use. Default: none were. */
  readonly ahead?: ThreadsAhead;
}

const poolFrom = { leastBytes: 32 * 1024 * 1024, hashedBytes: 64 * 1024 * 1024 };
const progressMs = 100;
/** So long others wait for this thread at most, where it does a part of the work; and so much they get at once to wait seldom. */
const shortTurnMs = 2;
const longBatchBytes = 16 * 1024 * 1024;

/** Runs all jobs. Throws VarveError `interrupted` when the signal fires. */
export async function runJobs(given: readonly Job[], options: RunOptions): Promise<JobResult[]> {
  const control = createControl(options.expandedBytes);
  const onAbort = (): void => stop(control);
  options.signal?.addEventListener('abort', onAbort);
  if (options.signal?.aborted) stop(control);
  const results: JobResult[] = [];
  const threads = planThreads(given, options);
  const { workers, takesPart } = threads;
  const apart = takesPart ? hashApart(given, workers + 1) : null;
  const jobs = apart?.jobs ?? given;
  const progress = watchProgress(jobs, totalOf(given), options, control);
  // Nobody asked: where whoever writes to it needs a processor as well, threads take as long as this one.
  const sharesInput = workers === 0 && (options.workers ?? 0) > 1;
  const here = inThread(options, control, { sharesInput, turnMs: takesPart ? shortTurnMs : undefined });
  const runner =
    workers === 0
      ? here
      : await openPool(threads, { engine: options.engine, limits: options.limits, control }, here, options.ahead);
  const run = async (by: Runner, batch: readonly number[]): Promise<void> => {
    const done = await by.run(batch.map((id) => ({ id, job: jobs[id] as Job })));
    batch.forEach((id, i) => {
      results[id] = done[i] as JobResult;
    });
  };
  try {
    if (takesPart) {
      const left = [...startBatches(given, workers + 1, longBatchBytes), ...(apart?.batches ?? [])].values();
      // Of many jobs only the largest were looked at before.
      const isOfPool = (batch: readonly number[]): boolean => batch.some((id) => !isLight(jobs[id] as Job));
      const lane = async (by: Runner): Promise<void> => {
        for (const batch of left) await run(by === here && isOfPool(batch) ? runner : by, batch);
      };
      await Promise.all([lane(here), ...Array.from({ length: workers }, () => lane(runner))]);
    } else {
      await Promise.all(startBatches(jobs, workers, batchBytes).map((batch) => run(runner, batch)));
    }
  } finally {
    progress.stop();
    options.signal?.removeEventListener('abort', onAbort);
    await runner.close();
  }
  if (options.signal?.aborted) throw interruption(options.signal);
  progress.end();
  return apart?.join(results) ?? results;
}

function totalOf(jobs: readonly Job[]): number {
  return jobs.reduce((sum, job) => sum + job.sizeBytes, 0);
}

/** `totalBytes`: what is told to be all, of which the jobs may read some twice. */
function watchProgress(
  jobs: readonly Job[],
  totalBytes: number,
  { onProgress }: RunOptions,
  control: Control,
): { stop(): void; end(): void } {
  const told = totalBytes / Math.max(1, totalOf(jobs));
  const report = (atLeastBytes: number): void => {
    const job = jobs[currentJob(control)];
    const doneBytes = Math.max(atLeastBytes, Math.floor(told * Number(Atomics.load(control.doneBytes, 0))));
    // What a lost thread had read is read again.
    if (job !== undefined) onProgress?.(Math.min(doneBytes, totalBytes), job);
  };
  const timer = onProgress === undefined ? undefined : setInterval(report, progressMs, 0);
  // A job that failed has not read all of its bytes, and yet nothing is left to do.
  return { stop: () => clearInterval(timer), end: () => report(totalBytes) };
}

function planThreads(jobs: readonly Job[], options: RunOptions): Threads {
  const most = options.workers ?? availableParallelism();
  const splitting = options.splitting ?? usualSplitting;
  const { segmentBytes } = splitting;
  const split = findSplit(jobs, most, splitting);
  const shared = findShared(jobs, {
    workers: most,
    poolFromBytes: options.poolFromBytes ?? poolFrom.leastBytes,
    split,
  });
  const workers = Math.min(most, jobs.length + shared.size + mostHelpers * split.size);
  const order = startOrder(jobs);
  const largest = jobs[order[0] ?? -1];
  // By itself one thread more is of no use, and no other takes over more than what is beside the largest job.
  const beside =
    totalOf(jobs) - (options.workers === 1 || shared.size + split.size > 0 ? 0 : (largest?.sizeBytes ?? 0));
  const isHashed = options.workers === undefined && largest !== undefined && !isDecoded(largest);
  const fromBytes = options.poolFromBytes ?? (isHashed ? poolFrom.hashedBytes : poolFrom.leastBytes);
  const isLittle = beside < fromBytes || (options.workers === undefined && workers < 2);
  if (isLittle) return { workers: 0, takesPart: false, shared: new Set(), split: new Set(), segmentBytes };
  const takesPart =
    options.takesPart === true &&
    options.workers === undefined &&
    shared.size + split.size === 0 &&
    order.slice(0, lookedAtPerThread * workers).every((i) => isLight(jobs[i] as Job)) &&
    !jobs.some(isStandardInput);
  return { workers: takesPart ? workers - 1 : workers, takesPart, shared, split, segmentBytes };
}

/** Whether a job may be one of this thread's, beside those of others: it takes no large window, for which this one could not wait. */
function isLight(job: Job): boolean {
  const codec = codecOf(job);
  return codec === null || codec === 'gzip';
}

/** `sharesInput`: standard input may have threads of its own, since they were asked for and there are no others. */
function inThread(
  { engine, limits, signal }: RunOptions,
  control: Control,
  { sharesInput, turnMs }: { readonly sharesInput: boolean; readonly turnMs: number | undefined },
): Runner {
  const context = createContext({ engine, control, limits, main: { signal, turnMs } });
  let last: Promise<unknown> = Promise.resolve();
  const runAll = async (batch: readonly NumberedJob[]): Promise<JobResult[]> => {
    const results: JobResult[] = [];
    for (const each of batch) {
      const { id, job } = each;
      startJob(control, id);
      // Where headers are enough, decoding is nearly all that there is to do.
      const byThreads = sharesInput && job.kind === 'stream' && isStandardInput(job) && job.bodies;
      results.push(await (byThreads ? observeStandardInput(each, context) : observe(job, context)));
    }
    return results;
  };
  return {
    // One after the other: they share the read buffer.
    run: (batch) => {
      const result = last.then(() => runAll(batch));
      last = result;
      return result;
    },
    close: async () => {},
  };
}
