/** In which order jobs start: largest first, small ones together, and shared by two threads where that ends sooner. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Job } from '../../src/observe/observation.js';
import { fileAt, standardInput } from '../../src/sources/location.js';
import { countShared, type JobCost, startBatches, startOrder } from '../../src/threads/schedule.js';

const job = (sizeBytes: number): Job => ({
  kind: 'blob',
  location: fileAt('a'),
  offsetBytes: 0,
  sizeBytes,
  algorithms: ['sha256'],
  layer: null,
  archive: 0,
  probes: [],
});
const stream = (path: string | null, sizeBytes: number): Job => ({
  kind: 'stream',
  location: path === null ? standardInput : fileAt(path),
  sizeBytes,
  bodies: true,
  probes: [],
});

describe('the order of jobs', () => {
  it('is largest first, ties as given', () => {
    expect(startOrder([5, 9, 5, 0, 9].map(job))).toEqual([1, 4, 0, 2, 3]);
  });

  it('puts small jobs together and leaves large ones alone', () => {
    const jobs = [...Array(2000).fill(100), 10 ** 6, 10 ** 7].map(job);
    const batches = startBatches(jobs, 2);
    expect(batches.slice(0, 2)).toEqual([[2001], [2000]]);
    expect(batches.length).toBeLessThan(40);
  });

  it('puts them together for one thread as well, be it this one', () => {
    const jobs = [...Array(2000).fill(0), 10 ** 7].map(job);
    for (const workers of [0, 1]) expect(startBatches(jobs, workers).length).toBeLessThan(40);
  });

  it('starts with standard input, whose size nobody knows, by itself', () => {
    expect(startBatches([job(1), job(10 ** 9), stream(null, 0), stream('b', 2)], 2)).toEqual([[2], [1], [3, 0]]);
  });

  it('names every job once, and is the plain order in batches', () => {
    fc.assert(
      fc.property(mixOfSizes, fc.integer({ min: 0, max: 16 }), (sizes, workers) => {
        const jobs = sizes.map(job);
        expect(startBatches(jobs, workers).flat()).toEqual(startOrder(jobs));
      }),
    );
  });

  it('ends no later than the mean load and the largest job allow, for any mix of sizes', () => {
    fc.assert(
      fc.property(mixOfSizes, fc.integer({ min: 1, max: 16 }), (sizes, workers) => {
        const end = endOf(startBatches(sizes.map(job), workers), sizes, workers);
        const total = sizes.reduce((sum, size) => sum + size, 0);
        const bound = total / workers + (1 - 1 / workers) * Math.max(0, ...sizes);
        expect(end).toBeLessThanOrEqual(bound + 1e-6 * total);
      }),
      { numRuns: 500 },
    );
  });

  it('shares out small jobs alone evenly as well', () => {
    expect(endOf(startBatches([1, 1, 1, 1].map(job), 2), [1, 1, 1, 1], 2)).toBe(2);
    const sizes = Array<number>(3000).fill(100);
    expect(endOf(startBatches(sizes.map(job), 4), sizes, 4)).toBeLessThanOrEqual(75_075);
  });
});

describe('sharing a job by two threads', () => {
  const costs = (sizes: readonly number[], compressed = true): JobCost[] => sizes.map((cost) => ({ cost, compressed }));

  it.each([
    ['one job, that no other thread has anything beside', [100], 2, 1],
    ['one large job beside small ones', [100, 5, 5], 2, 1],
    ['no job where each thread has one as large', [100, 95], 2, 0],
    ['no job where there are many', Array(20).fill(10), 4, 0],
    ['two jobs of two, where there are four threads', [100, 90], 4, 2],
    ['as many as there are threads for', [100, 90, 80], 4, 1],
    ['no job where there is one thread', [100], 1, 0],
    ['no job where none is', [], 4, 0],
  ] as const)('takes %s', (_, sizes, workers, expected) => {
    expect(countShared(costs(sizes), workers)).toBe(expected);
  });

  it('takes no job in which nothing is decoded', () => {
    expect(countShared(costs([100], false), 4)).toBe(0);
    expect(countShared([...costs([10], false), ...costs([90])], 4)).toBe(1);
  });
});

/** Sizes of jobs: a few giants, layers, and many small ones. */
const mixOfSizes = fc
  .tuple(
    fc.array(fc.nat(10 ** 10), { maxLength: 3 }),
    fc.array(fc.nat(10 ** 8), { maxLength: 20 }),
    fc.array(fc.nat(10 ** 5), { maxLength: 400 }),
  )
  .map((sizes) => sizes.flat());

/** When the last worker is done, if each takes the next batch as soon as it is free and a byte takes one unit of time. */
function endOf(batches: readonly (readonly number[])[], sizes: readonly number[], workers: number): number {
  const freeAt = Array<number>(workers).fill(0);
  for (const batch of batches) {
    const first = freeAt.indexOf(Math.min(...freeAt));
    freeAt[first] = (freeAt[first] ?? 0) + batch.reduce((sum, i) => sum + (sizes[i] ?? 0), 0);
  }
  return Math.max(...freeAt);
}
