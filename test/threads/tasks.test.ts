/** Tasks by threads and by this one, over the threads that do small archives. */
import { expect, it } from 'vitest';
import { limitsWith } from '../../src/model/limits.js';
import { createControl } from '../../src/observe/control.js';
import type { ArchiveTask } from '../../src/scan/jobs/archive-job.js';
import { inThreads } from '../../src/threads/tasks.js';

/** No thread can answer for what is not there: one null for each. */
function tasks(count: number): ArchiveTask[] {
  return Array.from({ length: count }, (_, i): ArchiveTask => {
    const path = `/no/such/archive-${i}.tar`;
    const archives = [{ path, location: { kind: 'file', path } as const }];
    return { archives, engine: 'node', limits: limitsWith({}), control: createControl() };
  });
}

const mine = async (): Promise<string> => '"mine"';

it('each task is done once, by a thread or by this one, which has begun when the others are still starting', async () => {
  const results = new Map<number, string | null>();
  await inThreads<ArchiveTask, string>(tasks(50), { entry: 'archive', threads: 2, here: mine }, (result, place) => {
    expect(results.has(place)).toBe(false);
    results.set(place, result);
  });
  expect([...results.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect([...results.values()]).toContain('"mine"');
});

it('without a part of this thread all are done by the others', async () => {
  const results: (string | null)[] = [];
  await inThreads<ArchiveTask, string>(tasks(5), { entry: 'archive', threads: 2, here: null }, (result) =>
    results.push(result),
  );
  expect(results).toEqual(Array.from({ length: 5 }, () => '[null]'));
});

it('where this thread fails, that is told when the others are done, and nothing after it', async () => {
  let heard = 0;
  const here = async (): Promise<string> => {
    throw new Error('broken here');
  };
  const runners = { entry: 'archive', threads: 1, here } as const;
  const ended = inThreads<ArchiveTask, string>(tasks(8), runners, () => heard++);
  await expect(ended).rejects.toThrow('broken here');
  const then = heard;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([then, heard]).toEqual([7, 7]);
});
