import { describe, expect, it } from 'vitest';
import { HuffmanTable } from '../../../src/codec/bzip2/bzip2-huffman.js';
import { createDecoder } from '../../../src/codec/create-decoder.js';
import { type BlockParts, bzip2Stream } from '../bzip2-bits-builder.js';
import { concat, decode, outcome, type Path } from '../decode.js';
import * as fixtures from '../fixtures.js';

const { numbers, repeats } = fixtures;
const path: Path = { codec: 'bzip2', name: 'bzip2' };

describe('the bzip2 decoder', () => {
  it('decodes a stream of several blocks', async () => {
    expect((await decode(path, fixtures.bzip2Repeats)).toString()).toBe(repeats);
    expect((await decode(path, fixtures.bzip2Repeats, 1)).toString()).toBe(repeats);
  });

  it('decodes many streams of different levels in a row, empty ones too', async () => {
    const parts = [fixtures.bzip2Empty, fixtures.bzip2Repeats, fixtures.bzip2Numbers, fixtures.bzip2Empty];
    const input = concat(...parts, ...Array.from({ length: 200 }, () => fixtures.bzip2Numbers));
    expect((await decode(path, input, 5000)).toString()).toBe(repeats + numbers.repeat(201));
  });

  it('decodes an empty stream to nothing', async () => {
    expect((await decode(path, fixtures.bzip2Empty)).length).toBe(0);
  });

  it('emits a block that unfolds fifty times in small pieces', async () => {
    const decoder = await createDecoder('bzip2');
    let total = 0;
    let largest = 0;
    const sink = (bytes: Uint8Array): void => {
      total += bytes.length;
      largest = Math.max(largest, bytes.length);
    };
    decoder.write(fixtures.bzip2Bomb, sink);
    decoder.end(sink);
    decoder.close();
    expect(total).toBe(46_000_000);
    expect(largest).toBeLessThanOrEqual(256 * 1024);
  });

  it.each<[string, BlockParts]>([
    ['a run that no block can hold', { symbols: [...Array<number>(22).fill(1), 2] }],
    ['a run whose length leaves the range of numbers', { symbols: [...Array<number>(45).fill(1), 2] }],
    ['a code that is not defined', { symbols: [0, 3, 2] }],
    ['more symbols than selectors', { symbols: [...Array<number>(50).fill(0), 2] }],
    ['an origin outside the block', { symbols: [0, 2], origin: 2 }],
    ['nothing in a block', { symbols: [2] }],
    ['a selector that names no table', { symbols: [0, 2], selectors: [2] }],
    ['no selector', { symbols: [0, 2], selectors: [] }],
    ['one code table', { symbols: [0, 2], tables: 1 }],
    ['seven code tables', { symbols: [0, 2], tables: 7 }],
    ['a wrong checksum', { symbols: [0, 2] }],
    ['code tables without end', { symbols: [0, 2], detours: 200_000 }],
  ])('refuses as corrupt %s', async (_, parts) => {
    const input = bzip2Stream(parts);
    expect(await outcome(path, input)).toEqual({ code: 'corrupt' });
    await expect(decode(path, input, 100)).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('says that randomised blocks are unsupported', async () => {
    expect(await outcome(path, bzip2Stream({ symbols: [0, 2], randomised: true }))).toEqual({ code: 'unsupported' });
  });

  it('refuses a stream checksum that does not match', async () => {
    const damaged = Uint8Array.from(fixtures.bzip2Empty);
    damaged[damaged.length - 1] = 1;
    expect(await outcome(path, damaged)).toEqual({ code: 'corrupt' });
  });
});

describe('a Huffman table', () => {
  const lookUp = (table: HuffmanTable, bits: number): number => table.fast[bits >>> 10] || table.lookUpLong(bits);

  it('decodes codes of every length', () => {
    const lengths = Uint8Array.from([...Array.from({ length: 20 }, (_, index) => index + 1), 20]);
    const table = new HuffmanTable();
    expect(table.build(lengths)).toBe(true);
    // Canonical: the code of length n is n - 1 ones and a zero, the last one twenty ones.
    const codes = Array.from({ length: 20 }, (_, index) => (2 ** 20 - 2 ** (20 - index)) | 0);
    const entries = [...codes, 2 ** 20 - 1].map((bits) => lookUp(table, bits));
    expect(entries.map((entry) => entry & 511)).toEqual(Array.from({ length: 21 }, (_, index) => index));
    expect(entries.map((entry) => entry >>> 9)).toEqual([...lengths]);
  });

  it('refuses codes that overlap', () => {
    expect(new HuffmanTable().build(Uint8Array.of(1, 1, 1))).toBe(false);
    expect(new HuffmanTable().build(Uint8Array.of(1, 1, 20))).toBe(false);
  });

  it('finds nothing for bits that no code begins', () => {
    const table = new HuffmanTable();
    expect(table.build(Uint8Array.of(2, 12, 20))).toBe(true);
    expect(lookUp(table, 2 ** 20 - 1)).toBe(0);
    expect(lookUp(table, 2 ** 19)).toBe(0);
  });
});
