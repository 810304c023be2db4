/**
 * Cut, flipped and prolonged tars: each fault has its finding, nothing throws, what is whole is listed, and every byte
 * of what is there is still accounted for.
 */

import { describe, expect, it } from 'vitest';
import type { ArchiveEntry } from '../../../src/archive/entry-table.js';
import { indexTar } from '../../../src/archive/tar/tar-index.js';
import { limits } from '../../../src/model/limits.js';
import { file, flipByte, rawTar } from '../../helpers/archive-builder.js';
import { memorySource } from '../../helpers/byte-sources.js';
import { range, sweep } from '../../helpers/sweep.js';
import { accounted, codesOf, globalPax, longName, randomTar, rawTars } from './tars.js';

const blockBytes = 512;
const index = (bytes: Buffer) => indexTar(memorySource(bytes), limits);
const afterPadding = ({ dataOffsetBytes, sizeBytes }: ArchiveEntry): number =>
  Math.ceil((dataOffsetBytes + sizeBytes) / blockBytes) * blockBytes;

/**
 * What a cut after that many bytes is, from the entries of the whole: nothing lost at an end that lies between the last
 * byte of a body and the next header, or behind the first zero block; all well behind the second one.
 */
function verdictOfCut(entries: readonly ArchiveEntry[], atBytes: number): string[] {
  const end = Math.max(0, ...entries.map(afterPadding));
  const between = entries.some(
    (entry) => atBytes >= entry.dataOffsetBytes + entry.sizeBytes && atBytes <= afterPadding(entry),
  );
  if (atBytes === 0 || atBytes >= end + 2 * blockBytes) return [];
  return between || atBytes === end + blockBytes ? ['end-blocks-missing'] : ['archive-truncated'];
}

describe('a tar that is cut', () => {
  it.each(rawTars.filter(([label]) => !label.includes('global')))(
    'has the finding of its place, wherever that is: %s',
    (_, bytes) => {
      const whole = index(bytes).entries;
      for (const at of sweep(range(0, bytes.length + 1), 100)) {
        const cut = index(bytes.subarray(0, at));
        expect([at, codesOf(cut), accounted(cut)]).toEqual([at, verdictOfCut(whole, at), at]);
      }
    },
  );

  it.each(rawTars)('still lists what is whole: %s', (_, bytes) => {
    const whole = index(bytes).entries;
    for (const at of sweep(range(0, bytes.length + 1, 61), 30)) {
      const complete = whole.filter((entry) => afterPadding(entry) <= at);
      expect(index(bytes.subarray(0, at)).entries.slice(0, complete.length)).toEqual(complete);
    }
  });

  it('is marked as truncated, and the message names the last whole entry and the bytes that are missing', () => {
    const bytes = rawTar([file('first', 'x'), file('second', Buffer.alloc(2000))]);
    const cut = index(bytes.subarray(0, 2000));
    expect(cut.truncated).toBe(true);
    expect(cut.findings).toMatchObject([
      { subject: 'second', expected: '2000 bytes', actual: '464 bytes', offsetBytes: 2000 },
    ]);
    expect(cut.findings[0]?.message).toContain('the last whole entry is first');
    expect(cut.entries[1]).toMatchObject({ sizeBytes: 2000, storedBytes: 464 });
  });

  it('is not marked as truncated where only the end blocks are missing', () => {
    expect(index(rawTar([file('a', 'x')], { endBlocks: 0 })).truncated).toBe(false);
  });

  it.each([
    ['a global header', rawTar([globalPax({ comment: 'c' })], { endBlocks: 0 }), ['end-blocks-missing']],
    [
      'a long name',
      rawTar([{ ...file(longName(300), 'x'), longNames: 'gnu' }]).subarray(0, 1024),
      ['archive-truncated'],
    ],
    [
      'a PAX header',
      rawTar([{ ...file(longName(300), 'x'), longNames: 'pax' }]).subarray(0, 1024),
      ['archive-truncated'],
    ],
  ])('right behind %s has the finding of its place', (_, bytes, codes) => {
    const cut = index(bytes);
    expect([codesOf(cut), accounted(cut)]).toEqual([codes, bytes.length]);
  });
});

describe('a flipped bit', () => {
  const archives = rawTars.filter(([label]) => /empty file|v7|long names|PAX names|sparse|base-256/.test(label));

  it.each(archives)('in what the checksum of a header covers is found: %s', (_, bytes) => {
    for (const at of headerOffsets(bytes)) {
      for (const bit of sweep(range(0, blockBytes * 8), 200)) {
        const offset = bit >> 3;
        if (offset >= 148 && offset < 156) continue;
        const codes = codesOf(index(flipByte(bytes, at + offset, 1 << (bit & 7))));
        expect(codes, `bit ${bit} of the block at ${at}`).toContain('header-invalid');
      }
    }
  });

  it.each(archives)('in the checksum itself is found, or leaves a checksum that is right: %s', (_, bytes) => {
    const whole = JSON.stringify(index(bytes).entries);
    for (const at of headerOffsets(bytes)) {
      for (let bit = 148 * 8; bit < 156 * 8; bit++) {
        const flipped = flipByte(bytes, at + (bit >> 3), 1 << (bit & 7));
        const found = index(flipped);
        const asExpected = isRight(flipped, at)
          ? JSON.stringify(found.entries) === whole && codesOf(found).every((code) => code === 'readers-disagree')
          : codesOf(found).includes('header-invalid');
        expect(asExpected, `bit ${bit} of the block at ${at}`).toBe(true);
      }
    }
  });

  it('in an end block is found', () => {
    const bytes = rawTar([file('a', 'x')]);
    for (const bit of sweep(range(0, 1024 * 8), 200)) {
      const found = index(flipByte(bytes, 1024 + (bit >> 3), 1 << (bit & 7)));
      expect([codesOf(found).includes('header-invalid'), accounted(found)], `bit ${bit}`).toEqual([true, bytes.length]);
    }
  });

  it('anywhere leaves the account exact, and throws nothing', () => {
    for (const seed of sweep(range(0, 12), 3)) {
      const bytes = randomTar(seed);
      for (const at of sweep(range(0, bytes.length, 13), 100)) {
        expect(accounted(index(flipByte(bytes, at, 1 << (at % 8))))).toBe(bytes.length);
      }
    }
  });
});

/** Where the headers are, extended headers among them. */
function headerOffsets(bytes: Buffer): number[] {
  const found: number[] = [];
  for (const { offsetBytes, dataOffsetBytes } of index(bytes).entries) {
    for (let at = offsetBytes; at < dataOffsetBytes; at += blockBytes) if (isRight(bytes, at)) found.push(at);
  }
  return found;
}

/** Whether the checksum field holds the sum of the block: octal digits behind blanks, up to a blank, a NUL or its end. */
function isRight(bytes: Buffer, blockAt: number): boolean {
  const match = /^ *([0-7]*)(?:[ \0]|$)/.exec(bytes.toString('latin1', blockAt + 148, blockAt + 156));
  const sum = (signed: boolean): number => {
    let total = 0;
    for (let i = 0; i < blockBytes; i++) {
      const inField = i >= 148 && i < 156;
      total += inField ? 32 : signed ? bytes.readInt8(blockAt + i) : bytes.readUInt8(blockAt + i);
    }
    return total;
  };
  return match !== null && [sum(false), sum(true)].includes(Number.parseInt(`0${match[1]}`, 8));
}

describe('a damaged header', () => {
  const damagedAt = (header: object) => {
    const bytes = rawTar([file('a', 'x'), { ...file('b', 'y'), ...header }, file('c', 'z')]);
    return { bytes, found: index(bytes) };
  };

  it.each([
    ['a wrong checksum', { checksum: 'wrong' }],
    ['a PAX size that is no number', { pax: { size: '12x' } }],
    ['a PAX size in hexadecimal', { pax: { size: '0x10' } }],
    ['a negative PAX size', { pax: { size: '-1' } }],
    ['a PAX size with a fraction', { pax: { size: '1.0' } }],
    ['a PAX size beyond all files', { pax: { size: '9'.repeat(17) } }],
    ['a NUL in a PAX path', { pax: { path: 'a\0b' } }],
    ['a PAX record without a key', { pax: { '': 'x' } }],
  ])('ends the reading at its offset: %s', (_, header) => {
    const { bytes, found } = damagedAt(header);
    expect(found.entries.map(({ name }) => name)).toEqual(['a']);
    expect(found.findings).toMatchObject([{ code: 'header-invalid', severity: 'error', offsetBytes: 1024 }]);
    expect([found.truncated, accounted(found)]).toEqual([false, bytes.length]);
  });

  it.each([
    ['too long for its body', '99 path=a\n'],
    ['too short for its record', '5 path=a\n'],
    ['without a length', ' path=a\n'],
    ['with a length in hexadecimal', '0xb path=a\n'],
    ['without an equals sign', '9 path.a\n'],
    ['without a line end', '10 path=ab'],
    ['with no blank at all', 'pathisverylong'],
  ])('is a PAX record %s', (_, text) => {
    const found = index(rawTar([{ name: 'x', typeflag: 'x', content: Buffer.from(text) }, file('a', 'x')]));
    expect(found.findings).toMatchObject([{ code: 'header-invalid', offsetBytes: 0 }]);
  });

  it.each([
    ['a letter', 'x0000000001\0'],
    ['a digit that octal has not', '00000000009\0'],
    ['a negative base-256 number', '\xff'.repeat(12)],
    ['a base-256 number beyond all files', `\x80${'\xff'.repeat(11)}`],
  ])('has a size field with %s', (_, field) => {
    const bytes = withSizeField(rawTar([file('a', 'x')]), field);
    expect(index(bytes).findings).toMatchObject([{ code: 'header-invalid', offsetBytes: 0 }]);
  });
});

function withSizeField(bytes: Buffer, field: string): Buffer {
  const copy = Buffer.from(bytes);
  copy.write(field, 124, 'latin1');
  copy.fill(' ', 148, 156);
  const sum = copy.subarray(0, blockBytes).reduce((total, byte) => total + byte, 0);
  copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return copy;
}

describe('what follows the end blocks', () => {
  const end = rawTar([file('a', 'x')]);
  const withTail = (tail: Buffer) => {
    const bytes = Buffer.concat([end, tail]);
    const found = index(bytes);
    return { codes: codesOf(found), exact: accounted(found) === bytes.length, ...found.overhead };
  };

  it.each([0, 512, 9216, 1024 * 1024])('is the padding of a record where it is %d zeros', (sizeBytes) => {
    const end = { endBytes: 1024 + sizeBytes, trailingBytes: 0 };
    expect(withTail(Buffer.alloc(sizeBytes))).toMatchObject({ codes: [], exact: true, ...end });
  });

  it('is trailing data where it is one zero more than a record is padded with', () => {
    const trailing = { endBytes: 1024, trailingBytes: 1024 * 1024 + 1 };
    expect(withTail(Buffer.alloc(1024 * 1024 + 1))).toMatchObject({
      codes: ['trailing-bytes'],
      exact: true,
      ...trailing,
    });
  });

  it.each([
    ['a text', Buffer.from('more')],
    ['a text behind zeros', Buffer.concat([Buffer.alloc(4096), Buffer.from('more')])],
    ['another tar', rawTar([file('b', 'y')])],
  ])('is trailing data where it is %s', (_, tail) => {
    expect(withTail(tail)).toMatchObject({ codes: ['trailing-bytes'], exact: true, trailingBytes: tail.length });
  });
});
