/** How long gzip layers take that threads without one of their own help with, by simulation with costs as they were measured. */
import { describe, expect, it } from 'vitest';
import { type SplitLimits, type StretchCosts, splitEnd } from '../../../bench/cores/split-model.js';
import { mostHelpers } from '../../../src/threads/split/helping-thread.js';
import { mostSlots, slotsPerThread } from '../../../src/threads/split/split-jobs.js';

const limits: SplitLimits = { helpers: mostHelpers, slotsPerThread, slots: mostSlots };
/** As `npm run bench:cores` measured them, of one thread that does everything. */
const measured: StretchCosts = { alone: 1, ahead: 1.25, rest: 0.39 };
/** Where another thread hashes the stored bytes. */
const hashed: StretchCosts = { ...measured, alone: 0.89, rest: 0.28 };
const stretches = 200;
const endOf = (layers: number, threads: number, costs = measured): number =>
  splitEnd({ layers, stretches, threads }, costs, limits) / stretches;

describe('gzip layers on many threads', () => {
  it('take as long as ever where each thread has one', () => {
    for (const threads of [1, 3, 8]) expect(endOf(threads, threads)).toBeCloseTo(1, 5);
  });

  it('of which there is one are done three times as fast by eight threads as by one', () => {
    expect(1 / endOf(1, 8, hashed)).toBeGreaterThan(3);
  });

  it('of which there is one are done the sooner the more threads there are', () => {
    const ends = [1, 3, 4, 8].map((threads) => endOf(1, threads));
    expect(ends).toEqual([...ends].sort((a, b) => b - a));
  });

  it('of which there are 38 keep 16 threads for hardly longer than if all could be shared out', () => {
    const least = 38 / 16;
    expect(endOf(38, 16)).toBeLessThan(2.65);
    expect(least / endOf(38, 16)).toBeGreaterThanOrEqual(0.9);
  });

  it('never take longer than without help', () => {
    for (const threads of [3, 5, 16]) {
      for (let layers = 1; layers < 3 * threads; layers++) {
        const whole = Math.ceil(layers / threads);
        expect(endOf(layers, threads), `${layers} layers, ${threads} threads`).toBeLessThanOrEqual(whole + 0.02);
      }
    }
  });
});
