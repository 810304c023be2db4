/** How names are normalised, and which of them climb. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapes, normalizeName } from '../../src/archive/entry-table.js';

describe('a normalised name', () => {
  it.each([
    ['a', 'a'],
    ['./a', 'a'],
    ['/a', 'a'],
    ['a/', 'a'],
    ['a/.', 'a'],
    ['a/./b', 'a/b'],
    ['a//b', 'a/b'],
    ['././/a/.//b/./', 'a/b'],
    ['.', ''],
    ['./', ''],
    ['/', ''],
    ['', ''],
    ['.hidden', '.hidden'],
    ['..a/b..', '..a/b..'],
    ['../a', '../a'],
    ['a/../b', 'a/../b'],
  ])('of %j is %j', (name, normalized) => {
    expect(normalizeName(name)).toBe(normalized);
  });

  it('is its own normalised name, and keeps every part but empty ones and dots', () => {
    const part = fc.constantFrom('', '.', '..', 'a', '.b', 'c.');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const name = normalizeName(parts.join('/'));
        expect(normalizeName(name)).toBe(name);
        expect(name.split('/').filter((each) => each !== '')).toEqual(
          parts.filter((each) => each !== '' && each !== '.'),
        );
      }),
    );
  });

  it.each([
    ['..', true],
    ['../a', true],
    ['a/../b', true],
    ['a/..', true],
    ['..a', false],
    ['a..', false],
    ['a/..b/c', false],
    ['', false],
  ])('%j escapes: %s', (name, expected) => {
    expect(escapes(name)).toBe(expected);
  });
});
