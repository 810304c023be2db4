/**
 * A pool of worker threads that runs jobs. Whatever becomes of a thread, each job has a result: it is run once more, alone,
 * and reported as lost if that thread goes too.
 */
import { messageOf } from '../model/error.js';
import { createOwner, releaseLargeWindow } from '../observe/control.js';
import type { Job, JobResult } from '../observe/observation.js';
import { isStandardInput } from '../observe/observation.js';
import { nameOfLocation } from '../sources/location.js';
import { closeRelay, createRelay } from './pair/relay.js';
import type { DigestTask, NumberedJob, Pool, Runner, Threads } from './runner.js';
import { SplitJobs } from './split/split-jobs.js';
import { PoolBroken, startThreads } from './start-threads.js';
import type { ThreadsAhead } from './threads-ahead.js';

/** Starts so many threads, or takes those that were started ahead; null where that may not be. */
export async function startPool(
  threads: number,
  { engine, limits, control }: Pick<DigestTask, 'engine' | 'limits' | 'control'>,
  ahead: ThreadsAhead | null = null,
): Promise<Pool | null> {
  const pool =
    ahead?.take() ?? (await startThreads<DigestTask, JobResult[]>('digest', { least: threads, most: threads }));
  if (pool === null) return null;
  const post = (task: Omit<DigestTask, 'engine' | 'limits' | 'control'>): Promise<JobResult[]> =>
    pool.run({ ...task, engine, limits, control });
  return {
    post: (jobs, split) => post({ jobs, ...(split === undefined ? null : { split }) }),
    help: (helps) => post({ jobs: [], ...(helps === undefined ? null : { helps }) }),
    // Both halves are posted back to back: at most one earlier job may lie between them, or they could wait for each other for ever.
    share: async (jobs, input) => {
      const relay = createRelay();
      const owner = createOwner(control);
      const halves = [true, false].map((decodes) =>
        post({ jobs, relay: { relay, owner, decodes }, ...(input === undefined ? null : { input }) }).finally(() => {
          // Whoever waits for this half waits no longer; what it has put on the belt stays there.
          closeRelay(relay);
          if (input !== undefined) closeRelay(input);
        }),
      );
      const [decoded, observed] = await Promise.allSettled(halves);
      if (decoded?.status === 'rejected') throw decoded.reason;
      if (observed?.status !== 'fulfilled') throw observed?.reason;
      return observed.value;
    },
    close: () => pool.close(),
  };
}

/**
 * The runner of a pool; `here`, which runs in this thread, where no thread can be started. A job that loses its thread is
 * run once more, and standard input is left to `here`.
 */
export async function openPool(
  threads: Threads,
  settings: Pick<DigestTask, 'engine' | 'limits' | 'control'>,
  here: Runner,
  ahead: ThreadsAhead | null = null,
): Promise<Runner> {
  const { workers, shared } = threads;
  const pool = await startPool(workers, settings, ahead);
  if (pool === null) return here;
  const splitJobs = new SplitJobs(threads, pool);
  const attempt = async (batch: readonly NumberedJob[], way: Way): Promise<readonly JobResult[]> => {
    try {
      if (way === 'split') return await splitJobs.run(batch);
      return await (way === 'shared' ? pool.share(batch) : pool.post(batch));
    } catch (error) {
      releaseLargeWindow(settings.control);
      if (error instanceof PoolBroken) return here.run(batch);
      return batch.map(({ job }) => ({ ok: false, error: { code: 'thread-lost', message: lostMessage(job, error) } }));
    }
  };
  return {
    run: async (batch) => {
      // A worker that waits for standard input could not be ended, and its threads would be missed here.
      if (batch.some(({ job }) => isStandardInput(job))) return here.run(batch);
      const isOneOf = (ids: ReadonlySet<number>): boolean => batch.some(({ id }) => ids.has(id));
      const results = await attempt(batch, isOneOf(shared) ? 'shared' : isOneOf(threads.split) ? 'split' : 'alone');
      if (!results.some(isLost)) return results;
      // Once more, each alone: a job that ends its thread again takes no other with it.
      return (await Promise.all(batch.map((each) => attempt([each], 'alone')))).flat();
    },
    close: () => pool.close(),
  };
}

/** How many threads a job has: two that share it, one and those that help it, or one. */
type Way = 'shared' | 'split' | 'alone';

function isLost(result: JobResult): boolean {
  return !result.ok && result.error.code === 'thread-lost';
}

function lostMessage({ location }: Job, error: unknown): string {
  return `${nameOfLocation(location)}: the thread that read it was lost, and so was a second one: ${messageOf(error)}`;
}
