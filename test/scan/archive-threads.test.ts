/** Threads for small archives start when many files are expected, before one is looked into, and end whatever the files are. */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { ArchiveThreads } from '../../src/scan/jobs/archive-threads.js';
import { scan } from '../../src/scan/scan.js';
import { resolveSettings, type ScanOptions } from '../../src/scan/settings.js';
import { file, rawTar } from '../helpers/archive-builder.js';
import { threadsOf } from '../helpers/started-threads.js';
import { inTemporaryFolder } from '../helpers/temporary-folder.js';

const threadsFor = (options: ScanOptions): ArchiveThreads => new ArchiveThreads(resolveSettings(options, []));

describe('threads for small archives', () => {
  it('start once, when as many files are expected as are worth it in all', async () => {
    const { threads, running } = await threadsOf(async () => {
      const two = threadsFor({ workers: 2 });
      expect(two.expect(300)).toBeUndefined();
      const starting = two.expect(212);
      expect(starting).toBeInstanceOf(Promise);
      expect(two.expect(5000)).toBeUndefined();
      expect(two.start(5000)).toBe(starting);
      expect(await starting).not.toBeNull();
      await Promise.all([two.close(), two.close()]);
    });
    expect(threads).toBe(2);
    await vi.waitFor(() => expect(running.size).toBe(0), 10_000);
  });

  it('are one less where this thread takes part, and before there are tasks no more than archives or processors', async () => {
    const { all, others } = threadsFor({ takesPart: true });
    expect(others).toBe(all - 1);
    const { threads } = await threadsOf(async () => {
      const many = threadsFor({ workers: 50 });
      await many.start(3);
      await many.close();
    });
    expect(threads).toBe(Math.min(3, availableParallelism()));
  });

  it('never start where nobody would give them anything to do', async () => {
    for (const options of [{ workers: 0 }, { workers: 1 }, { workers: 4, verify: false }]) {
      expect(threadsFor(options).expect(100_000)).toBeUndefined();
    }
    const whole = resolveSettings({ workers: 4 }, []);
    expect(new ArchiveThreads({ ...whole, keepsDocuments: true }).expect(100_000)).toBeUndefined();
    expect(new ArchiveThreads({ ...whole, probes: ['files'] }).expect(100_000)).toBeUndefined();
    expect(threadsFor({ workers: 4, cache: { folder: 'nowhere' } }).expect(100_000)).toBeUndefined();
  });

  it.each(['archives', 'no archives'])(
    'start once for a scan, and end with it, of many files that are %s',
    async (what) => {
      await inTemporaryFolder(async ({ folder }) => {
        const content = what === 'archives' ? rawTar([file('manifest.json', '[]')]) : 'nothing';
        for (let i = 0; i < 600; i++) writeFileSync(join(folder, `${i}.tar`), content);
        const { threads, running, value } = await threadsOf(() => scan([folder], { workers: 2 }));
        expect(value.archives).toHaveLength(600);
        expect(threads).toBe(2);
        await vi.waitFor(() => expect(running.size).toBe(0), 10_000);
      });
    },
  );
});
