/** Where names and links lead. */

import { describe, expect, it } from 'vitest';
import { EntryNames, linkTarget } from '../../src/archive/entry-names.js';
import type { ArchiveEntry } from '../../src/archive/entry-table.js';
import { indexTar } from '../../src/archive/tar/tar-index.js';
import { limits } from '../../src/model/limits.js';
import { directory, file, hardLink, type RawEntry, rawTar, symlink } from '../helpers/archive-builder.js';
import { memorySource } from '../helpers/byte-sources.js';
import { tableOf } from './tar/tars.js';

describe('a link', () => {
  const target = (entry: RawEntry): string | null => linkTarget(tableOf([entry]).entries[0] as ArchiveEntry);

  it.each([
    ['a/b', 'c', 'a/c'],
    ['a/b', '../c', 'c'],
    ['a/b/c', '../../d/./e', 'd/e'],
    ['a', 'b//c', 'b/c'],
    ['a', '.', ''],
    ['a', '../b', null],
    ['a/b', '../../c', null],
    ['a/b', '/c', null],
  ])('that is symbolic, at %j to %j, leads to %j', (name, linkName, expected) => {
    expect(target(symlink(name, linkName))).toBe(expected);
  });

  it.each([
    ['a/b', 'c', 'c'],
    ['a/b', './c/d', 'c/d'],
    ['a/b', '/c', 'c'],
    ['a/b', '../c', null],
    ['a', 'b/../../c', null],
  ])('that is hard, at %j to %j, leads to %j', (name, linkName, expected) => {
    expect(target(hardLink(name, linkName))).toBe(expected);
  });
});

describe('names in a table', () => {
  it('give the last entry where one comes twice', () => {
    const names = new EntryNames(tableOf([file('a', 'first'), file('./a', 'second!')]), limits);
    expect(names.get('a')).toMatchObject({ index: 1, sizeBytes: 7 });
    expect([names.has('./a'), names.has('b')]).toEqual([true, false]);
  });

  it('lead through links to the file, and to none where there is none', () => {
    const entries = [file('x/f', '1'), symlink('s', 'h'), hardLink('h', 'x/f'), symlink('lost', 'y'), directory('d')];
    const names = new EntryNames(tableOf(entries), limits);
    expect(['x/f', 's', 'h'].map((name) => names.file(name)?.name)).toEqual(['x/f', 'x/f', 'x/f']);
    expect(['lost', 'd', 'nothing'].map((name) => names.file(name))).toEqual([null, null, null]);
  });

  it('lead to no file that is cut', () => {
    const bytes = rawTar([file('a', Buffer.alloc(600))]).subarray(0, 700);
    const cut = { ...tableOf([]), ...indexTar(memorySource(bytes), limits) };
    expect(new EntryNames(cut, limits).file('a')).toBeNull();
  });

  it('follow as many links as the limit says, and not one more', () => {
    const chain = (links: number): EntryNames =>
      new EntryNames(
        tableOf([file('0', 'x'), ...Array.from({ length: links }, (_, i) => symlink(String(i + 1), String(i)))]),
        limits,
      );
    expect(chain(limits.linkHops).file(String(limits.linkHops))?.name).toBe('0');
    expect(chain(limits.linkHops + 1).file(String(limits.linkHops + 1))).toBeNull();
  });

  it('come to an end in a circle of links', () => {
    const names = new EntryNames(tableOf([symlink('a', 'b'), symlink('b', 'a'), hardLink('c', 'c')]), limits);
    expect([names.file('a'), names.file('c')]).toEqual([null, null]);
  });
});

describe('names behind links to folders', () => {
  const lead = (entries: readonly RawEntry[], name: string): string | undefined =>
    new EntryNames(tableOf(entries), limits).file(name)?.name;

  it('lead to what lies in the folder, whether or not it has an entry', () => {
    expect(lead([file('store/x', '1'), symlink('blobs/sha256', '../store')], 'blobs/sha256/x')).toBe('store/x');
    expect(lead([directory('s'), file('s/x', '1'), symlink('b', 's')], 'b/x')).toBe('s/x');
    expect(lead([file('x', '1'), symlink('d', '.')], 'd/d/d/x')).toBe('x');
  });

  it('lead over several of them, and over a link to a file at the end', () => {
    const entries = [
      symlink('a', 'b/c'),
      symlink('b', 'd'),
      symlink('d/c', '../e'),
      symlink('e/x', 'y'),
      file('e/y', '1'),
    ];
    expect(lead(entries, 'a/x')).toBe('e/y');
    expect(lead(entries, 'b/c/y')).toBe('e/y');
  });

  it('lead nowhere in a circle, out of the archive, and where nothing is', () => {
    expect(lead([symlink('a', 'b'), symlink('b', 'a')], 'a/x')).toBeUndefined();
    expect(lead([symlink('a', '/etc')], 'a/passwd')).toBeUndefined();
    expect(lead([symlink('a', '../..'), file('x', '')], 'a/x')).toBeUndefined();
    expect(lead([symlink('a', 'b'), file('b/x', '')], 'a/y')).toBeUndefined();
    expect(lead([file('a', ''), file('b/x', '')], 'a/x')).toBeUndefined();
  });

  it('are looked up only where no entry has the name itself', () => {
    const entries = [symlink('d', 'e'), file('d/x', 'by name'), file('e/x', 'on disk')];
    expect(lead(entries, 'd/x')).toBe('d/x');
    expect(lead(entries, 'd/../e/x')).toBeUndefined();
  });

  it('are told apart from names that an entry has', () => {
    const names = new EntryNames(tableOf([symlink('d', 'e'), file('e/x', '1')]), limits);
    expect(['d/x', 'e/x', 'd/y'].map((name) => names.folderLinkOf(name)?.name)).toEqual(['d', undefined, undefined]);
  });

  it('are given up where their ways are longer than all names may be', () => {
    const deep = 'a/'.repeat(1000);
    const links = Array.from({ length: 50 }, (_, i) => ({
      ...symlink(`${deep}l${i}`, `b/../${deep}l${i + 1}/x/..`),
      longNames: 'gnu' as const,
    }));
    const names = new EntryNames(tableOf([symlink('a', 'c'), ...links]), limits);
    expect(names.givenUp).toBeNull();
    for (const { name } of links) names.file(name);
    expect(names.givenUp).toContain('entryNamesBytes');
  });
});

describe('the limit of ways over folders that are links', () => {
  it.each([
    [1, ['entryNamesBytes: names behind links to folders have more bytes, and the limit is 1']],
    [100, []],
  ])('is that of the run: %d bytes', (entryNamesBytes, said) => {
    const table = tableOf([symlink('d', 'e'), symlink('e', 'f'), file('f/x', '')]);
    const names = new EntryNames(table, { ...limits, entryNamesBytes });
    names.file('d/x');
    expect([names.givenUp?.split(';')[0] ?? []].flat()).toEqual(said);
  });
});

describe('a link whose way goes over another link', () => {
  const target = (entries: readonly RawEntry[]): unknown => {
    const names = new EntryNames(tableOf(entries), limits);
    const link = names.get('link') as ArchiveEntry;
    return [names.crossesLink(link), names.file('link')?.name];
  };

  it('leads where a disk leads', () => {
    expect(target([symlink('d', 'e'), symlink('link', 'd/x'), file('e/x', '1')])).toEqual([true, 'e/x']);
  });

  it('goes back from where the other one leads', () => {
    const entries = [symlink('d', 'sub/deep'), file('sub/x', 'disk'), file('x', 'text')];
    expect(target([...entries, symlink('link', 'd/../x')])).toEqual([true, 'sub/x']);
    expect(target([...entries, symlink('link', './/d/.././x')])).toEqual([true, 'sub/x']);
  });

  it('is another thing than a way over folders', () => {
    expect(target([file('d/e', ''), file('x', '1'), symlink('link', 'd/../x')])).toEqual([false, 'x']);
    expect(target([symlink('y', 'x'), file('x', '1'), symlink('link', 'y')])).toEqual([false, 'x']);
  });
});

describe('chains of links', () => {
  const chain = (length: number): RawEntry[] => Array.from({ length }, (_, i) => symlink(`l${i}`, `l${i + 1}`));

  it.each([
    [0, 2],
    [1, 2],
    [3, 2],
    [4, 2],
  ])('end in the same place whichever of them is asked first (%d links before a circle, limit %d)', (tail, hops) => {
    const entries = [...chain(tail), symlink(`l${tail}`, 'b'), symlink('b', `l${tail}`)];
    const table = tableOf(entries);
    const forward = new EntryNames(table, { ...limits, linkHops: hops });
    const backward = new EntryNames(table, { ...limits, linkHops: hops });
    const inOrder = table.entries.map((entry) => forward.beyondLimit(entry) !== null);
    const reversed = [...table.entries].reverse().map((entry) => backward.beyondLimit(entry) !== null);
    expect(reversed.reverse()).toEqual(inOrder);
    expect(inOrder).toEqual(table.entries.map((_, i) => tail + 2 - i > hops + 1));
  });
});
