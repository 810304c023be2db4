/** Globs over names that are no paths. */
import { describe, expect, it } from 'vitest';
import { matchesName, maxNameGlobLength, parseNameGlob } from '../../src/words/name-glob.js';

function matches(glob: string, name: string): boolean {
  const parsed = parseNameGlob(glob);
  if (parsed === null) throw new RangeError(glob);
  return matchesName(parsed, name);
}

describe('a glob over names', () => {
  it.each([
    ['*TOKEN*', 'a/b/API_TOKEN\n'],
    ['*token*', 'ToKeN'],
    ['*K*', '\u212a'],
    ['a*b*c', 'aXbbcXbc'],
    ['a*?b', 'a/b'],
    ['?', '😀'],
    ['a?c*e', 'a\0cde'],
    ['*?', 'x'],
    ['', ''],
    ['*', ''],
    ['**', 'x/y'],
    ['./x', './x'],
    ['*aab', 'aaab'],
    ['*?a?', 'ba😀'],
  ])('%j takes %j', (glob, name) => {
    expect(matches(glob, name)).toBe(true);
  });

  it.each([
    ['TOKEN', 'TOKENS'],
    ['*TOKEN', 'TOKENS'],
    ['a*b*b', 'ab'],
    ['?', ''],
    ['?', 'ab'],
    ['a*?b', 'ab'],
    ['./x', 'x'],
    ['', 'a'],
    ['ab*ba', 'aba'],
  ])('%j does not take %j', (glob, name) => {
    expect(matches(glob, name)).toBe(false);
  });

  it('is refused where it is too long', () => {
    expect(parseNameGlob('x'.repeat(maxNameGlobLength))).not.toBeNull();
    expect(parseNameGlob('x'.repeat(maxNameGlobLength + 1))).toBeNull();
  });

  it('takes time in proportion to a long name', () => {
    const start = performance.now();
    expect(matches(`${'*a'.repeat(2000)}*b`, 'a'.repeat(1_000_000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
