/** The records of a PAX header as Go's archive/tar takes them, and what of them other readers take differently. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePaxRecords, refusedRecord, sparseVersion } from '../../../src/archive/tar/tar-pax.js';
import { paxRecords } from '../../helpers/archive-builder.js';

describe('PAX records', () => {
  const key = fc.stringMatching(/^[a-zA-Z.]{1,30}$/);
  const value = fc.string({ unit: 'grapheme', maxLength: 300 }).filter((text) => !text.includes('\0'));

  it('are read as they were written, line ends and equals signs in values included', () => {
    fc.assert(
      fc.property(fc.dictionary(key, value), (records) => {
        const parsed = parsePaxRecords(paxRecords(records), 'utf8');
        expect(Object.fromEntries(parsed?.values ?? [])).toEqual({ ...records });
      }),
    );
  });

  it('have nothing behind the last of them, zeros included, since Go refuses that', () => {
    const body = paxRecords({ path: 'a' });
    expect(parsePaxRecords(Buffer.concat([body, Buffer.alloc(7)]), 'utf8')).toBe(null);
    expect(parsePaxRecords(Buffer.concat([body, Buffer.from('junk')]), 'utf8')).toBe(null);
  });

  it('give the last value of a key that comes twice', () => {
    const body = Buffer.concat([paxRecords({ path: 'a' }), paxRecords({ path: 'b' })]);
    expect(parsePaxRecords(body, 'utf8')?.values.get('path')).toBe('b');
  });

  it('may hold a NUL in a value that is no name', () => {
    const records = { 'SCHILY.xattr.user.path': 'x\0y', 'SCHILY.xattr.filename': '\0', path: 'p' };
    const parsed = parsePaxRecords(paxRecords(records), 'utf8');
    expect([Object.fromEntries(parsed?.values ?? []), parsed?.oddity]).toEqual([records, null]);
  });

  it('of any bytes give records or null, and no throw', () => {
    const digits = fc.constantFrom('0', '5', '9', '12', ' ', '=', '\n', 'a', '\0');
    fc.assert(
      fc.property(fc.array(digits, { maxLength: 60 }), (parts) => {
        const parsed = parsePaxRecords(Buffer.from(parts.join('')), 'utf8');
        expect(parsed === null || parsed.values.size >= 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['path', 'a\0b'],
    ['linkpath', '\0'],
    ['uname', 'root\0'],
    ['gname', 'a\0'],
    ['a\0b', 'x'],
    ['', 'x'],
  ])('are refused with a NUL where Go has none: %j', (name, text) => {
    expect(parsePaxRecords(paxRecords({ [name]: text }), 'utf8')).toBe(null);
  });

  it.each([
    ['a length of seven digits', '0000015 path=a\n'],
    ['a length with a sign', '+11 path=a\n'],
    ['two blanks', '11  path=a\n'],
    ['an empty path', '8 path=\n'],
    ['an empty size', '8 size=\n'],
    ['a NUL in the name of a sparse file', `23 GNU.sparse.name=a\0b\n`],
  ])('have a remark where readers differ: %s', (_, text) => {
    expect(parsePaxRecords(Buffer.from(text), 'utf8')?.oddity).toEqual(expect.any(String));
  });

  it('have none for zeros before a length, which all readers pass over', () => {
    expect(parsePaxRecords(Buffer.from('0012 path=a\n'), 'utf8')?.oddity).toBe(null);
  });

  it('join the two keys of sparse format 0.0 to the map of 0.1, in their order only', () => {
    const pair = (offset: string, bytes: string): Buffer =>
      Buffer.concat([paxRecords({ 'GNU.sparse.offset': offset }), paxRecords({ 'GNU.sparse.numbytes': bytes })]);
    const map = parsePaxRecords(Buffer.concat([pair('0', '5'), pair('9', '1')]), 'utf8')?.values.get('GNU.sparse.map');
    expect(map).toBe('0,5,9,1');
    expect(parsePaxRecords(paxRecords({ 'GNU.sparse.numbytes': '5' }), 'utf8')).toBe(null);
    expect(parsePaxRecords(pair('0,1', '5'), 'utf8')).toBe(null);
  });
});

describe('a record that must be a number', () => {
  it.each([
    ['size', '12', null],
    ['size', '', null],
    ['size', '-1', null],
    ['size', '9223372036854775807', null],
    ['size', '9223372036854775808', 'size'],
    ['size', '1.5', 'size'],
    ['size', ' 1', 'size'],
    ['uid', 'root', 'uid'],
    ['gid', '0x1', 'gid'],
    ['mtime', '1.5', null],
    ['mtime', '-1.', null],
    ['mtime', '1.5.1', 'mtime'],
    ['atime', '.5', 'atime'],
    ['ctime', 'now', 'ctime'],
  ])('%s=%j is refused as Go does, or not', (key, value, refused) => {
    expect(refusedRecord(new Map([[key, value]]))).toBe(refused);
  });
});

describe('the version of sparse records', () => {
  it.each([
    [{}, null],
    [{ path: 'a' }, null],
    [{ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0' }, '1.0'],
    [{ 'GNU.sparse.major': '0', 'GNU.sparse.minor': '1' }, '0.x'],
    [{ 'GNU.sparse.map': '0,1' }, '0.x'],
    [{ 'GNU.sparse.map': '' }, 'unknown'],
    [{ 'GNU.sparse.name': 'a' }, 'unknown'],
    [{ 'GNU.sparse.major': '1' }, 'unknown'],
    [{ 'GNU.sparse.major': '2', 'GNU.sparse.minor': '0', 'GNU.sparse.map': '0,1' }, 'unknown'],
  ])('of %j is %j', (records, version) => {
    expect(sparseVersion(new Map(Object.entries(records)))).toBe(version);
  });
});
