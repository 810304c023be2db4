import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortByBytes } from '../../src/sources/byte-order.js';
import { bytesOfPath, pathOfBytes, systemPath } from '../../src/sources/path-bytes.js';

describe('a path as text', () => {
  it('is its UTF-8 where it is such', () => {
    expect(pathOfBytes(Buffer.from('größe/日本/😀.tar'))).toBe('größe/日本/😀.tar');
    expect(systemPath('größe.tar')).toBe('größe.tar');
  });

  it('keeps a byte that is no part of a character, beside those that are', () => {
    const latin = Buffer.from([0x67, 0x72, 0xf6, 0xdf, 0x65, 0xc3, 0xb6]);
    expect(pathOfBytes(latin)).toBe('gr\udcf6\udcdfeö');
    expect(systemPath(pathOfBytes(latin))).toEqual(latin);
  });

  it('gives back any bytes, and tells any two paths apart', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(bytesOfPath(pathOfBytes(a))).toEqual(a);
        expect(pathOfBytes(a) === pathOfBytes(b)).toBe(a.equals(b));
      }),
      { numRuns: 2000 },
    );
  });

  it('stands in the order of its bytes', () => {
    const names = [[0xff], [0x7a], [0xf0, 0x9f, 0x98, 0x80], [0xe9]].map((bytes) => pathOfBytes(Buffer.from(bytes)));
    expect(sortByBytes(names).map((name) => bytesOfPath(name)[0])).toEqual([0x7a, 0xe9, 0xf0, 0xff]);
  });
});
