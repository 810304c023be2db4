/** The set of hashed paths answers as a set of paths does, up to its capacity, and cannot be made slow. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PathSet } from '../../src/archive/path-set.js';

describe('a path set', () => {
  it('answers as a set of strings does', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 6 }), { maxLength: 4000 }), (paths) => {
        const set = new PathSet(1_000_000);
        const oracle = new Set<string>();
        for (const path of paths) {
          expect(set.add(path)).toBe(oracle.has(path) ? 'known' : 'new');
          oracle.add(path);
        }
        expect(set.size).toBe(oracle.size);
      }),
      { numRuns: 50 },
    );
  });

  it('takes none of half a million paths of a real shape for another one, and knows each again', () => {
    const set = new PathSet(2_000_000);
    const paths = function* (): Generator<string> {
      for (let i = 0; i < 500_000; i++) yield `usr/lib/node_modules/pkg-${i % 997}/dist/chunk-${i}.js`;
    };
    let wrong = 0;
    for (const path of paths()) wrong += set.add(path) === 'new' ? 0 : 1;
    for (const path of paths()) wrong += set.add(path) === 'known' ? 0 : 1;
    expect([wrong, set.size]).toEqual([0, 500_000]);
  });

  it('takes as many paths as its capacity, still knows those, and no new one', () => {
    const set = new PathSet(3);
    expect(['a', 'b', 'c', 'a', 'd', 'b', 'd'].map((path) => set.add(path))).toEqual([
      'new',
      'new',
      'new',
      'known',
      'full',
      'known',
      'full',
    ]);
  });

  it('gives up on paths that are made to collide, where each would have to be searched for longer and longer', () => {
    const set = new PathSet(2_000_000);
    const crowd = collidingPaths(700);
    const answers = crowd.map((path) => set.add(path));
    expect(answers.slice(0, 500)).toEqual(Array(500).fill('new'));
    expect(answers.at(-1)).toBe('full');
    expect(set.add('another')).toBe('full');
  });
});

/** Paths whose first hash ends in the same ten bits, found by trying: what an attacker does. */
function collidingPaths(count: number): string[] {
  const found: string[] = [];
  for (let i = 0; found.length < count; i++) {
    const path = `p${i.toString(36)}`;
    let low = 0x811c9dc5;
    for (const char of path) low = Math.imul(low ^ char.charCodeAt(0), 0x01000193);
    low = Math.imul(low ^ (low >>> 16), 0xc2b2ae35);
    low ^= low >>> 13;
    if ((low & 0xfff) === 7) found.push(path);
  }
  return found;
}
