/**
 * Runs jobs, in a pool of workers or in this thread, with the same code and the same results. A pool costs a tenth of a
 * second to start, so what it could not take over stays here. Results come in the order of the jobs, whatever finished first.
 */
import { availableParallelism } from 'node:os';
import { messageOf, VarveError } from '../model/error.js';
import type { Engine } from './hasher.js';
import type { Job, JobResult } from './observation.js';
import { observe } from './observe.js';
import { isStandardInput, startBatches } from './plan.js';
import {
  type Control,
  createContext,
  createControl,
  currentJob,
  releaseLargeWindow,
  startJob,
  stop,
} from './work-context.js';

export interface RunOptions {
  /** Threads; 0 = this one. Default: the machine's parallelism, at most the jobs, 0 for one. */
  readonly workers?: number;
  readonly engine: Engine;
  readonly signal?: AbortSignal;
  /** Called about ten times a second with the bytes read so far and the job that started last, and once at the end. */
  readonly onProgress?: (doneBytes: number, job: Job) => void;
  /** With less work beside the largest job all stays in this thread. Default: 32 MiB; a pool would cost more than it gives. */
  readonly poolFromBytes?: number;
}

const defaultPoolFromBytes = 32 * 1024 * 1024;
const progressMs = 100;

/** Runs all jobs. Throws VarveError `interrupted` when the signal fires. */
export async function runJobs(jobs: readonly Job[], options: RunOptions): Promise<JobResult[]> {
  const control = createControl();
  const onAbort = (): void => stop(control);
  options.signal?.addEventListener('abort', onAbort);
  if (options.signal?.aborted) stop(control);
  const progress = watchProgress(jobs, options, control);
  const results: JobResult[] = [];
  const workers = threadsFor(jobs, options);
  const here = inThread(options, control);
  const runner = workers === 0 ? here : await openPool(workers, options.engine, control, here);
  try {
    await Promise.all(
      startBatches(jobs, workers).map(async (batch) => {
        const done = await runner.run(batch.map((id) => ({ id, job: jobs[id] as Job })));
        batch.forEach((id, i) => {
          results[id] = done[i] as JobResult;
        });
      }),
    );
  } finally {
    progress.stop();
    options.signal?.removeEventListener('abort', onAbort);
    await runner.close();
  }
  if (options.signal?.aborted) throw new VarveError('interrupted', 'interrupted');
  progress.end();
  return results;
}

function totalOf(jobs: readonly Job[]): number {
  return jobs.reduce((sum, job) => sum + job.sizeBytes, 0);
}

function watchProgress(
  jobs: readonly Job[],
  { onProgress }: RunOptions,
  control: Control,
): { stop(): void; end(): void } {
  const report = (atLeastBytes: number): void => {
    const job = jobs[currentJob(control)];
    if (job !== undefined) onProgress?.(Math.max(atLeastBytes, Number(Atomics.load(control.doneBytes, 0))), job);
  };
  const timer = onProgress === undefined ? undefined : setInterval(report, progressMs, 0);
  // A job that failed has not read all of its bytes, and yet nothing is left to do.
  return { stop: () => clearInterval(timer), end: () => report(totalOf(jobs)) };
}

/** A job with its place among all jobs. */
interface NumberedJob {
  readonly id: number;
  readonly job: Job;
}

/** What a worker is handed. */
export interface DigestTask {
  readonly jobs: readonly NumberedJob[];
  readonly engine: Engine;
  readonly control: Control;
}

interface Runner {
  run(batch: readonly NumberedJob[]): Promise<readonly JobResult[]>;
  close(): Promise<void>;
}

/** How many threads the pool is to have; 0 where it costs more than it gives. */
function threadsFor(jobs: readonly Job[], { workers, poolFromBytes = defaultPoolFromBytes }: RunOptions): number {
  const threads = Math.min(workers ?? availableParallelism(), jobs.length);
  // By itself one thread more is of no use, and none takes over more than what is beside the largest job.
  const largestBytes = workers === 1 ? 0 : jobs.reduce((most, { sizeBytes }) => Math.max(most, sizeBytes), 0);
  const gainBytes = totalOf(jobs) - largestBytes;
  return (workers === undefined && threads < 2) || gainBytes < poolFromBytes ? 0 : threads;
}

function inThread({ engine, signal }: RunOptions, control: Control): Runner {
  const context = createContext({ engine, control, main: { signal } });
  let last: Promise<unknown> = Promise.resolve();
  const runAll = async (batch: readonly NumberedJob[]): Promise<JobResult[]> => {
    const results: JobResult[] = [];
    for (const { id, job } of batch) {
      startJob(control, id);
      results.push(await observe(job, context));
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

async function openPool(workers: number, engine: Engine, control: Control, here: Runner): Promise<Runner> {
  const [{ Piscina }, { createRequire }] = await Promise.all([import('piscina'), import('node:module')]);
  const pool = new Piscina({
    // The compiled worker, also when this file runs from source under a test runner.
    filename: createRequire(import.meta.url).resolve('#digest-worker'),
    minThreads: workers,
    maxThreads: workers,
  });
  return {
    run: async (batch) => {
      // A worker that waits for standard input could not be ended.
      if (batch.some(({ job }) => isStandardInput(job))) return here.run(batch);
      try {
        return (await pool.run({ jobs: batch, engine, control } satisfies DigestTask)) as JobResult[];
      } catch (error) {
        releaseLargeWindow(control);
        return batch.map(() => ({ ok: false, error: { code: 'internal', message: messageOf(error) } }));
      }
    },
    close: () => pool.destroy(),
  };
}
