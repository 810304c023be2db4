/**
 * Jobs over bytes that answer late: several at a time in this thread, since each of them mostly waits. The code and the
 * results are those of any other job. What cannot be read is the result of its job, and the others go on.
 */
import { interruption } from '../model/error.js';
import { createControl, stop } from '../observe/control.js';
import type { Job, JobResult } from '../observe/observation.js';
import { createContext } from '../observe/work-context.js';
import type { ByteSource } from '../sources/byte-source.js';
import { observe } from './observe.js';
import type { RunOptions } from './run.js';
import { startOrder } from './schedule.js';

/** How jobs over late bytes are run. */
export interface LateRun extends Pick<RunOptions, 'engine' | 'limits' | 'expandedBytes' | 'signal' | 'onProgress'> {
  /** At most so many jobs at a time, 1 or more; each has a read buffer of its own. */
  readonly parallel: number;
  /** The bytes of what the job reads. */
  readonly open: (job: Job) => ByteSource;
}

const progressMs = 100;

/** Runs all jobs, largest first; results in the order of the jobs. Throws VarveError `interrupted` when the signal fires. */
export async function runLateJobs(jobs: readonly Job[], options: LateRun): Promise<JobResult[]> {
  const { signal, onProgress } = options;
  const control = createControl(options.expandedBytes);
  const onAbort = (): void => stop(control);
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) stop(control);
  const totalBytes = jobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const order = startOrder(jobs).values();
  const results: JobResult[] = [];
  let current: Job | null = null;
  const report = (atLeastBytes: number): void => {
    const doneBytes = Math.max(atLeastBytes, Number(Atomics.load(control.doneBytes, 0)));
    if (current !== null) onProgress?.(Math.min(doneBytes, totalBytes), current);
  };
  const lane = async (): Promise<void> => {
    const { engine, limits } = options;
    const context = createContext({ engine, limits, control, main: { signal } });
    for (const id of order) {
      const job = jobs[id] as Job;
      current = job;
      results[id] = await observe(job, context, { source: options.open(job) });
    }
  };
  const timer = onProgress === undefined ? undefined : setInterval(report, progressMs, 0);
  try {
    await Promise.all(Array.from({ length: Math.min(options.parallel, jobs.length) }, lane));
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', onAbort);
  }
  if (signal?.aborted) throw interruption(signal);
  report(totalBytes);
  return results;
}
