/** Threads that start before there are jobs for them: taken once, used by the run that takes them, and closed by whoever is left with them. */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { limits } from '../../src/model/limits.js';
import { createControl } from '../../src/observe/control.js';
import { scan } from '../../src/scan/scan.js';
import { runJobs } from '../../src/threads/run.js';
import { ThreadsAhead } from '../../src/threads/threads-ahead.js';
import { file, gzip, rawTar, seededRandom } from '../helpers/archive-builder.js';
import { threadsOf } from '../helpers/started-threads.js';
import { inTemporaryFolder, temporaryFolder } from '../helpers/temporary-folder.js';
import { blobJob } from '../observe/jobs.js';

const { writeFile } = temporaryFolder();

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
    const { threads, running } = await threadsOf(async () => {
      const pool = (await ThreadsAhead.start({ least: 1, most: 3 })).take();
      const task = { engine: 'node', limits, control: createControl() } as const;
      const runs = [0, 1, 2, 3].map((id) => pool?.run({ ...task, jobs: [{ id, job: blobJob(path, 1_000_000) }] }));
      await Promise.all(runs);
      // One that ends by itself could end after all others, and then the pool would start another one for it.
      await setTimeout(50);
      expect(pool).not.toBeNull();
      // Closed twice at once as well: who starts them and who takes them may both do that.
      await Promise.all([pool?.close(), pool?.close()]);
      await setTimeout(50);
    });
    expect(threads).toBe(3);
    await vi.waitFor(() => expect(running.size).toBe(0), 10_000);
  });

  it('are closed by a scan that has no use for them', async () => {
    await inTemporaryFolder(async ({ folder }) => {
      const path = join(folder, 'large.tar');
      writeFileSync(path, Buffer.concat([rawTar([file('manifest.json', '[]')]), Buffer.alloc(130 * 1024 ** 2)]));
      const { threads, value, running } = await threadsOf(() => scan([path], { workers: 3 }));
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
