/** Compressions that are named and not read: by their first bytes, and nothing by less than that. */
import { describe, expect, it } from 'vitest';
import { foreignCodec } from '../../src/codec/foreign-start.js';

const nameOf = (hex: string) => foreignCodec(Buffer.from(hex, 'hex'));

describe('a compression that is not read', () => {
  it.each([
    ['04224d18', 'lz4'],
    ['02214c18', 'lz4 (its old format)'],
    ['4c5a4950', 'lzip'],
    ['894c5a4f000d0a1a0a', 'lzop'],
    ['1f9d90', 'compress'],
    ['ff060000734e61507059', 'snappy'],
    ['377abcaf271c', '7z'],
    ['504b0304', 'zip'],
    ['526172211a07', 'rar'],
    ['5d00008000ffffffffffffffff', 'lzma'],
    ['5d00000c000010000000000000', 'lzma'],
    ['5d00008000ffffffffffffffff00', 'lzma'],
  ])('is named where the bytes start with %s: %s', (hex, name) => {
    expect(nameOf(hex)).toBe(name);
  });

  it.each([
    ['nothing', ''],
    ['a part of a magic number', '04224d'],
    ['a dictionary of an odd size', '5d12345600ffffffffffffffff'],
    ['a size that no file has', '5d00008000fffffffffffffffe'],
    ['too little of lzma to tell', '5d00008000ffffff'],
    ['text', '5d20746578742c206e6f206c7a6d61'],
    ['gzip', '1f8b08'],
  ])('is not named by %s', (_, hex) => {
    expect(nameOf(hex)).toBe(null);
  });
});
