/** Names above other names. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NamePrefixes } from '../../src/archive/name-prefixes.js';

function prefixes(names: readonly string[]): NamePrefixes<string> {
  const made = new NamePrefixes<string>();
  for (const name of names) made.add(name, name);
  return made;
}

describe('the names above a name', () => {
  it('are folders of it, not names that it starts with, and not itself', () => {
    const names = prefixes(['a', 'b/c', 'a/bc']);
    const above = ['a', 'a/x', 'ab/x', 'b/c', 'b/c/d', 'b/cd/e', '/a/x', '', '/'].map((name) => names.above(name));
    expect(above).toEqual([null, 'a', null, null, 'b/c', null, null, null, null]);
  });

  it('give the shortest that is accepted', () => {
    const names = prefixes(['a', 'a/b', 'a/b/c']);
    expect(names.above('a/b/c/d')).toBe('a');
    expect(names.above('a/b/c/d', (name) => name !== 'a')).toBe('a/b');
    expect(names.above('a/b/c/d', () => false)).toBeNull();
  });

  it('are those of a plain search', () => {
    const name = fc
      .array(fc.constantFrom('a', 'b', 'ab', ''), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(fc.array(name, { maxLength: 6 }), name, (names, below) => {
        const plain = names
          .filter((each) => each !== '' && below.startsWith(`${each}/`))
          .sort((a, b) => a.length - b.length);
        expect(prefixes(names).above(below)).toBe(plain[0] ?? null);
      }),
    );
  });

  it('are found in a name of a megabyte that is all slashes', () => {
    const deep = 'a/'.repeat(500_000);
    expect(prefixes([deep.slice(0, 900_001), 'b']).above(deep)).toBe(deep.slice(0, 900_001));
  });
});
