/** Threads that start before there are jobs for them: taken once, used by the run that takes them, and closed by whoever is left with them. */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { limits } from '../../src/model/limits.js';
import { createControl } from '../../src/observe/control.js';
import { scan } from '../../src/scan/scan.js';
import { runJobs } from '../../src/threads/run.js';
import { ThreadsAhead } from '../../src/threads/threads-ahead.js';
import { file, gzip, rawTar, seededRandom } from '../helpers/archive-builder.js';
import { inTemporaryFolder, temporaryFolder } from '../helpers/temporary-folder.js';
import { blobJob } from '../observe/jobs.js';

const { writeFile } = temporaryFolder();

/** How many threads were started while `work` went on. */
async function threadsOf<T>(work: () => Promise<T>): Promise<{ readonly threads: number; readonly value: T }> {
  let threads = 0;
  const count = (): void => void threads++;
  // Node tells of a new thread a moment later: those of before are not counted, and those of the end are.
  await setImmediate();
  process.on('worker', count);
  try {
    const value = await work();
    await setImmediate();
    return { value, threads };
  } finally {
    process.off('worker', count);
  }
}

describe('threads that start ahead', () => {
  it('are taken once, and start no others for the run that takes them', async () => {
    const content = gzip(rawTar([file('a', seededRandom(3).bytes(300_000))]));
    const path = writeFile('body', content);
    const jobs = [1, 2, 3].map((less) => blobJob(path, content.length - less, { layer: ['sha256'] }));
    const ahead = await ThreadsAhead.start({ least: 2, most: 2 });
    const options = { engine: 'node', limits, poolFromBytes: 0, workers: 2, ahead } as const;
    const first = await threadsOf(() => runJobs(jobs, options));
    expect(first.threads).toBe(0);
    expect(first.value).toEqual(await runJobs(jobs, { engine: 'node', limits, workers: 0 }));
    expect(ahead.take()).toBeNull();
    const second = await threadsOf(() => runJobs(jobs, options));
    expect(second.threads).toBe(2);
    expect(second.value).toEqual(first.value);
    await ahead.close();
  });

  it('become as many as there are jobs for, and no more than they may', async () => {
    const path = writeFile('four', Buffer.alloc(1_000_000));
    const jobs = Array.from({ length: 4 }, () => blobJob(path, 1_000_000));
    const { threads } = await threadsOf(async () => {
      const ahead = await ThreadsAhead.start({ least: 1, most: 3 });
      await runJobs(jobs, { engine: 'node', limits, poolFromBytes: 0, workers: 3, ahead });
    });
    expect(threads).toBe(3);
  });

  it('stay until they are closed, the idle ones too, and no other starts in the place of one that ends', async () => {
    const path = writeFile('idle', Buffer.alloc(1_000_000));
    const started: Worker[] = [];
    const running = new Set<Worker>();
    const watch = (worker: Worker): void => {
      started.push(worker);
      running.add(worker);
      worker.once('exit', () => running.delete(worker));
    };
    await setImmediate();
    process.on('worker', watch);
    try {
      const threads = (await ThreadsAhead.start({ least: 1, most: 3 })).take();
      const task = { engine: 'node', limits, control: createControl() } as const;
      const runs = [0, 1, 2, 3].map((id) => threads?.run({ ...task, jobs: [{ id, job: blobJob(path, 1_000_000) }] }));
      await Promise.all(runs);
      // One that ends by itself could end after all others, and then the pool would start another one for it.
      await setTimeout(50);
      expect(running.size).toBe(3);
      await threads?.close();
      await vi.waitFor(() => expect(running.size).toBe(0), 10_000);
      await setImmediate();
      expect(started).toHaveLength(3);
      expect(running.size).toBe(0);
    } finally {
      process.off('worker', watch);
    }
  });

  it('are closed by a scan that has no use for them', async () => {
    await inTemporaryFolder(async ({ folder }) => {
      const path = join(folder, 'large.tar');
      writeFileSync(path, Buffer.concat([rawTar([file('manifest.json', '[]')]), Buffer.alloc(130 * 1024 ** 2)]));
      const running = new Set<object>();
      const watch = (worker: { once(event: 'exit', listener: () => void): void }): void => {
        running.add(worker);
        worker.once('exit', () => running.delete(worker));
      };
      process.on('worker', watch);
      const { threads, value } = await threadsOf(() => scan([path], { workers: 3 }));
      process.off('worker', watch);
      expect(value.archives).toHaveLength(1);
      expect(threads).toBe(3);
      // Of an exit Node tells a moment later as well.
      await vi.waitFor(() => expect(running.size).toBe(0), 10_000);
      expect((await threadsOf(() => scan([path], { workers: 3, verify: false }))).threads).toBe(0);
      expect((await threadsOf(() => scan([path], { takesPart: true }))).threads).toBe(
        Math.min(availableParallelism() - 1, 4),
      );
      expect((await threadsOf(() => scan([path], { workers: 1 }))).threads).toBe(0);
    });
  });
});
