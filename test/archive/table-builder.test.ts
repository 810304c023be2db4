/** Entries that are no folders and have the name of one. */
import { describe, expect, it } from 'vitest';
import { directory, file, hardLink, type RawEntry, rawTar, symlink } from '../helpers/archive-builder.js';
import { codesOf as allCodesOf, equalPieces, streamTar, tableOf } from './tar/tars.js';

const body = Buffer.from('{}');

/** What the header itself is to other readers is told by another code. */
const codesOf = (index: Parameters<typeof allCodesOf>[0]): string[] =>
  allCodesOf(index).filter((code) => code !== 'readers-disagree');

describe('a name that ends in a slash', () => {
  it.each<[string, RawEntry]>([
    ['a file', { name: 'index.json/', content: body }],
    ['a file of type 7', { name: 'index.json/', type: 'contiguous-file', content: body }],
    ['a file that ends in a dot', { name: 'index.json/.', content: body }],
    ['a symlink', symlink('index.json/', 'other')],
    ['a hard link', hardLink('index.json/', 'other')],
  ])('is ambiguous for %s, by file and as a stream', (_, entry) => {
    const entries = [file('other', ''), entry];
    expect(codesOf(tableOf(entries))).toEqual(['entry-ambiguous']);
    expect(codesOf(streamTar(equalPieces(rawTar(entries), 100)).index)).toEqual(['entry-ambiguous']);
  });

  it.each<[string, RawEntry]>([
    ['a folder', directory('index.json')],
    ['a folder from before POSIX', { name: 'index.json/', format: 'v7', typeflag: '\0' }],
    ['the folder itself', directory('./')],
    ['a folder that claims a size', { ...directory('d'), claimedSizeBytes: 512 }],
  ])('is fine for %s', (_, entry) => {
    expect(codesOf(tableOf([entry]))).toEqual([]);
  });

  it('is counted, not listed, where it comes very often', () => {
    const all = tableOf(Array.from({ length: 1500 }, (_, i) => ({ name: `${i}/`, content: body }))).findings;
    const findings = all.filter(({ code }) => code === 'entry-ambiguous');
    expect(findings.map(({ count = 1 }) => count).reduce((sum, count) => sum + count)).toBe(1500);
    expect(findings).toHaveLength(1001);
  });
});
