/** The fields of one header block, and the records of a PAX header. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isZeroBlock, parsePaxRecords, parseTarHeader } from '../../src/archive/tar-header.js';
import { file, paxRecords, rawHeader } from '../helpers/archive-builder.js';

function withField(offset: number, text: string): Buffer {
  const block = rawHeader(file('name', ''));
  block.write(text, offset, 'latin1');
  return block;
}

describe('a size field', () => {
  it.each([
    ['00000000017\0', 15],
    ['00000000017 ', 15],
    ['777777777777', 8 ** 12 - 1],
    ['         17\0', 15],
    ['17\0\0\0\0\0\0\0\0\0\0', 15],
    ['\0\0\0\0\0\0\0\0\0\0\0\0', 0],
    ['            ', 0],
    ['\x80\0\0\0\0\0\0\0\0\0\x01\0', 256],
    [`\x80\0\0\0\0\x1f${'\xff'.repeat(6)}`, Number.MAX_SAFE_INTEGER],
    ['\x80\0\0\0\0\x20\0\0\0\0\0\0', null],
    ['\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff', null],
    ['8\0\0\0\0\0\0\0\0\0\0\0', null],
    ['-1\0\0\0\0\0\0\0\0\0\0', null],
  ])('%j is %s', (field, sizeBytes) => {
    expect(parseTarHeader(withField(124, field), 'utf8').sizeBytes).toBe(sizeBytes);
  });
});

describe('a header', () => {
  it('joins prefix and name where it is ustar, and only there', () => {
    const prefixed = (format: 'ustar' | 'gnu' | 'v7'): string => {
      const block = rawHeader({ ...file('name', ''), format });
      block.write('dir/sub', 345);
      return parseTarHeader(block, 'utf8').name;
    };
    expect([prefixed('ustar'), prefixed('gnu'), prefixed('v7')]).toEqual(['dir/sub/name', 'name', 'name']);
  });

  it('fills its fields to the last byte', () => {
    const block = rawHeader({ ...file('n'.repeat(100), ''), linkname: 'l'.repeat(100) });
    expect(parseTarHeader(block, 'utf8')).toMatchObject({ name: 'n'.repeat(100), linkName: 'l'.repeat(100) });
  });

  it('keeps bytes apart in latin1 that are one character in UTF-8', () => {
    const names = ['\xff', '\xfe'].map((name) => withField(0, name));
    expect(new Set(names.map((block) => parseTarHeader(block, 'utf8').name)).size).toBe(1);
    expect(new Set(names.map((block) => parseTarHeader(block, 'latin1').name)).size).toBe(2);
  });

  it('of any 512 bytes is read without a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 512, maxLength: 512 }), (bytes) => {
        const header = parseTarHeader(Buffer.from(bytes), 'utf8');
        expect(header.sizeBytes ?? 0).toBeGreaterThanOrEqual(0);
        expect(Number.isSafeInteger(header.sizeBytes ?? 0)).toBe(true);
      }),
    );
  });
});

describe('a zero block', () => {
  it('is one without a single bit', () => {
    expect(isZeroBlock(Buffer.alloc(512))).toBe(true);
    for (let at = 0; at < 512; at++) {
      const block = Buffer.alloc(512);
      block[at] = 1;
      expect(isZeroBlock(block)).toBe(false);
    }
  });
});

describe('PAX records', () => {
  const key = fc.stringMatching(/^[a-zA-Z.]{1,30}$/);
  const value = fc.string({ unit: 'grapheme', maxLength: 300 }).filter((text) => !text.includes('\0'));

  it('are read as they were written, line ends and equals signs in values included', () => {
    fc.assert(
      fc.property(fc.dictionary(key, value), (records) => {
        const parsed = parsePaxRecords(paxRecords(records), 'utf8');
        expect(Object.fromEntries(parsed ?? [])).toEqual({ ...records });
      }),
    );
  });

  it('end at the first NUL between two records', () => {
    const body = Buffer.concat([paxRecords({ path: 'a' }), Buffer.alloc(7), Buffer.from('junk')]);
    expect(Object.fromEntries(parsePaxRecords(body, 'utf8') ?? [])).toEqual({ path: 'a' });
  });

  it('give the last value of a key that comes twice', () => {
    const body = Buffer.concat([paxRecords({ path: 'a' }), paxRecords({ path: 'b' })]);
    expect(parsePaxRecords(body, 'utf8')?.get('path')).toBe('b');
  });

  it('may hold a NUL in a value that is no name', () => {
    expect(parsePaxRecords(paxRecords({ 'SCHILY.xattr.a': 'x\0y', path: 'p' }), 'utf8')?.get('path')).toBe('p');
  });

  it('of any bytes give records or null, and no throw', () => {
    const digits = fc.constantFrom('0', '5', '9', '12', ' ', '=', '\n', 'a', '\0');
    fc.assert(
      fc.property(fc.array(digits, { maxLength: 60 }), (parts) => {
        const parsed = parsePaxRecords(Buffer.from(parts.join('')), 'utf8');
        expect(parsed === null || parsed.size >= 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
