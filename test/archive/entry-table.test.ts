/** Names, links and what follows from them alone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ArchiveEntry,
  EntryNames,
  type EntryTable,
  escapes,
  linkTarget,
  nameFindings,
  normalizeName,
} from '../../src/archive/entry-table.js';
import { indexTar } from '../../src/archive/tar-index.js';
import { limits } from '../../src/model/limits.js';
import { directory, file, hardLink, type RawEntry, rawTar, symlink } from '../helpers/archive-builder.js';
import { bufferFile } from './tars.js';

function table(entries: readonly RawEntry[]): EntryTable {
  const bytes = rawTar(entries);
  const facts = {
    path: 'a.tar',
    filePath: 'a.tar',
    container: 'tar',
    compression: 'none',
    sizeBytes: bytes.length,
  } as const;
  return { ...indexTar(bufferFile(bytes)), ...facts };
}

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

describe('a link', () => {
  const target = (entry: RawEntry): string | null => linkTarget(table([entry]).entries[0] as ArchiveEntry);

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
    const names = new EntryNames(table([file('a', 'first'), file('./a', 'second!')]));
    expect(names.get('a')).toMatchObject({ index: 1, sizeBytes: 7 });
    expect([names.has('./a'), names.has('b')]).toEqual([true, false]);
  });

  it('lead through links to the file, and to none where there is none', () => {
    const entries = [file('x/f', '1'), symlink('s', 'h'), hardLink('h', 'x/f'), symlink('lost', 'y'), directory('d')];
    const names = new EntryNames(table(entries));
    expect(['x/f', 's', 'h'].map((name) => names.file(name)?.name)).toEqual(['x/f', 'x/f', 'x/f']);
    expect(['lost', 'd', 'nothing'].map((name) => names.file(name))).toEqual([null, null, null]);
  });

  it('lead to no file that is cut', () => {
    const bytes = rawTar([file('a', Buffer.alloc(600))]).subarray(0, 700);
    const cut = { ...table([]), ...indexTar(bufferFile(bytes)) };
    expect(new EntryNames(cut).file('a')).toBeNull();
  });

  it('follow as many links as the limit says, and not one more', () => {
    const chain = (links: number): EntryNames =>
      new EntryNames(
        table([file('0', 'x'), ...Array.from({ length: links }, (_, i) => symlink(String(i + 1), String(i)))]),
      );
    expect(chain(limits.linkHops).file(String(limits.linkHops))?.name).toBe('0');
    expect(chain(limits.linkHops + 1).file(String(limits.linkHops + 1))).toBeNull();
  });

  it('come to an end in a circle of links', () => {
    const names = new EntryNames(table([symlink('a', 'b'), symlink('b', 'a'), hardLink('c', 'c')]));
    expect([names.file('a'), names.file('c')]).toEqual([null, null]);
  });
});

describe('findings about names', () => {
  const found = (entries: readonly RawEntry[]): unknown[] => {
    const listed = table(entries);
    return [...nameFindings(listed, new EntryNames(listed))].map(({ code, subject, offsetBytes }) => [
      code,
      subject,
      offsetBytes,
    ]);
  };

  it('name what climbs out, by its name or by its link', () => {
    const entries = [file('../a', ''), file('b/../../c', ''), symlink('s', '/etc/passwd'), hardLink('h', '../../x')];
    expect(found(entries)).toEqual([
      ['path-escape', '../a', 0],
      ['path-escape', 'b/../../c', 512],
      ['path-escape', 's', 1024],
      ['path-escape', 'h', 1536],
    ]);
  });

  it('name links that lead nowhere or in a circle', () => {
    expect(found([symlink('a', 'b'), symlink('b', 'a'), hardLink('c', 'nothing')])).toEqual([
      ['link-unresolved', 'a', 0],
      ['link-unresolved', 'b', 512],
      ['link-unresolved', 'c', 1024],
    ]);
  });

  it('accept links to files and folders inside', () => {
    const entries = [directory('d'), file('d/f', ''), symlink('s', 'd/f'), symlink('t', 'd'), symlink('d/u', '..')];
    expect(found([...entries, hardLink('h', 'd/f'), symlink('d/v', '../h')])).toEqual([]);
  });
});
