/** Stored bytes hashed by jobs of their own: where one thread would be left with the longest layer, and with the same results. */

import { describe, expect, it } from 'vitest';
import { limits } from '../../src/model/limits.js';
import type { Job, JobResult } from '../../src/observe/observation.js';
import { hashApart } from '../../src/threads/hashed-apart.js';
import { runJobs } from '../../src/threads/run.js';
import { file, gzip, rawTar, seededRandom } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { blobJob } from '../observe/jobs.js';

const { writeFile } = temporaryFolder();
const noise = seededRandom(83);
const longest = gzip(rawTar([file('a', noise.bytes(12_000_000)), file('b', 'x')]));
const shorter = gzip(rawTar([file('c', noise.bytes(5_000_000))]));
const layer = (name: string, content: Buffer, facts: Partial<ReturnType<typeof blobJob>> = {}): Job =>
  blobJob(writeFile(name, content), content.length, { layer: ['sha256'], ...facts });

/** What is hashed apart of jobs with these many bytes of a gzip file. */
function apart(sizes: readonly number[], threads = 2): readonly Job[] {
  const path = writeFile('sparse.gz', longest.subarray(0, 9999));
  const jobs = sizes.map((sizeBytes) => blobJob(path, sizeBytes, { layer: ['sha256'] }));
  return hashApart(jobs, threads)?.jobs.slice(jobs.length) ?? [];
}
const mebibyte = 1024 ** 2;

describe('hashed apart', () => {
  it('are large layers where one of them takes longer than all others', () => {
    const hashing = apart([50, 90, 7, 1].map((size) => size * mebibyte));
    expect(hashing.map(({ sizeBytes }) => sizeBytes / mebibyte)).toEqual([90, 50, 7]);
    expect(hashing).toMatchObject(Array(3).fill({ layer: null, algorithms: ['sha256'], probes: [] }));
  });

  it.each([
    ['where all threads have as much to do', [50, 50]],
    ['where many fill up the end', [60, ...Array<number>(40).fill(8)]],
    ['of what is small', [3, 1]],
    ['of what may have left the page cache', [900, 300]],
    ['of nothing', []],
  ])('is nothing %s', (_, sizes) => {
    expect(apart(sizes.map((size) => size * mebibyte))).toEqual([]);
  });

  it('is no body that is only hashed, and no layer that is not compressed', () => {
    const plain = layer('plain', noise.bytes(5_000_000));
    const hashed = layer('hashed', longest, { layer: null });
    expect(hashApart([plain, hashed], 2)).toBeNull();
  });

  it('is what the others of a run have nothing else to do for, with the results of one thread', async () => {
    const damaged = Buffer.from(shorter);
    damaged[2_000_000] = (damaged[2_000_000] as number) ^ 16;
    const jobs = [
      layer('longest', longest, { algorithms: ['sha512', 'sha256'], layer: [], probes: ['files'] }),
      layer('damaged', damaged),
      layer('cut', shorter.subarray(0, -9)),
      blobJob(writeFile('few', 'few'), 3),
    ];
    expect(hashApart(jobs, 2)?.batches).toEqual([[4], [5], [6]]);
    const here = await runJobs(jobs, { workers: 0, engine: 'node', limits });
    expect(here.map(isIntact)).toEqual([true, false, false, null]);
    const seen: number[] = [];
    const onProgress = (doneBytes: number): void => void seen.push(doneBytes);
    const beside = { engine: 'node', limits, takesPart: true, poolFromBytes: 0, onProgress } as const;
    expect(await runJobs(jobs, beside)).toEqual(here);
    expect(seen.at(-1)).toBe(jobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  });

  it('fails with the layer, and the layer with it', () => {
    const jobs = [layer('one', longest), layer('two', shorter)];
    const done = (digests: Record<string, string>): JobResult => {
      return { ok: true, value: { digests, storedBytes: 1, compression: 'gzip', layer: null } } as JobResult;
    };
    const failed = (message: string): JobResult => ({ ok: false, error: { code: 'input-unreadable', message } });
    const results = [failed('inside'), done({}), done({ sha256: 'a' }), failed('stored')];
    expect(hashApart(jobs, 2)?.join(results)).toEqual([failed('inside'), failed('stored')]);
    expect(hashApart(jobs, 2)?.join([done({}), done({}), done({ sha256: 'a' }), done({ sha256: 'b' })])).toEqual([
      done({ sha256: 'a' }),
      done({ sha256: 'b' }),
    ]);
  });
});

/** Whether a layer could be read; null where there is none. */
function isIntact(result: JobResult): boolean | null {
  return result.ok && 'layer' in result.value ? (result.value.layer?.ok ?? null) : null;
}
