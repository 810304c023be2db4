/**
 * Frames that were made with a dictionary and do not say so: they take tables or bytes that no block before has given. All
 * else that a decoder refuses is damage.
 */
import { describe, expect, it } from 'vitest';
import { CodecError } from '../../../src/codec/codec-error.js';
import { readFrameStart } from '../../../src/codec/zstd/zstd-dictionary.js';
import { zstd } from '../../helpers/archive-builder.js';
import { ascii, concat, decode, outcome, pathsOf } from '../decode.js';
import * as fixtures from '../fixtures.js';
import { rawBlock, rleBlock, zstdBlock, zstdFrame } from '../zstd-frame-builder.js';

const bytes = (...parts: readonly number[]): Uint8Array => Uint8Array.from(parts);
const packed = (content: Uint8Array, last = true): Uint8Array => zstdBlock(2, content.length, content, last);
const frame = (...blocks: readonly Uint8Array[]): Uint8Array => zstdFrame({ window: 0, blocks });

/** Literals by a Huffman table from before: 4 of them in 2 bytes, and no sequence. */
const treeless = packed(bytes(0x43, 0x80, 0, 0x55, 0x81, 0));
/** One sequence whose table of literal lengths is that from before; its offsets'; its lengths'. */
const repeated = [0xc0, 0x30, 0x0c].map((modes) => packed(bytes(0, 1, modes, 0x80)));
/** The literal `a`, then a copy of three bytes by this code of an offset and its bits, each table of one symbol. */
const copy = (offsetSymbol: number, bits: number): Uint8Array =>
  packed(bytes(0x08, 0x61, 1, 0x54, 1, offsetSymbol, 0, bits));

describe.each(pathsOf('zstd'))('a frame without the ID of its dictionary, by $name', (path) => {
  it.each([
    ['a trained dictionary', fixtures.zstdTrainedDictionary],
    ['a text as dictionary', fixtures.zstdPlainDictionary],
    ['a Huffman table', frame(treeless)],
    ['a table of literal lengths', frame(repeated[0] as Uint8Array)],
    ['a table of offsets', frame(repeated[1] as Uint8Array)],
    ['a table of lengths', frame(repeated[2] as Uint8Array)],
    ['the byte before the first', frame(copy(2, 0b101))],
    ['a byte far before', frame(copy(5, 0b100001))],
    ['the second last offset, which is 4 to begin with', frame(copy(1, 0b10))],
    ['a byte before it in its second block', frame(rawBlock(ascii('xy'), false), copy(3, 0b1000))],
    ['what stands in the frame before it', concat(frame(rawBlock(ascii('varve'))), frame(copy(2, 0b101)))],
  ])('is unsupported, or damaged: %s', async (_, input) => {
    for (const pieceBytes of [1, 7, input.length]) {
      const error: unknown = await decode(path, input, pieceBytes).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(CodecError);
      expect(error).toMatchObject({ code: 'unsupported', mayBeDamage: true });
    }
  });

  it('is damaged where it is broken in another way', async () => {
    const outcomes = await Promise.all(
      [
        // More literals than there are, no end mark, an offset of zero, a symbol beyond the last.
        packed(bytes(0x08, 0x61, 1, 0x54, 9, 2, 0, 0b100)),
        packed(bytes(0x08, 0x61, 1, 0x54, 1, 2, 0, 0)),
        packed(bytes(0x00, 1, 0x54, 0, 1, 0, 0b11)),
        packed(bytes(0x08, 0x61, 1, 0x54, 1, 2, 60, 0b100)),
      ].map((block) => outcome(path, frame(block))),
    );
    expect(outcomes).toEqual(outcomes.map(() => ({ code: 'corrupt' })));
    const flipped = fixtures.zstdNumbers.slice();
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
    expect(await outcome(path, flipped)).toEqual({ code: 'corrupt' });
  });

  it('is decoded where it reaches back to its first byte and no further', async () => {
    expect((await decode(path, frame(copy(2, 0b100)))).toString()).toBe('aaaa');
    expect((await decode(path, frame(rawBlock(ascii('xy'), false), copy(2, 0b110)))).toString()).toBe('xyaxya');
  });

  it('is decoded where the table was given in a block before', async () => {
    const again = packed(bytes(0x08, 0x62, 1, 0xfc, 0b100));
    expect((await decode(path, frame(zstdBlock(2, 8, copy(2, 0b100).subarray(3), false), again))).toString()).toBe(
      'aaaabbbb',
    );
  });
});

describe('the beginning of a frame', () => {
  it.each([
    ['literals with a table, a block of sequences', fixtures.zstdNumbers, fixtures.numbers.length],
    ['no declared size', fixtures.zstdNumbersStreamed, fixtures.numbers.length],
    ['blocks of all kinds', fixtures.zstdRepeats, fixtures.repeats.length],
    ['raw blocks', new Uint8Array(zstd(Buffer.from('varve'))), 5],
    ['an RLE block', frame(rleBlock(98, 700)), 700],
  ])('adds up to what it decodes to: %s', (_, input, size) => {
    expect(readFrameStart(input)).toEqual({ before: false, producedBytes: size });
  });

  it('is read as far as it has whole blocks, whatever is cut off', () => {
    for (let length = 0; length < fixtures.zstdRepeats.length; length++) {
      expect(readFrameStart(fixtures.zstdRepeats.subarray(0, length)).before).toBe(false);
    }
  });
});
