/**
 * What holds for all filters and all rows, however strange: only usage errors are thrown, rows are taken away and never
 * moved, a filter and its negation share all rows between them. Names, labels and dates in the rows are hostile text.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VarveError } from '../../src/model/error.js';
import { applyFilters, filterKeys, parseFilters } from '../../src/query/filters.js';
import type { ImageRow } from '../../src/query/image-row.js';
import { nameBytes } from '../../src/words/name-bytes.js';
import { matchesPath, type PathPattern, parsePathPattern } from '../../src/words/path-pattern.js';
import { imageRows, now, row } from '../data/filters/rows.js';

const known = Object.values(imageRows);
const scrap = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('a', '1', '\u{dc80}', '[', '__proto__'),
);

const hostileRow: fc.Arbitrary<ImageRow> = fc
  .record({
    id: scrap,
    manifestDigests: fc.array(scrap, { maxLength: 2 }),
    reference: fc.option(scrap),
    local: fc.boolean(),
    createdAt: fc.option(fc.oneof(scrap, fc.constantFrom('2026-01-01T00:00:00Z', '9999-12-31T23:59:59Z'))),
    labels: fc.dictionary(scrap, scrap, { maxKeys: 3 }),
    platform: fc.option(fc.oneof(scrap, fc.constantFrom('linux/amd64', 'linux/arm'))),
    state: fc.constantFrom('live' as const, 'dangling' as const, 'superseded' as const),
    sizeBytes: fc.option(fc.maxSafeNat()),
    sharedBytes: fc.option(fc.maxSafeNat()),
    layers: fc.array(fc.option(scrap), { maxLength: 3 }),
    layerDigests: fc.array(scrap, { maxLength: 3 }),
    archives: fc.array(scrap, { maxLength: 2 }),
  })
  .map(row);

const rowsOf = fc.array(fc.oneof(hostileRow, fc.constantFrom(...known)).map(row), { maxLength: 8 });

const values = [
  ...['true', '0', 'busybox', 'shop/multi:1', '12', 'b0b1', '24h', '2026-03-01', 'maintainer', 'maintainer=john'],
  ...['*', '*/*', 'busy*:[a-l]*', 'linux', 'linux/arm64', '500MB', '1k', 'base/**', '1a7e0002', '5709ed01'],
];
const filterText = fc.oneof(
  fc
    .tuple(fc.constantFrom(...filterKeys.map(({ key }) => key)), fc.oneof(fc.constantFrom(...values), scrap))
    .map((pair) => pair.join('=')),
  scrap,
);

/** The rows, or null where the filters are a usage error; anything else that is thrown fails the test. */
function attempt(rows: readonly ImageRow[], filters: readonly string[]): ImageRow[] | null {
  try {
    return applyFilters(rows, parseFilters(filters), { now });
  } catch (error) {
    if (error instanceof VarveError && error.code === 'usage') return null;
    throw error;
  }
}

describe('whatever the filters and the rows', () => {
  it('nothing but a usage error is thrown, and what is selected keeps its order', () => {
    fc.assert(
      fc.property(rowsOf, fc.array(filterText, { maxLength: 4 }), (rows, filters) => {
        const selected = attempt(rows, filters) ?? [];
        const places = selected.map((one) => rows.indexOf(one));
        expect(places).not.toContain(-1);
        expect(places.toSorted((a, b) => a - b)).toEqual(places);
      }),
      { numRuns: 2_000 },
    );
  });

  it('the order of the filters does not count', () => {
    fc.assert(
      fc.property(rowsOf, fc.array(filterText, { maxLength: 4 }), (rows, filters) => {
        expect(attempt(rows, filters.toReversed())).toEqual(attempt(rows, filters));
      }),
    );
  });

  it('filters of two keys select what each of them selects', () => {
    const text = (key: string) => fc.constantFrom(...values).map((value) => `${key}=${value}`);
    const pair = fc
      .tuple(fc.constantFrom(...filterKeys), fc.constantFrom(...filterKeys))
      .filter(([a, b]) => a.key !== b.key)
      .chain(([a, b]) => fc.tuple(text(a.key), text(b.key)));
    fc.assert(
      fc.property(rowsOf, pair, (rows, [one, other]) => {
        const [first, second] = [attempt(rows, [one]), attempt(rows, [other])];
        const both = first === null || second === null ? null : first.filter((each) => second.includes(each));
        expect(attempt(rows, [one, other])).toEqual(both);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['reference=busybox:[a-l]*', 'reference!=busybox:[a-l]*'],
    ['label=maintainer=john', 'label!=maintainer=john'],
    ['label=stage', 'label!=stage'],
    ['dangling=true', 'dangling=false'],
    ['superseded=1', 'superseded=0'],
  ])('%s and %s have every row between them', (filter, negation) => {
    fc.assert(
      fc.property(rowsOf, (rows) => {
        const parts = [attempt(rows, [filter]) ?? [], attempt(rows, [negation]) ?? []];
        expect(rows.filter((one) => parts[0]?.includes(one) === parts[1]?.includes(one))).toEqual([]);
      }),
    );
  });

  it('filters are read once and give the same for the same rows again', () => {
    const filters = parseFilters(['since=busybox', 'until=30d', 'reference=*/*', 'layer=1a7e0002']);
    const first = applyFilters(known, filters, { now });
    applyFilters([], parseFilters([]), { now });
    expect(applyFilters(known, filters, { now })).toEqual(first);
    expect(first).not.toEqual([]);
  });

  it('now may be an instant to the nanosecond, and an invalid date is a mistake of the caller', () => {
    const filters = parseFilters(['until=0s']);
    const created = { createdAt: '2026-01-01T00:00:00.000000001Z' };
    const seconds = Date.UTC(2026, 0, 1) / 1000;
    expect(applyFilters([row(created)], filters, { now: { seconds, nanoseconds: 1 } })).toHaveLength(0);
    expect(applyFilters([row(created)], filters, { now: { seconds, nanoseconds: 2 } })).toHaveLength(1);
    expect(() => applyFilters([], filters, { now: new Date(Number.NaN) })).toThrow(RangeError);
  });
});

describe('a path pattern', () => {
  const patternOf = (text: string): PathPattern => parsePathPattern(text) ?? { chunks: [] };
  const matches = (text: string, name: string): boolean => matchesPath(patternOf(text), nameBytes(name));
  const anyText = fc.string({ unit: 'binary', maxLength: 20 });

  it('with every character escaped matches that name and no other', () => {
    fc.assert(
      fc.property(anyText, anyText, (name, other) => {
        const escaped = Array.from(name, (character) => `\\${character}`).join('');
        expect(matches(escaped, name)).toBe(true);
        expect(matches(escaped, other)).toBe(Buffer.from(name).equals(Buffer.from(other)));
      }),
    );
  });

  it('with thousands of stars comes to an end, since it never goes back to one', () => {
    // A matcher that does would need longer than the universe has.
    const name = 'a'.repeat(4_000);
    expect(matches(`${'*a'.repeat(2_000)}b`, name)).toBe(false);
    expect(matches(`${'*?'.repeat(2_000)}*[^a]`, name)).toBe(false);
    expect(matches(`${'a*'.repeat(1_000)}${'a'.repeat(1_000)}b`, name)).toBe(false);
    expect(matches(`*${'[a-z]'.repeat(800)}`, name)).toBe(true);
  });
});

it('a glob of many stars does not go through all ways to divide the path among them', () => {
  const path = `${'a/'.repeat(500)}b`;
  const rows = [row({ archives: [path] })];
  expect(attempt(rows, [`archive=${'**/'.repeat(200)}c`])).toEqual([]);
  expect(attempt(rows, [`archive=${'**a/*'.repeat(200)}*b`])).toEqual(rows);
});

it('an image that is not there is looked for in names of any length and number', () => {
  const rows = Array.from({ length: 2_000 }, (_, number) =>
    row({ id: String(number), reference: `${'b'.repeat(3_000)}${number}`, local: true }),
  );
  expect(attempt(rows, [`before=${'a'.repeat(200)}`])).toBeNull();
});
