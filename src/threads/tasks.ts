/**
 * Threads for work that is told in a few words and answered in a few: tasks in, results out, each by whatever thread is free.
 * A task that is lost with its thread, or for which no thread could be started, has no result, and whoever asked does it.
 */
import { startThreads, type ThreadEntry } from './start-threads.js';

/** Runs all tasks in so many threads; `onResult` hears of each as it ends, of one without a result as null. */
export async function inThreads<Task, Result>(
  entry: ThreadEntry,
  threads: number,
  tasks: readonly Task[],
  onResult: (result: Result | null, place: number) => void,
): Promise<void> {
  const most = Math.min(threads, tasks.length);
  const pool = await startThreads<Task, Result>(entry, { least: most, most });
  try {
    await Promise.all(
      tasks.map(async (task, place) => onResult((await pool?.run(task).catch(() => null)) ?? null, place)),
    );
  } finally {
    await pool?.close();
  }
}
