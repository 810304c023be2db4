/** Work that rests: lists as the methods of lists make them, with a rest at least every few items. */

import { describe, expect, it } from 'vitest';
import { eachOf, filtered, finished, flatMapped, mapped, sorted, type Work } from '../../../src/model/work/work.js';

const numbers = Array.from({ length: 10_000 }, (_, i) => (i * 7919) % 1000);

/** How often work rests until it is done. */
function restsOf(work: Work<unknown>): number {
  let rests = 0;
  while (work.next().done !== true) rests++;
  return rests;
}

describe('work over a list', () => {
  it('makes what the methods of a list make', () => {
    expect(finished(mapped(numbers, (n, at) => n + at))).toEqual(numbers.map((n, at) => n + at));
    expect(finished(filtered(numbers, (n) => n % 3 === 0))).toEqual(numbers.filter((n) => n % 3 === 0));
    const parts = (n: number, at: number) => (n % 2 === 0 ? [n, at] : n);
    expect(finished(flatMapped(numbers, parts))).toEqual(numbers.flatMap(parts));
  });

  it('does something with each item in its order, and says at which place it is', () => {
    const seen: number[][] = [];
    finished(eachOf(['a', 'b'], (item, at) => seen.push([item.length, at])));
    expect(seen).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });

  it('takes more items out of one than a call may have arguments', () => {
    const many = Array.from({ length: 500_000 }, () => 0);
    expect(finished(flatMapped([many], (all) => all))).toHaveLength(500_000);
  });

  it.each([
    ['mapping', () => mapped(numbers, (n) => n)],
    ['filtering', () => filtered(numbers, () => false)],
    ['taking', () => eachOf(numbers, () => {})],
    ['sorting', () => sorted(numbers, (a, b) => a - b)],
  ])('rests often: %s', (_, work) => {
    expect(restsOf(work())).toBeGreaterThanOrEqual(numbers.length / 8);
  });
});

describe('sorting with rests', () => {
  it.each([0, 1, 2, 4095, 4096, 4097, 8192, 8193, 10_000])('is stable, as that of a list: %i items', (count) => {
    const items = numbers.slice(0, count).map((n, at) => ({ n: n % 10, at }));
    const byNumber = (a: { n: number }, b: { n: number }) => a.n - b.n;
    expect(finished(sorted(items, byNumber))).toEqual(items.toSorted(byNumber));
  });

  it('leaves the list as it is', () => {
    const items = [2, 1];
    expect(finished(sorted(items, (a, b) => a - b))).toEqual([1, 2]);
    expect(items).toEqual([2, 1]);
  });
});
