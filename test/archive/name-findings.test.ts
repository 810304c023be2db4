/** What names and links alone say. */

import { describe, expect, it } from 'vitest';
import { EntryNames } from '../../src/archive/entry-names.js';
import { ambiguousWays, nameFindings } from '../../src/archive/name-findings.js';
import { limits } from '../../src/model/limits.js';
import { directory, file, hardLink, type RawEntry, symlink } from '../helpers/archive-builder.js';
import { tableOf } from './tar/tars.js';

describe('findings about names', () => {
  const found = (entries: readonly RawEntry[]): unknown[] => {
    const listed = tableOf(entries);
    return [...nameFindings(listed, new EntryNames(listed, limits))]
      .filter((found) => found !== null)
      .map(({ code, subject, offsetBytes }) => [code, subject, offsetBytes]);
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

  it('name what climbs out where a backslash is a slash', () => {
    const names = ['..\\x', 'a\\..\\x', 'a\\..\\..\\x', 'a/..\\..\\x', 'a\\../../x', '..\\', 'C:\\x'];
    const links = ['..\\x', 'd\\..\\..\\x', '\\etc\\passwd', 'C:\\x', '\\\\host\\x', '..\\../x'];
    const entries = [
      ...names.map((name) => file(name, '')),
      ...links.map((link, i) => symlink(`s${i}`, link)),
      hardLink('h', '..\\x'),
      symlink('d\\s', '..\\..\\x'),
    ];
    const paths = [...names, ...links.map((_, i) => `s${i}`), 'h', 'd\\s'];
    expect(found(entries)).toEqual(paths.map((path, i) => ['path-escape', path, 512 * i]));
  });

  it('accept backslashes that stay inside, and dots and colons that are part of a name', () => {
    const names = ['a\\b', '..a\\b', 'a..\\b', 'a\\...', 'C:x', 'CC:\\x', 'C:/x', '\\a'];
    expect(found(names.map((name) => file(name, '')))).toEqual([]);
    const links = [file('d\\f', ''), symlink('d\\s', '..\\d\\f'), symlink('e\\s', '..\\d\\f')];
    expect(found(links).filter((each) => String(each).startsWith('path-escape'))).toEqual([]);
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

describe('a link to a folder', () => {
  it('leads somewhere though only what lies in the folder has an entry', () => {
    const listed = tableOf([symlink('s', 'd'), symlink('t', 'd'), symlink('u', 'e'), file('d/f', '')]);
    expect(
      [...nameFindings(listed, new EntryNames(listed, limits))]
        .filter((found) => found !== null)
        .map(({ subject }) => subject),
    ).toEqual(['u']);
  });
});

describe('an entry that loaders find in two ways', () => {
  const found = (entries: readonly RawEntry[]): unknown[] => {
    const listed = tableOf(entries);
    return [...ambiguousWays(listed, new EntryNames(listed, limits))]
      .filter((found) => found !== null)
      .map(({ code, subject }) => [code, subject]);
  };

  it.each<[string, RawEntry]>([
    ['a link to a folder', symlink('d', 'e')],
    ['a link to the folder it is in', symlink('d', '.')],
    ['a link to nothing', symlink('d', 'nothing')],
    ['a hard link', hardLink('d', 'm')],
    ['a file', file('d', 'x')],
    ['a device', { name: 'd', type: 'fifo' }],
  ])('lies below %s, whichever comes first', (_, above) => {
    expect(found([file('m', ''), above, file('d/x/m', '')])).toEqual([['entry-ambiguous', 'd/x/m']]);
    expect(found([file('m', ''), file('d/m', ''), above])).toEqual([['entry-ambiguous', 'd/m']]);
  });

  it('is a link over a link, or back over one', () => {
    const entries = [symlink('d', 'e/f'), file('e/f/x', ''), file('x', '')];
    expect(found([...entries, symlink('l', 'd/x')])).toEqual([['entry-ambiguous', 'l']]);
    expect(found([...entries, symlink('l', 'd/../x')])).toEqual([['entry-ambiguous', 'l']]);
    expect(found([...entries, symlink('a/l', '../d/x')])).toEqual([['entry-ambiguous', 'a/l']]);
  });

  it('is a hard link to a symlink', () => {
    expect(found([symlink('a/s', 'f'), file('a/f', '1'), file('b/f', '2'), hardLink('b/h', 'a/s')])).toEqual([
      ['entry-ambiguous', 'b/h'],
    ]);
  });

  it('is a hard link with another file of that name in its own folder', () => {
    expect(found([file('f', '1'), file('a/f', '2'), hardLink('a/h', 'f')])).toEqual([['entry-ambiguous', 'a/h']]);
    expect(found([file('f', '1'), hardLink('a/h', 'f'), hardLink('h', 'f')])).toEqual([]);
  });

  it('is none where tools write links to layers', () => {
    const id = 'a'.repeat(64);
    const entries = [directory(id), file(`${id}/layer.tar`, ''), symlink('b/layer.tar', `../${id}/layer.tar`)];
    expect(
      found([
        ...entries,
        hardLink('c/layer.tar', `${id}/layer.tar`),
        file('d.tar', ''),
        symlink('e/layer.tar', '../d.tar'),
      ]),
    ).toEqual([]);
  });

  it('is none where a name is only the start of another one, or a folder', () => {
    expect(found([file('d', ''), file('d.json', ''), file('da/b', ''), directory('e'), file('e/d', '')])).toEqual([]);
  });

  it('is none for a link to a folder that nothing has its name below', () => {
    expect(found([symlink('blobs', 'store'), file('store/x', '')])).toEqual([]);
  });
});
