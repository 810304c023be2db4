/** What a table of a page shows: search over all rows, sorting with the unknown last, pages without a gap. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchingRows, pageOf, sortedRows } from '../../src/page/parts/table-rows.js';

const same = (text: string): string => text;

describe('the search in a table of a page', () => {
  const rows = ['debian:12 amd64', 'debian:12 arm64', 'python:3.11 amd64'];

  it('finds the rows that have every word, in any case and order', () => {
    expect(matchingRows(rows, '  AMD64 debian ', same)).toEqual(['debian:12 amd64']);
  });

  it('finds all rows where nothing is asked for, and none where nothing fits', () => {
    expect(matchingRows(rows, '  ', same)).toEqual(rows);
    expect(matchingRows(rows, 'alpine', same)).toEqual([]);
  });

  it('takes characters of patterns as they are', () => {
    expect(matchingRows(['a.b', 'axb', '(c'], 'a.b', same)).toEqual(['a.b']);
    expect(matchingRows(['a.b', 'axb', '(c'], '(', same)).toEqual(['(c']);
  });
});

describe('the sorting of a table of a page', () => {
  it('puts what is unknown last in both directions, and keeps the order of equals', () => {
    const rows = [
      { name: 'a', bytes: 2 },
      { name: 'b', bytes: null },
      { name: 'c', bytes: 10 },
      { name: 'd', bytes: 2 },
    ];
    const names = (descending: boolean) => sortedRows(rows, ({ bytes }) => bytes, descending).map(({ name }) => name);
    expect(names(false)).toEqual(['a', 'd', 'c', 'b']);
    expect(names(true)).toEqual(['c', 'a', 'd', 'b']);
  });

  it('leaves the given rows alone', () => {
    const rows = [3, 1, 2];
    expect(sortedRows(rows, (row) => row, false)).toEqual([1, 2, 3]);
    expect(rows).toEqual([3, 1, 2]);
  });
});

describe('the pages of a table', () => {
  it('cover every row exactly once', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.integer({ min: 1, max: 60 }), (rows, size) => {
        const { count } = pageOf(rows, 0, size);
        const shown = Array.from({ length: count }, (_, number) => pageOf(rows, number, size)).flatMap(
          ({ start, end }) => Array.from({ length: end - start }, (_, index) => start + index),
        );
        expect(shown).toEqual(Array.from({ length: rows }, (_, index) => index));
      }),
    );
  });

  it('end with the one that has the last row', () => {
    expect(pageOf(101, 9, 50)).toEqual({ number: 2, count: 3, start: 100, end: 101 });
    expect(pageOf(101, -1, 50)).toMatchObject({ number: 0, start: 0 });
  });

  it('are one where all rows are wanted, and where there are none', () => {
    expect(pageOf(2000, 3, null)).toEqual({ number: 0, count: 1, start: 0, end: 2000 });
    expect(pageOf(0, 0, 50)).toEqual({ number: 0, count: 1, start: 0, end: 0 });
    expect(pageOf(0, 0, null)).toEqual({ number: 0, count: 1, start: 0, end: 0 });
  });
});
