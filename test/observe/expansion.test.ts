/** What counts as a bomb: much output of little input, beyond what is free. */
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/model/limits.js';
import { Expansion, isBomb } from '../../src/observe/expansion.js';

describe('a bomb', () => {
  const free = limits.freeExpansionBytes;

  it('is more than the free bytes, and more than the ratio lets the input become', () => {
    expect(isBomb(1, free, limits)).toBe(false);
    expect(isBomb(1, free + 1, limits)).toBe(true);
    const input = Math.ceil((free + 1) / limits.expansionRatio);
    expect(isBomb(input, free + 1, limits)).toBe(false);
    expect(isBomb(input, input * limits.expansionRatio, limits)).toBe(false);
    expect(isBomb(input, input * limits.expansionRatio + 1, limits)).toBe(true);
  });

  it('is nothing that deflate can make of a single layer', () => {
    expect(limits.expansionRatio).toBeGreaterThan(1032);
    expect(isBomb(20 * 1024 ** 2, 1032 * 20 * 1024 ** 2, limits)).toBe(false);
  });
});

describe('an expansion', () => {
  const small = { freeExpansionBytes: 100, expansionRatio: 10, archiveExpansionBytes: 200 };

  it('lets as much pass as the limits say, and not one byte more', () => {
    const expansion = new Expansion(small);
    expansion.feed(15);
    expansion.emit(100);
    expansion.emit(50);
    expect(() => expansion.emit(1)).toThrowError(expect.objectContaining({ code: 'limit', offsetBytes: 15 }));
    expansion.feed(1);
    expansion.emit(1);
    expect(expansion.outBytes).toBe(152);
  });

  it('looks up now and then, so that a stop is heard while much comes out of little', () => {
    let looks = 0;
    const expansion = new Expansion(limits, () => void looks++);
    for (let i = 0; i < 1024; i++) expansion.emit(1024 ** 2);
    expect(looks).toBe(16);
    const stopping = new Expansion(limits, () => {
      throw new RangeError('stop');
    });
    expect(() => stopping.emit(64 * 1024 ** 2)).toThrow(RangeError);
  });
});
