/**
 * Runs jobs, in a pool of workers or in this thread, with the same code and the same results. A pool costs a tenth of a
 * second to start, so little work stays here. Results come in the order of the jobs, whatever finished first.
 */
import { availableParallelism } from 'node:os';
import { messageOf, VarveError } from '../model/error.js';
import type { Engine } from './hasher.js';
import type { Job, JobResult } from './observation.js';
import { observe } from './observe.js';
import { startOrder } from './plan.js';
import { type Control, createContext, createControl, currentJob, startJob, stop } from './work-context.js';

export interface RunOptions {
  /** Threads; 0 = this one. Default: the machine's parallelism, at most the jobs. */
  readonly workers?: number;
  readonly engine: Engine;
  readonly signal?: AbortSignal;
  /** Called about ten times a second with the bytes read so far and the job that started last. */
  readonly onProgress?: (doneBytes: number, job: Job) => void;
}

/** Below this many bytes the pool would cost more than it gives. */
const poolFromBytes = 32 * 1024 * 1024;
const progressMs = 100;

/** Runs all jobs. Throws VarveError `interrupted` when the signal fires. */
export async function runJobs(jobs: readonly Job[], options: RunOptions): Promise<JobResult[]> {
  const control = createControl();
  const onAbort = (): void => stop(control);
  options.signal?.addEventListener('abort', onAbort);
  if (options.signal?.aborted) stop(control);
  const order = startOrder(jobs);
  const report = (): void => {
    const job = jobs[currentJob(control)];
    if (job !== undefined) options.onProgress?.(Number(Atomics.load(control.doneBytes, 0)), job);
  };
  const timer = options.onProgress === undefined ? undefined : setInterval(report, progressMs);
  const results: JobResult[] = [];
  const workers = Math.min(options.workers ?? availableParallelism(), jobs.length);
  const total = jobs.reduce((sum, job) => sum + job.sizeBytes, 0);
  const runner =
    workers === 0 || total < poolFromBytes
      ? inThread(options.engine, control)
      : await inPool(workers, options.engine, control);
  try {
    await runner.all(order, async (i) => {
      results[i] = await runner.run(jobs[i] as Job, i);
    });
  } finally {
    clearInterval(timer);
    options.signal?.removeEventListener('abort', onAbort);
    await runner.close();
  }
  if (options.signal?.aborted) throw new VarveError('interrupted', 'interrupted');
  return results;
}

/** What a worker is handed. */
export interface DigestTask {
  readonly job: Job;
  readonly id: number;
  readonly engine: Engine;
  readonly control: Control;
}

interface Runner {
  run(job: Job, id: number): Promise<JobResult>;
  all(order: readonly number[], run: (i: number) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

function inThread(engine: Engine, control: Control): Runner {
  const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const context = createContext(engine, control, breathe);
  return {
    run: (job, id) => {
      startJob(control, id);
      return observe(job, context);
    },
    all: async (order, run) => {
      for (const i of order) await run(i);
    },
    close: async () => {},
  };
}

async function inPool(workers: number, engine: Engine, control: Control): Promise<Runner> {
  const [{ Piscina }, { createRequire }] = await Promise.all([import('piscina'), import('node:module')]);
  const pool = new Piscina({
    // The compiled worker, also when this file runs from source under a test runner.
    filename: createRequire(import.meta.url).resolve('#digest-worker'),
    minThreads: workers,
    maxThreads: workers,
  });
  return {
    run: async (job, id) => {
      try {
        return (await pool.run({ job, id, engine, control } satisfies DigestTask)) as JobResult;
      } catch (error) {
        return { ok: false, error: { code: 'internal', message: messageOf(error) } };
      }
    },
    all: async (order, run) => {
      await Promise.all(order.map(run));
    },
    close: () => pool.destroy(),
  };
}
