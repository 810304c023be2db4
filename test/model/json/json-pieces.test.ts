/** JSON in pieces: the same text as at once, and no piece of it longer than a part that is small or a text in it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactJsonText, parseExactJson } from '../../../src/model/json/exact-json.js';
import { jsonPieces } from '../../../src/model/json/json-pieces.js';

const pieces = (value: unknown, indent: number): string[] => [...jsonPieces(value, indent)];
const rows = Array.from({ length: 20_000 }, (_, i) => ({
  id: i,
  names: [`n${i}`, null],
  none: undefined,
  deep: { a: [] },
}));

describe.each([0, 2])('the pieces of a document, set in by %d', (indent) => {
  it.each([
    ['nothing', null],
    ['a small one', { a: 1, b: [true, {}] }],
    ['many rows', { kind: 'x', rows, end: [] }],
    ['rows in rows', [rows.slice(0, 3000), [rows.slice(0, 3000)]]],
    ['a long text between short ones', { a: 'x'.repeat(100_000), b: 1 }],
    ['undefined in a long list', Array(50_000).fill(undefined)],
    ['an object of undefined members', Object.fromEntries(rows.map(({ id }) => [`k${id}`, undefined]))],
    ['line ends in texts', rows.map(({ id }) => `a\n${id}`)],
  ])('are its text: %s', (_, value) => {
    expect(pieces(value, indent).join('')).toBe(exactJsonText(value, indent));
  });

  it('are the text of any value', () => {
    const large = fc.jsonValue({ maxDepth: 4 }).map((value) => Array(300).fill({ value, more: [value, value] }));
    fc.assert(
      fc.property(large, (value) => {
        expect(pieces(value, indent).join('')).toBe(JSON.stringify(value, null, indent));
      }),
      { numRuns: 50 },
    );
  });

  it('have numbers as they were read', () => {
    const text = JSON.stringify(Array(10_000).fill(0)).replaceAll('0', '12345678901234567890');
    expect(JSON.stringify(parseExactJson(pieces(parseExactJson(text), indent).join('')))).not.toContain('null');
    expect(pieces(parseExactJson(text), 0).join('')).toBe(text);
  });

  it('are short, however long the whole is', () => {
    const longest = Math.max(...pieces({ rows }, indent).map(({ length }) => length));
    expect(longest).toBeLessThan(100_000);
  });
});
