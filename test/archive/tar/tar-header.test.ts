/** The fields of one header block, as Go's archive/tar takes them, and what of them other readers take differently. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isZeroBlock, Oddity, parseTarHeader } from '../../../src/archive/tar/tar-header.js';
import { file, rawHeader } from '../../helpers/archive-builder.js';

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
    ['   \0\0\0\0\0\0\0\0\0', 0],
    ['\x80\0\0\0\0\0\0\0\0\0\x01\0', 256],
    [`\x80\0\0\0\0\x1f${'\xff'.repeat(6)}`, Number.MAX_SAFE_INTEGER],
    ['\x80\0\0\0\0\x20\0\0\0\0\0\0', 2 ** 53],
    ['\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff', -1],
    ['\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff', -257],
  ])('%j is %s to every reader', (field, sizeBytes) => {
    expect(parseTarHeader(withField(124, field), 'utf8')).toMatchObject({ sizeBytes, oddities: 0 });
  });

  it.each([
    ['\x0000000012000', 0o12000],
    ['\0\x00000012000\0', 0o12000],
    [' \x000000012000', 0o12000],
    ['            ', 0],
    ['17\0x\0\0\0\0\0\0\0\0', 15],
  ])('%j is %s to Go, and something else to others', (field, sizeBytes) => {
    expect(parseTarHeader(withField(124, field), 'utf8')).toMatchObject({ sizeBytes, oddities: Oddity.size });
  });

  it.each([
    '8\0\0\0\0\0\0\0\0\0\0\0',
    '-1\0\0\0\0\0\0\0\0\0\0',
    '17 x\0\0\0\0\0\0\0\0',
    '17 \0x\0\0\0\0\0\0\0',
    '\t17\0\0\0\0\0\0\0\0\0',
    `\x80${'\xff'.repeat(11)}`,
    '\xbf\0\0\0\0\0\0\0\0\0\0\0',
    '\x80\0\0\0\x80\0\0\0\0\0\0\0',
  ])('%j is no number', (field) => {
    expect(parseTarHeader(withField(124, field), 'utf8').sizeBytes).toBe(null);
  });
});

describe('a number that a loader does not use', () => {
  it.each([
    ['mode', 100],
    ['uid', 108],
    ['gid', 116],
    ['mtime', 136],
    ['devmajor', 329],
    ['devminor', 337],
  ])('spoils the header all the same where it is none: %s', (_, offset) => {
    expect(parseTarHeader(withField(offset, '0000x000'), 'utf8').numbersOk).toBe(false);
    expect(parseTarHeader(withField(offset, '\0\x0000001'), 'utf8').numbersOk).toBe(true);
  });

  it('is not looked at where the format has no such field', () => {
    const block = rawHeader({ ...file('a', ''), format: 'v7' });
    block.write('no number', 329);
    expect(parseTarHeader(block, 'utf8').numbersOk).toBe(true);
  });
});

describe('a header', () => {
  it('joins prefix and name where it is ustar, and only there', () => {
    const prefixed = (format: 'ustar' | 'gnu' | 'v7'): string => {
      const block = rawHeader({ ...file('name', ''), format });
      block.write('dir/sub', 345);
      return parseTarHeader(block, 'utf8').name;
    };
    // What is no time in a GNU header is a prefix, as writers made by Go before 1.8 have it.
    expect([prefixed('ustar'), prefixed('gnu'), prefixed('v7')]).toEqual(['dir/sub/name', 'dir/sub/name', 'name']);
  });

  it.each([
    ['ustar\x0000', 'ustar'],
    ['ustar\0xx', 'ustar'],
    ['ustar  \0', 'gnu'],
    ['ustar \0\0', 'v7'],
    ['ustar x\0', 'v7'],
    ['ustarx00', 'v7'],
    ['USTAR\x0000', 'v7'],
  ])('has the format of its magic and version: %j', (magic, format) => {
    expect(parseTarHeader(withField(257, magic), 'utf8').format).toBe(format);
  });

  it('has a prefix of 131 bytes where star has its mark, and others read 155', () => {
    const block = withField(345, `${'p'.repeat(130)}q${'0'.repeat(24)}`);
    expect(parseTarHeader(block, 'utf8')).toMatchObject({
      name: `${'p'.repeat(130)}q${'0'.repeat(24)}/name`,
      oddities: 0,
    });
    block.write('tar\0', 508);
    expect(parseTarHeader(block, 'utf8')).toMatchObject({
      name: `${'p'.repeat(130)}q/name`,
      format: 'star',
      oddities: Oddity.prefix,
    });
    block[475] = 0;
    expect(parseTarHeader(block, 'utf8').oddities).toBe(0);
  });

  it.each([
    ['times', '00000000001\x0000000000002\0', 'name'],
    ['ASCII that is no time', 'usr/lib', 'usr/lib/name'],
    ['other bytes that are no time', 'usr/\xe9', 'name'],
  ])('of GNU tar has a prefix where Go looks for one, and Python always: %s', (_, text, name) => {
    const block = rawHeader({ ...file('name', ''), format: 'gnu' });
    block.write(text, 345, 'latin1');
    expect(parseTarHeader(block, 'latin1')).toMatchObject({ name, oddities: Oddity.prefix });
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
        expect(Number.isInteger(header.sizeBytes ?? 0)).toBe(true);
        expect(header.oddities).toBeLessThan(128);
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

describe('the checksum of a header', () => {
  /** The checksum field counts as blanks. */
  function sumOf(block: Buffer, isSigned: boolean): number {
    const bytes = Buffer.from(block).fill(' ', 148, 156);
    return bytes.reduce((sum, byte) => sum + (isSigned && byte > 127 ? byte - 256 : byte), 0);
  }

  function isRight(block: Buffer, sum: number): boolean {
    const claimed = Buffer.from(block);
    claimed.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return parseTarHeader(claimed, 'latin1').checksumOk;
  }

  it('is the sum of its bytes, wherever it lies, and no other', () => {
    const bytes = fc.uint8Array({ minLength: 512, maxLength: 512 });
    fc.assert(
      fc.property(bytes, fc.nat({ max: 7 }), (content, before) => {
        const block = Buffer.concat([Buffer.alloc(before, 0xff), content, Buffer.alloc(9, 0xff)]).subarray(
          before,
          before + 512,
        );
        const [unsigned, signed] = [sumOf(block, false), sumOf(block, true)];
        expect(isRight(block, unsigned)).toBe(true);
        expect(signed < 0 || isRight(block, signed)).toBe(true);
        expect([unsigned - 1, unsigned + 1].filter((sum) => sum !== signed && isRight(block, sum))).toEqual([]);
      }),
    );
  });

  it.each([0x00, 0x7f, 0x80, 0xff])('of nothing but bytes 0x%s is that of all of them', (byte) => {
    const block = Buffer.alloc(512, byte);
    expect(isRight(block, sumOf(block, false))).toBe(true);
  });
});
