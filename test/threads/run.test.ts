/** Jobs in a pool and in this thread: the same results in the order of the jobs, progress to the end, and a quick stop. */

import { closeSync, ftruncateSync, openSync, truncateSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { limits, limitsWith, type ScanLimits } from '../../src/model/limits.js';
import { createExpandedBytes } from '../../src/observe/control.js';
import { engines } from '../../src/observe/hasher.js';
import type { Job, JobResult } from '../../src/observe/observation.js';
import { fileAt } from '../../src/sources/location.js';
import { type RunOptions, runJobs } from '../../src/threads/run.js';
import { findShared } from '../../src/threads/shared-jobs.js';
import { findSplit } from '../../src/threads/split/split-choice.js';
import { file, gzip, mixedContent, rawTar, seededRandom, xz, zstd } from '../helpers/archive-builder.js';
import { sweep } from '../helpers/sweep.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { blobJob, sha256 } from '../observe/jobs.js';

const { folder, writeFile } = temporaryFolder();
const rng = seededRandom(31);
const layerTar = rawTar([file('a', mixedContent(rng, 50_000)), file('b', 'x')]);
const contents = [
  Buffer.alloc(0),
  Buffer.from('small'),
  rng.bytes(3_000_000),
  layerTar,
  gzip(layerTar),
  zstd(layerTar),
  xz(layerTar),
  gzip(layerTar).subarray(0, 999),
];

/** Jobs of every kind, some of which fail. */
function someJobs(): Job[] {
  const blobs = contents.map((content, i) => {
    const path = writeFile(`body-${i}`, content);
    return blobJob(path, content.length, { layer: i < 3 ? null : ['sha256'] });
  });
  const archive = gzip(rawTar(contents.map((content, i) => file(`e${i}`, content))));
  const path = writeFile('archive', archive);
  const many = Array.from({ length: 200 }, (_, i) => blobJob(join(folder, 'body-2'), i, { offsetBytes: 7 * i }));
  return [
    ...blobs,
    blobJob('/nowhere', 100),
    { kind: 'stream', location: fileAt(path), sizeBytes: archive.length, bodies: true, probes: [] },
    blobJob(writeFile('short', 'x'), 1000),
    ...many,
  ];
}

const pool = (workers: number): RunOptions => ({ workers, engine: 'node', limits, poolFromBytes: 0 });

describe('jobs of a run', () => {
  it.each(sweep([2, 1, 4], 1))('have the same results in a pool of %d as in this thread', async (workers) => {
    const jobs = someJobs();
    const here = await runJobs(jobs, { workers: 0, engine: 'node', limits });
    expect(await runJobs(jobs, pool(workers))).toEqual(here);
    expect(here.map(({ ok }) => ok)).toEqual(jobs.map((_, i) => i !== 8 && i !== 10));
  });

  it.each(sweep([2, 3], 1))('that two of %d threads share have the same results as in this thread', async (workers) => {
    const content = gzip(rawTar([file('a', mixedContent(rng, 3_000_000)), file('b', rng.bytes(600_000))]));
    const path = writeFile('shared', content);
    const layer = blobJob(path, content.length, { layer: ['sha256'] });
    const archive: Job = {
      kind: 'stream',
      location: fileAt(path),
      sizeBytes: content.length,
      bodies: true,
      probes: [],
    };
    const cut = blobJob(writeFile('cut', content.subarray(0, -9)), content.length, { layer: ['sha256'] });
    for (const jobs of [[layer], [archive], [cut], [layer, blobJob(path, 99)]]) {
      expect(findShared(jobs, { workers, poolFromBytes: 0, split: new Set() }).size).toBe(1);
      expect(await runJobs(jobs, pool(workers))).toEqual(await runJobs(jobs, { workers: 0, engine: 'node', limits }));
    }
  });

  it.each(sweep([3, 8], 1))(
    'that %d threads decode together have the same results as in this thread',
    async (workers) => {
      const tar = rawTar([file('a', mixedContent(rng, 6_000_000)), file('b', gzip(layerTar)), file('c', 'x')]);
      const whole = gzip(tar);
      const damaged = Buffer.from(whole);
      damaged[whole.length >> 1] = (damaged[whole.length >> 1] as number) ^ 16;
      const cut = whole.subarray(0, -9);
      const members = Buffer.concat([gzip(tar.subarray(0, 999_999)), gzip(tar.subarray(999_999)), Buffer.alloc(9)]);
      const jobs = [whole, damaged, cut, members].flatMap((content, i): Job[] => {
        const path = writeFile(`split-${i}`, content);
        const archive = { kind: 'stream', location: fileAt(path), sizeBytes: content.length, bodies: true } as const;
        const layer = blobJob(path, content.length, { layer: ['sha256'], probes: ['files'] });
        return [layer, { ...archive, probes: [] }];
      });
      const splitting = { fromBytes: 1000, segmentBytes: 100_000 };
      expect(findSplit(jobs, workers, splitting).size).toBeGreaterThan(5);
      const here = { workers: 0, engine: 'node', limits } as const;
      expect(await runJobs(jobs, { ...pool(workers), splitting })).toEqual(await runJobs(jobs, here));
      for (const job of jobs) {
        const [alone, counts] = [createExpandedBytes(1), createExpandedBytes(1)];
        const expected = await runJobs([job], { ...here, expandedBytes: alone });
        const run = { ...pool(workers), splitting, expandedBytes: counts };
        expect(await runJobs([job], run)).toEqual(expected);
        expect(counts).toEqual(alone);
      }
    },
  );

  it('that threads decode together are given up at the same limits, in the same words', async () => {
    const content = gzip(rawTar([file('a', mixedContent(rng, 3_000_000)), file('b', Buffer.alloc(9_000_000))]));
    const path = writeFile('split-limited', content);
    const jobs = [
      blobJob(path, content.length, { layer: ['sha256'] }),
      { kind: 'stream', location: fileAt(path), sizeBytes: content.length, bodies: true, probes: [] } as const,
    ];
    const splitting = { fromBytes: 1000, segmentBytes: 100_000 };
    for (const changed of [
      { freeExpansionBytes: 4_000_000, expansionRatio: 3 },
      { layerExpansionBytes: 2_000_000 },
      { archiveExpansionBytes: 12_000_000 },
    ]) {
      const given = { engine: 'node', limits: limitsWith(changed) } as const;
      const here = await runJobs(jobs, { ...given, workers: 0, expandedBytes: createExpandedBytes(1) });
      const run = { ...pool(3), ...given, splitting, expandedBytes: createExpandedBytes(1) };
      expect(await runJobs(jobs, run)).toEqual(here);
    }
  });

  it.each(engines)('have the same results by the engine %s in a pool', async (engine) => {
    const jobs = someJobs().slice(0, 8);
    expect(await runJobs(jobs, { ...pool(2), engine })).toEqual(
      await runJobs(jobs, { workers: 0, engine: 'node', limits }),
    );
  });

  it('keep to the limits of the run in a pool as in this thread, and archives share what they expand to', async () => {
    const path = writeFile('limited', gzip(layerTar));
    const size = gzip(layerTar).length;
    const jobs = [0, 1, 1].map((archive): Job => ({ ...blobJob(path, size, { layer: ['sha256'] }), archive }));
    const outcome = async (changed: ScanLimits, workers: number): Promise<unknown[]> => {
      const options = workers === 0 ? ({ workers, engine: 'node' } as const) : pool(workers);
      const expandedBytes = createExpandedBytes(2);
      const results = await runJobs(jobs, { ...options, limits: limitsWith(changed), expandedBytes });
      return [
        ...results.map((result) => result.ok && 'layer' in result.value && result.value.layer?.ok),
        ...expandedBytes,
      ];
    };
    const once = BigInt(layerTar.length);
    for (const workers of [0, 1]) {
      expect(await outcome({}, workers)).toEqual([true, true, true, once, 2n * once]);
      const layers = await outcome({ layerExpansionBytes: layerTar.length - 1 }, workers);
      expect(layers.slice(0, 3)).toEqual([false, false, false]);
      const archives = await outcome({ archiveExpansionBytes: 2 * layerTar.length - 1 }, workers);
      expect(archives.slice(0, 3)).toEqual([true, true, false]);
    }
  });

  it('have their results in their own order, whatever was read first', async () => {
    const jobs = someJobs();
    const digests = (results: readonly JobResult[]): unknown[] =>
      results.map((result) => (result.ok && 'digests' in result.value ? result.value.digests.sha256 : null));
    expect(digests(await runJobs(jobs, pool(2))).slice(0, 8)).toEqual([
      ...contents.slice(0, 3).map(sha256),
      sha256(layerTar),
      ...contents.slice(4).map(sha256),
    ]);
  });

  it('that are none are done at once', async () => {
    expect(await runJobs([], pool(2))).toEqual([]);
  });

  it('that fail say why, and leave the others alone', async () => {
    const whole = writeFile('whole', rng.bytes(2_000_000));
    const shrunk = writeFile('shrunk', rng.bytes(2_000_000));
    const jobs = [blobJob(whole, 2_000_000), blobJob(shrunk, 2_000_000), blobJob('/nowhere', 5)];
    truncateSync(shrunk, 1_500_000);
    for (const options of [pool(2), { workers: 0, engine: 'node', limits } as const]) {
      const results = await runJobs(jobs, options);
      expect(results).toMatchObject([
        { ok: true },
        { ok: false, error: { code: 'input-unreadable', message: expect.stringContaining(shrunk) } },
        { ok: false, error: { code: 'input-unreadable', message: expect.stringContaining('/nowhere') } },
      ]);
    }
  });
});

describe('a pool', () => {
  const mebibyte = 1024 ** 2;

  /** The threads that four jobs of so many bytes each start. */
  async function threadsOf(jobBytes: number, magic: string, workers?: number): Promise<number> {
    const path = sparseFile('four', jobBytes);
    writeHead(path, magic);
    let threads = 0;
    const count = (): void => void threads++;
    process.on('worker', count);
    const jobs = Array.from({ length: 4 }, () => blobJob(path, jobBytes, { layer: ['sha256'] }));
    await runJobs(jobs, { engine: 'node', limits, takesPart: true, ...(workers === undefined ? {} : { workers }) });
    process.off('worker', count);
    return threads;
  }
  /** This thread is one of those that do the jobs. */
  const byDefault = Math.min(availableParallelism(), 4) - 1;

  it.each([
    ['little that is hashed', 20, '', undefined, 0],
    ['much that is hashed', 50, '', undefined, byDefault],
    ['little that is decoded', 9, '\x1f\x8b\x08', undefined, 0],
    ['as much as pays where it is decoded', 20, '\x1f\x8b\x08', undefined, byDefault],
    ['little, where threads were asked for', 9, '', 2, 0],
    ['as much as may pay, where threads were asked for', 20, '', 2, 2],
  ])('for %s has its threads', async (_, jobMebibytes, magic, workers, threads) => {
    expect(await threadsOf(jobMebibytes * mebibyte, magic, workers)).toBe(threads);
  });
});

describe('this thread beside others', () => {
  it('does a part of plain and gzip bodies, with the results that it has alone', async () => {
    const content = gzip(rawTar([file('a', mixedContent(rng, 600_000)), file('b', rng.bytes(100_000))]));
    const gzipPath = writeFile('beside.gz', content);
    const plain = writeFile('beside', Buffer.concat([layerTar, rng.bytes(500_000)]));
    const jobs = Array.from({ length: 40 }, (_, i) =>
      i % 3 === 0
        ? blobJob(gzipPath, content.length - (i % 2), { layer: ['sha256'] })
        : blobJob(plain, layerTar.length + 12_000 * i, { layer: i % 2 === 0 ? ['sha256'] : null }),
    );
    // Smaller than all that are looked at beforehand, and not for this thread.
    const others = [zstd(layerTar), xz(layerTar)].map(
      (body, i) => [writeFile(`beside-${i}`, body), body.length] as const,
    );
    for (const [path, length] of others) jobs.push(blobJob(path, length, { layer: ['sha256'] }));
    jobs.push(blobJob('/nowhere', 100), blobJob(writeFile('short', 'x'), 1000));
    const here = await runJobs(jobs, { workers: 0, engine: 'node', limits });
    expect(await runJobs(jobs, { engine: 'node', limits, takesPart: true, poolFromBytes: 0 })).toEqual(here);
    expect(here.filter(({ ok }) => !ok)).toHaveLength(2);
  });

  it('ends soon when a stop was asked for', async () => {
    const half = 2 * 1024 ** 3;
    const path = sparseFile('beside-stop', 2 * half);
    const jobs = [0, 1].map((i) => blobJob(path, half, { offsetBytes: i * half }));
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    const run = runJobs(jobs, { engine: 'node', limits, takesPart: true, signal: controller.signal });
    await expect(run).rejects.toThrow('interrupted');
  });
});

describe('the progress of jobs', () => {
  it.each([
    ['this thread', { workers: 0, engine: 'node', limits }],
    ['a pool', pool(2)],
  ] as const)('in %s never goes back, names a job, and ends at the total', async (_, options) => {
    const half = 100 * 1024 ** 2;
    const path = sparseFile('progress', 2 * half);
    const jobs = [0, 1].map((i) => blobJob(path, half, { offsetBytes: i * half }));
    const seen: number[] = [];
    const named = new Set<Job>();
    const onProgress = (doneBytes: number, job: Job): void => {
      seen.push(doneBytes);
      named.add(job);
    };
    await runJobs(jobs, { ...options, onProgress });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(2 * half);
    expect(seen.length).toBeGreaterThan(1);
    expect([...named].every((job) => jobs.includes(job as (typeof jobs)[number]))).toBe(true);
  });

  it('ends at the total where jobs have failed as well', async () => {
    const seen: number[] = [];
    const jobs = [blobJob('/nowhere', 1000), blobJob(writeFile('tiny', 'tiny'), 4)];
    await runJobs(jobs, { workers: 0, engine: 'node', limits, onProgress: (doneBytes) => void seen.push(doneBytes) });
    expect(seen).toEqual([1004]);
  });

  it('tells how far the decoding of little is that becomes much', async () => {
    const bomb = gzipSync(Buffer.alloc(300 * 1024 ** 2));
    const job = blobJob(writeFile('much', bomb), bomb.length, { layer: ['sha256'] });
    const seen: number[] = [];
    await runJobs([job], { workers: 0, engine: 'node', limits, onProgress: (doneBytes) => void seen.push(doneBytes) });
    expect(seen.at(-1)).toBe(bomb.length);
    expect(seen.some((doneBytes) => doneBytes < bomb.length)).toBe(true);
  });
});

describe('an abort signal of a run', () => {
  const total = 64 * 1024 ** 3;
  const adapters = [
    ['this thread', { workers: 0, engine: 'node', limits }],
    ['a pool', { workers: 2, engine: 'node', limits }],
  ] as const;

  it.each(adapters)('stops the work in %s long before its end', async (_, options) => {
    const path = sparseFile('huge', total);
    const jobs = Array.from({ length: 8 }, (_, i) => blobJob(path, total / 8, { offsetBytes: (i * total) / 8 }));
    const controller = new AbortController();
    let last = 0;
    const onProgress = (doneBytes: number): void => {
      last = doneBytes;
      controller.abort();
    };
    const running = runJobs(jobs, { ...options, signal: controller.signal, onProgress });
    await expect(running).rejects.toMatchObject({ name: 'VarveError', code: 'interrupted' });
    expect(last).toBeLessThan(total / 4);
  });

  it.each(adapters)('that has fired before lets nothing begin in %s', async (_, options) => {
    const path = sparseFile('unread', total);
    const jobs = Array.from({ length: 3000 }, () => blobJob(path, 20_000_000));
    const seen: number[] = [];
    const signal = AbortSignal.abort();
    const running = runJobs(jobs, { ...options, signal, onProgress: (doneBytes) => void seen.push(doneBytes) });
    await expect(running).rejects.toMatchObject({ code: 'interrupted' });
    expect(Math.max(0, ...seen)).toBe(0);
  });

  it('that never fires leaves no listener behind', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    await runJobs([blobJob(writeFile('quiet', 'x'), 1)], { workers: 0, engine: 'node', limits, signal });
    expect(added.mock.calls.length).toBeGreaterThan(0);
    expect(removed.mock.calls).toEqual(added.mock.calls);
  });
});

function writeHead(path: string, head: string): void {
  const fd = openSync(path, 'r+');
  writeSync(fd, Buffer.from(head, 'latin1'), 0, head.length, 0);
  closeSync(fd);
}

function sparseFile(name: string, sizeBytes: number): string {
  const path = writeFile(name, '');
  const fd = openSync(path, 'r+');
  ftruncateSync(fd, sizeBytes);
  closeSync(fd);
  return path;
}
