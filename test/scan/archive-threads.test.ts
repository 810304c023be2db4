/** Threads for small archives start when many files are expected, before one is looked into, and end whatever the files are. */
import { mkdirSync, writeFileSync } from 'node:fs';
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

  it('are one less where this thread takes part, and no more than there are archives', async () => {
    const { all, others } = threadsFor({ takesPart: true });
    expect(others).toBe(all - 1);
    const { threads } = await threadsOf(async () => {
      const many = threadsFor({ workers: 50 });
      await many.start(3);
      await many.close();
    });
    expect(threads).toBe(3);
  });

  it('never start where nobody would give them anything to do', async () => {
    for (const options of [{ workers: 0 }, { workers: 1 }, { workers: 4, verify: false }]) {
      expect(threadsFor(options).expect(100_000)).toBeUndefined();
    }
    const whole = resolveSettings({ workers: 4 }, []);
    expect(new ArchiveThreads({ ...whole, keepsDocuments: true }).expect(100_000)).toBeUndefined();
    expect(new ArchiveThreads({ ...whole, probes: ['files'] }).expect(100_000)).toBeUndefined();
  });

  it('end with a scan whose many files turn out to be no archives', async () => {
    await inTemporaryFolder(async ({ folder }) => {
      const set = join(folder, 'set');
      mkdirSync(set);
      for (let i = 0; i < 600; i++) writeFileSync(join(set, `${i}.tar`), 'no archive');
      writeFileSync(join(set, 'one'), rawTar([file('manifest.json', '[]')]));
      const { threads, running, value } = await threadsOf(() => scan([set], { workers: 2 }));
      expect(value.archives).toHaveLength(601);
      expect(threads).toBe(2);
      await vi.waitFor(() => expect(running.size).toBe(0), 10_000);
    });
  });
});
