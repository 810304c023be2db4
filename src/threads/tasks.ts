/**
 * Threads for work that is told in a few words and answered in a few: tasks in, results out, each by whatever thread is free.
 * A task that is lost with its thread, or for which no thread could be started, has no result, and whoever asked does it.
 */
import type { StartedThreads } from './start-threads.js';

/** Who does the tasks. */
export interface TaskRunners<Task, Result> {
  /** Null where none could be started. Whoever has started them closes them. */
  readonly threads: Promise<StartedThreads<Task, Result> | null>;
  /** So many tasks they are given at once. */
  readonly count: number;
  /** This thread's part, if it takes one: it has to give way often, since the others wait for their next tasks. */
  readonly here: ((task: Task) => Promise<Result>) | null;
}

/** Runs all tasks; `onResult` hears of each as it ends, of one without a result as null. Rejects where `here` does, when the others are done. */
export async function inThreads<Task, Result>(
  tasks: readonly Task[],
  { threads, count, here }: TaskRunners<Task, Result>,
  onResult: (result: Result | null, place: number) => void,
): Promise<void> {
  const left = tasks.entries();
  const lane = async (run: (task: Task) => Promise<Result | null>): Promise<void> => {
    for (const [place, task] of left) onResult(await run(task), place);
  };
  const there = async (): Promise<void> => {
    const pool = await threads;
    // Without threads this one does all of them by its part; without that they have no result.
    if (pool === null && here !== null) return;
    const run = async (task: Task): Promise<Result | null> => (await pool?.run(task).catch(() => null)) ?? null;
    await Promise.all(Array.from({ length: Math.min(count, tasks.length) }, () => lane(run)));
  };
  // Whoever asked hears of nothing any more once it has its answer, so this waits for both.
  const ended = await Promise.allSettled([there(), here === null ? null : lane(here)]);
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}
