/** The one place where threads are started. */
import type { Piscina } from 'piscina';

/** The code that a thread runs, `workers/NAME-worker.ts`. */
export type ThreadEntry = 'digest' | 'archive';

/** Threads that take tasks, each by whatever thread is free. */
export interface StartedThreads<Task, Result> {
  /** Rejects where the thread of the task is lost; with PoolBroken where none could be started. */
  run(task: Task): Promise<Result>;
  /** To be called as often as anybody likes. */
  close(): Promise<void>;
}

/** How many threads. */
export interface ThreadCount {
  /** So many start at once. */
  readonly least: number;
  /** Up to so many, as there are tasks for them. */
  readonly most: number;
}

/** A thread failed before it had a task: no memory or no right to start one. Its task would wait without end. */
export class PoolBroken extends Error {}

/**
 * Starts threads. Null where no thread may be started (Node's permission model), where none is left, and where a caller has
 * bundled this file: then neither the code of a thread nor that of the pool lies where it looks for it.
 */
export async function startThreads<Task, Result>(
  entry: ThreadEntry,
  { least, most }: ThreadCount,
): Promise<StartedThreads<Task, Result> | null> {
  let pool: Piscina<Task, Result>;
  try {
    const [{ Piscina }, { createRequire }] = await Promise.all([import('piscina'), import('node:module')]);
    // The compiled worker, also when this file runs from source under a test runner.
    const filename = createRequire(import.meta.url).resolve(`#${entry}-worker`);
    // An idle thread stays until the pool is closed: one that had ended by itself would be replaced where the pool hears of
    // that after it was closed, and nobody would ever end that other one.
    pool = new Piscina({
      filename,
      minThreads: least,
      maxThreads: most,
      idleTimeout: Number.POSITIVE_INFINITY,
      recordTiming: false,
    });
  } catch {
    return null;
  }
  const broken = new Promise<never>((_, reject) => pool.on('error', () => reject(new PoolBroken())));
  broken.catch(() => {});
  let closing: Promise<void> | null = null;
  return {
    run: (task) => Promise.race([pool.run(task), broken]),
    close: () => {
      // Once: the pool would take a second time for the end of the first, and a thread that ends then for one to be replaced.
      closing ??= pool.destroy();
      return closing;
    },
  };
}
