/** Tasks by threads and by this one, over the threads that do small archives. */
import { afterEach, expect, it } from 'vitest';
import { limitsWith } from '../../src/model/limits.js';
import { createControl } from '../../src/observe/control.js';
import type { ArchiveTask } from '../../src/scan/jobs/archive-job.js';
import { type StartedThreads, startThreads } from '../../src/threads/start-threads.js';
import { inThreads, type TaskRunners } from '../../src/threads/tasks.js';

/** No thread can answer for what is not there: one null for each. */
function tasks(count: number): ArchiveTask[] {
  return Array.from({ length: count }, (_, i): ArchiveTask => {
    const path = `/no/such/archive-${i}.tar`;
    const archives = [{ path, location: { kind: 'file', path } as const }];
    return { archives, engine: 'node', limits: limitsWith({}), control: createControl() };
  });
}

let threads: Promise<StartedThreads<ArchiveTask, string> | null> = Promise.resolve(null);

afterEach(async () => {
  await (await threads)?.close();
});

/** Threads that are closed after the test. */
function started(count: number): Pick<TaskRunners<ArchiveTask, string>, 'threads' | 'count'> {
  threads = startThreads('archive', { least: count, most: count });
  return { threads, count };
}

const mine = async (): Promise<string> => '"mine"';

it('each task is done once, by a thread or by this one, which has begun when the others are still starting', async () => {
  const results = new Map<number, string | null>();
  await inThreads(tasks(50), { ...started(2), here: mine }, (result, place) => {
    expect(results.has(place)).toBe(false);
    results.set(place, result);
  });
  expect([...results.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect([...results.values()]).toContain('"mine"');
});

it('without a part of this thread all are done by the others', async () => {
  const results: (string | null)[] = [];
  await inThreads(tasks(5), { ...started(2), here: null }, (result) => results.push(result));
  expect(results).toEqual(Array.from({ length: 5 }, () => '[null]'));
});

it('where this thread fails, that is told when the others are done, and nothing after it', async () => {
  let heard = 0;
  const here = async (): Promise<string> => {
    throw new Error('broken here');
  };
  const ended = inThreads(tasks(8), { ...started(1), here }, () => heard++);
  await expect(ended).rejects.toThrow('broken here');
  const then = heard;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([then, heard]).toEqual([7, 7]);
});
