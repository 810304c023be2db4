/** Entries of one name: what makes them differ, in which order that is looked at, and what cannot be told. */
import { describe, expect, it } from 'vitest';
import type { ArchiveEntry } from '../../src/archive/entry-table.js';
import { parseDigest } from '../../src/model/digest.js';
import type { BlobObservation, Digests } from '../../src/observe/observation.js';
import { compareRepeats } from '../../src/verify/ambiguities.js';

const entry = (index: number, fields: Partial<ArchiveEntry> = {}): ArchiveEntry => ({
  index,
  sourceIndex: index,
  name: 'name',
  type: 'file',
  linkName: null,
  offsetBytes: index * 1024,
  dataOffsetBytes: index * 1024 + 512,
  sizeBytes: 3,
  storedBytes: 3,
  structureBytes: { headerBytes: 512, paddingBytes: 509 },
  location: null,
  ...fields,
});
const sha256 = (digit: string): Digests => ({ sha256: parseDigest(`sha256:${digit.repeat(64)}`) });
const sha512 = (digit: string): Digests => ({ sha512: parseDigest(`sha512:${digit.repeat(128)}`) });

/** The findings on two entries, and how many could not be compared. */
function compare(entries: readonly ArchiveEntry[], ...digests: (Digests | null)[]) {
  const bodies = new Map<number, BlobObservation>();
  digests.forEach((known, i) => {
    if (known !== null) bodies.set(i, { digests: known, storedBytes: 3, compression: null, layer: null });
  });
  const { findings, unhashed } = compareRepeats(entries, bodies);
  return [findings.map(({ code, expected, actual }) => [code, expected, actual]), unhashed.length];
}

const two = [entry(0), entry(1)];

describe('two entries of one name', () => {
  it('are repeated where their digests are equal', () => {
    expect(compare(two, sha256('a'), sha256('a'))).toEqual([[['entry-repeated', null, null]], 0]);
  });

  it('are ambiguous where their digests differ', () => {
    const [a, b] = [sha256('a'), sha256('b')];
    expect(compare(two, a, b)).toEqual([[['entry-ambiguous', b.sha256, a.sha256]], 0]);
  });

  it('are compared by an algorithm that both have', () => {
    expect(compare(two, { ...sha256('a'), ...sha512('c') }, sha512('c'))).toEqual([
      [['entry-repeated', null, null]],
      0,
    ]);
  });

  it('cannot be told apart by two algorithms, or where one was not hashed', () => {
    expect(compare(two, sha256('a'), sha512('a'))).toEqual([[], 1]);
    expect(compare(two, sha256('a'), null)).toEqual([[], 1]);
  });

  it.each<[string, Partial<ArchiveEntry>, Partial<ArchiveEntry>, string, string]>([
    ['type', { type: 'symlink', linkName: 'x' }, {}, 'file', 'symlink'],
    ['target', { type: 'link', linkName: 'x' }, { type: 'link', linkName: 'y' }, 'y', 'x'],
    ['size', { sizeBytes: 4 }, {}, '3 bytes', '4 bytes'],
  ])('are ambiguous by their %s, without a look at their bytes', (_, first, last, expected, actual) => {
    expect(compare([entry(0, first), entry(1, last)])).toEqual([[['entry-ambiguous', expected, actual]], 0]);
  });

  it('are repeated where they are empty or equal links', () => {
    expect(compare([entry(0, { sizeBytes: 0 }), entry(1, { sizeBytes: 0 })])).toEqual([
      [['entry-repeated', null, null]],
      0,
    ]);
    const link = { type: 'symlink', linkName: 'x', sizeBytes: 0 } as const;
    expect(compare([entry(0, link), entry(1, link)])).toEqual([[['entry-repeated', null, null]], 0]);
  });

  it('may be folders', () => {
    expect(compare([entry(0, { type: 'directory' }), entry(1, { type: 'directory' })])).toEqual([[], 0]);
  });

  it('are ambiguous where one is a folder', () => {
    expect(compare([entry(0, { type: 'directory' }), entry(1)])).toEqual([
      [['entry-ambiguous', 'file', 'directory']],
      0,
    ]);
  });
});

describe('three entries of one name', () => {
  it('are each compared with the last', () => {
    const three = [entry(0), entry(1), entry(2)];
    const [findings] = compare(three, sha256('a'), sha256('b'), sha256('b'));
    expect(findings).toEqual([
      ['entry-ambiguous', sha256('b').sha256, sha256('a').sha256],
      ['entry-repeated', null, null],
    ]);
  });
});
