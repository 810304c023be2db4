/** The threads that a test starts, as Node tells of them. */
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';

/** What came of some work, how many threads were started while it went on, and those of them that have not ended. */
export interface WithThreads<T> {
  readonly value: T;
  readonly threads: number;
  readonly running: ReadonlySet<Worker>;
}

/** Does the work, and watches which threads are started meanwhile. */
export async function threadsOf<T>(work: () => Promise<T>): Promise<WithThreads<T>> {
  let threads = 0;
  const running = new Set<Worker>();
  const watch = (worker: Worker): void => {
    threads++;
    running.add(worker);
    worker.once('exit', () => running.delete(worker));
  };
  // Node tells of a new thread a moment later: those of before are not counted, and those of the end are.
  await setImmediate();
  process.on('worker', watch);
  try {
    const value = await work();
    await setImmediate();
    return { value, threads, running };
  } finally {
    process.off('worker', watch);
  }
}
