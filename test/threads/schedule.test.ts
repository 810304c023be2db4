/** In which order jobs start: largest first, small ones together, and shared by two threads where that ends sooner. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Job } from '../../src/observe/observation.js';
import { fileAt, standardInput } from '../../src/sources/location.js';
import { batchBytes, chooseShared, type JobCost, startBatches, startOrder } from '../../src/threads/schedule.js';

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
    const batches = startBatches(jobs, 2, batchBytes);
    expect(batches.slice(0, 2)).toEqual([[2001], [2000]]);
    expect(batches.length).toBeLessThan(40);
  });

  it('puts them together for one thread as well, be it this one', () => {
    const jobs = [...Array(2000).fill(0), 10 ** 7].map(job);
    for (const workers of [0, 1]) expect(startBatches(jobs, workers, batchBytes).length).toBeLessThan(40);
  });

  it('starts with standard input, whose size nobody knows, by itself', () => {
    expect(startBatches([job(1), job(10 ** 9), stream(null, 0), stream('b', 2)], 2, batchBytes)).toEqual([
      [2],
      [1],
      [3, 0],
    ]);
  });

  it('names every job once, and is the plain order in batches', () => {
    fc.assert(
      fc.property(mixOfSizes, fc.integer({ min: 0, max: 16 }), (sizes, workers) => {
        const jobs = sizes.map(job);
        expect(startBatches(jobs, workers, batchBytes).flat()).toEqual(startOrder(jobs));
      }),
    );
  });

  it('ends no later than the mean load and the largest job allow, for any mix of sizes', () => {
    fc.assert(
      fc.property(mixOfSizes, fc.integer({ min: 1, max: 16 }), (sizes, workers) => {
        const end = endOf(startBatches(sizes.map(job), workers, batchBytes), sizes, workers);
        const total = sizes.reduce((sum, size) => sum + size, 0);
        const bound = total / workers + (1 - 1 / workers) * Math.max(0, ...sizes);
        expect(end).toBeLessThanOrEqual(bound + 1e-6 * total);
      }),
      { numRuns: 500 },
    );
  });

  it('shares out small jobs alone evenly as well', () => {
    expect(endOf(startBatches([1, 1, 1, 1].map(job), 2, batchBytes), [1, 1, 1, 1], 2)).toBe(2);
    const sizes = Array<number>(3000).fill(100);
    expect(endOf(startBatches(sizes.map(job), 4, batchBytes), sizes, 4)).toBeLessThanOrEqual(75_075);
  });
});

describe('sharing a job by two threads', () => {
  const costs = (sizes: readonly number[], compressed = true): JobCost[] => sizes.map((cost) => ({ cost, compressed }));
  const equal = (count: number): JobCost[] => costs(Array<number>(count).fill(1));

  it.each([
    ['one job, that no other thread has anything beside', [100], 2, [0]],
    ['one large job beside small ones', [100, 5, 5], 2, [0]],
    ['no job where each thread has one as large', [100, 95], 2, []],
    ['no job where there are as many for each thread', Array(20).fill(10), 4, []],
    ['two jobs of two, where there are four threads', [100, 90], 4, [0, 1]],
    ['as many as there are threads for', [100, 90, 80], 4, [0]],
    ['one of three equal ones for two threads', [10, 10, 10], 2, [0]],
    ['no job where each thread but one has one more', Array(11).fill(10), 4, []],
    ['no job where there is one thread', [100], 1, []],
    ['no job where none is', [], 4, []],
  ] as const)('takes %s', (_, sizes, workers, expected) => {
    expect(chooseShared(costs(sizes), workers, 0)).toEqual(expected);
  });

  it('takes no job in which nothing is decoded', () => {
    expect(chooseShared(costs([100], false), 4, 0)).toEqual([]);
    expect(chooseShared([...costs([10], false), ...costs([90])], 4, 0)).toEqual([1]);
  });

  it('takes no job of a last round that small ones fill up', () => {
    expect(chooseShared(equal(3), 2, 0)).toHaveLength(1);
    expect(chooseShared(equal(3), 2, 1)).toEqual([]);
  });

  it('keeps 16 threads at 38 equal layers for two rounds and three quarters, and not for three', () => {
    const shared = chooseShared(equal(38), 16, 0);
    expect(sharedEnd(equal(38), shared, 16)).toBe(2.75);
    expect(sharedEnd(equal(38), [], 16)).toBe(3);
  });

  it('ends equal layers within 10/9 of the best that whole and shared ones allow, for any number of threads', () => {
    for (const workers of [1, 2, 3, 4, 6, 8, 12, 16]) {
      for (let count = 1; count <= 4 * workers; count++) {
        const end = sharedEnd(equal(count), chooseShared(equal(count), workers, 0), workers);
        expect(leastEnd(count, workers) / end, `${count} layers, ${workers} threads`).toBeGreaterThanOrEqual(0.9);
      }
    }
  });

  it('never ends later than whole layers would, for any mix of sizes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.boolean()), { maxLength: 60 }),
        fc.integer({ min: 1, max: 16 }),
        (mix, workers) => {
          const jobs = mix.map(([cost, compressed]) => ({ cost, compressed })).sort((a, b) => b.cost - a.cost);
          const whole = sharedEnd(jobs, [], workers);
          expect(sharedEnd(jobs, chooseShared(jobs, workers, 0), workers)).toBeLessThanOrEqual(whole);
        },
      ),
    );
  });
});

/** When the last thread is done, where each takes the next job and two of them, when both are free, one that is shared. */
function sharedEnd(jobs: readonly JobCost[], shared: readonly number[], workers: number): number {
  const threads = Array<number>(workers).fill(0);
  const takeFirst = (): number => threads.splice(threads.indexOf(Math.min(...threads)), 1)[0] as number;
  for (const [i, { cost }] of jobs.entries()) {
    if (shared.includes(i)) {
      const start = Math.max(takeFirst(), takeFirst());
      threads.push(start + 0.75 * cost, start + 0.75 * cost);
    } else threads.push(takeFirst() + cost);
  }
  return Math.max(...threads);
}

/**
 * Before this time so many equal layers cannot be done: a thread can have done some whole ones by then and its halves of
 * some shared ones, and all threads together not as many.
 */
function leastEnd(count: number, workers: number): number {
  const times = Array.from({ length: 4 * count + 1 }, (_, quarters) => quarters / 4);
  const mostBy = (time: number): number =>
    Math.max(
      ...Array.from({ length: Math.floor(time) + 1 }, (_, whole) => whole + Math.floor((time - whole) / 0.75) / 2),
    );
  return times.find((time) => (workers > 1 ? mostBy(time) : Math.floor(time)) * workers >= count) ?? count;
}

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
