/** The one place where threads are started. */
import type { Piscina } from 'piscina';

/** The code that a thread runs, `workers/NAME-worker.ts`. */
export type ThreadEntry = 'digest' | 'archive';

/**
 * Starts so many threads. Null where no thread may be started (Node's permission model), where none is left, and where a caller has
 * bundled this file: then neither the code of a thread nor that of the pool lies where it looks for it.
 */
export async function startThreads<Task, Result>(
  entry: ThreadEntry,
  threads: number,
): Promise<Piscina<Task, Result> | null> {
  try {
    const [{ Piscina }, { createRequire }] = await Promise.all([import('piscina'), import('node:module')]);
    // The compiled worker, also when this file runs from source under a test runner.
    const filename = createRequire(import.meta.url).resolve(`#${entry}-worker`);
    return new Piscina({ filename, minThreads: threads, maxThreads: threads, recordTiming: false });
  } catch {
    return null;
  }
}
