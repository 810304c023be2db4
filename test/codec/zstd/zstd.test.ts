import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../src/codec/create-decoder.js';
import { readFrameHeader } from '../../../src/codec/zstd/zstd-frame-header.js';
import { nativeZstdEngine } from '../../../src/codec/zstd/zstd-native.js';
import { ascii, concat, decode, outcome, pathsOf } from '../decode.js';
import * as fixtures from '../fixtures.js';
import { rawBlock, rleBlock, skippableFrame, zstdBlock, zstdFrame } from '../zstd-frame-builder.js';

const { numbers, repeats } = fixtures;
const plain = zstdFrame({ contentBytes: 5, blocks: [rawBlock(ascii('varve'))] });
const mebibytes = (count: number): number => Math.log2(count * 1024) << 3;

describe.each(pathsOf('zstd'))('$name', (path) => {
  it('decodes frames with and without a declared size, with and without a checksum', async () => {
    const frames = [fixtures.zstdNumbers, fixtures.zstdNumbersStreamed, fixtures.zstdNumbersUnchecked];
    expect((await decode(path, concat(...frames))).toString()).toBe(numbers.repeat(3));
  });

  it('decodes a frame of several blocks', async () => {
    expect((await decode(path, fixtures.zstdRepeats)).toString()).toBe(repeats);
    expect((await decode(path, fixtures.zstdRepeats, 1)).toString()).toBe(repeats);
  });

  it('decodes raw and RLE blocks, empty ones too', async () => {
    const blocks = [
      rawBlock(ascii('a'), false),
      rleBlock(98, 3, false),
      rawBlock(ascii(''), false),
      rawBlock(ascii('c')),
    ];
    expect((await decode(path, zstdFrame({ window: 0, blocks }))).toString()).toBe('abbbc');
  });

  it('decodes an empty frame to nothing', async () => {
    expect((await decode(path, zstdFrame({ contentBytes: 0, blocks: [rawBlock(ascii(''))] }))).length).toBe(0);
  });

  it('passes over skippable frames before, between and behind the others', async () => {
    const parts = [
      skippableFrame(ascii('toc')),
      plain,
      skippableFrame(ascii(''), 15),
      plain,
      skippableFrame(new Uint8Array(500)),
    ];
    expect((await decode(path, concat(...parts))).toString()).toBe('varvevarve');
    expect((await decode(path, concat(...parts), 1)).toString()).toBe('varvevarve');
  });

  it('decodes skippable frames alone to nothing', async () => {
    expect((await decode(path, skippableFrame(ascii('only this')))).length).toBe(0);
  });

  it('calls a skippable frame truncated that is shorter than it says', async () => {
    expect(await outcome(path, concat(plain, skippableFrame(ascii('index')).subarray(0, 11)))).toEqual({
      code: 'truncated',
    });
    expect(await outcome(path, skippableFrame(ascii('index')).subarray(0, 6))).toEqual({ code: 'truncated' });
  });

  it('refuses a content checksum that does not match', async () => {
    const damaged = Uint8Array.from(fixtures.zstdNumbersStreamed);
    damaged[damaged.length - 1] = (damaged[damaged.length - 1] ?? 0) ^ 0x80;
    expect(await outcome(path, damaged)).toEqual({ code: 'corrupt' });
  });

  it.each([
    ['more', 4],
    ['fewer', 6],
  ])('refuses a frame that holds %s bytes than it declares', async (_, contentBytes) => {
    const blocks = [rawBlock(ascii('va'), false), rawBlock(ascii('rve'))];
    expect(await outcome(path, zstdFrame({ contentBytes, blocks }))).toEqual({ code: 'corrupt' });
    expect(await outcome(path, zstdFrame({ window: 0, contentBytes, blocks }))).toEqual({ code: 'corrupt' });
  });

  it('refuses a block of the reserved type', async () => {
    expect(await outcome(path, zstdFrame({ window: 0, blocks: [zstdBlock(3, 1, ascii('x'))] }))).toEqual({
      code: 'corrupt',
    });
  });

  it('refuses a block that is larger than its window or than 128 KiB', async () => {
    expect(await outcome(path, zstdFrame({ window: 0, blocks: [rleBlock(0, 1025)] }))).toEqual({ code: 'corrupt' });
    expect(await outcome(path, zstdFrame({ window: 80, blocks: [rleBlock(0, 131_073)] }))).toEqual({ code: 'corrupt' });
  });

  it('accepts blocks of exactly their window and of exactly 128 KiB', async () => {
    expect((await decode(path, zstdFrame({ window: 0, blocks: [rleBlock(0, 1024)] }))).length).toBe(1024);
    expect((await decode(path, zstdFrame({ window: 80, blocks: [rleBlock(0, 131_072)] }))).length).toBe(131_072);
  });

  it('refuses a compressed block of noise behind the head of its sequences', async () => {
    const noise = Uint8Array.from({ length: 200 }, (_, index) => (index * 73 + 41) & 255);
    expect(
      await outcome(path, zstdFrame({ window: 0, blocks: [zstdBlock(2, 203, concat(Uint8Array.of(0, 5, 0), noise))] })),
    ).toEqual({
      code: 'corrupt',
    });
  });

  it('says that dictionaries are unsupported, and refuses reserved header bits', async () => {
    const blocks = [rawBlock(ascii('varve'))];
    expect(await outcome(path, zstdFrame({ window: 0, dictionaryId: 7, blocks }))).toEqual({ code: 'unsupported' });
    expect(await outcome(path, zstdFrame({ window: 0, reservedBit: true, blocks }))).toEqual({ code: 'corrupt' });
  });

  it('accepts a dictionary ID of zero, which means none', async () => {
    const frame = zstdFrame({ window: 0, dictionaryId: 0, blocks: [rawBlock(ascii('varve'))] });
    expect((await decode(path, frame)).toString()).toBe('varve');
  });

  it('accepts a window of 128 MiB and refuses the next larger one', async () => {
    const blocks = [rawBlock(ascii('varve'))];
    expect((await decode(path, zstdFrame({ window: mebibytes(128), blocks }))).toString()).toBe('varve');
    expect(await outcome(path, zstdFrame({ window: mebibytes(128) + 1, blocks }))).toEqual({ code: 'limit' });
    expect(await outcome(path, zstdFrame({ window: 255, blocks }))).toEqual({ code: 'limit' });
  });

  it('tells where the frame stands that it refuses', async () => {
    const bad = zstdFrame({ window: 255, blocks: [rawBlock(ascii('varve'))] });
    await expect(decode(path, concat(plain, bad), 2)).rejects.toMatchObject({ offsetBytes: plain.length });
    await expect(decode(path, concat(plain, ascii('text')))).rejects.toMatchObject({ offsetBytes: plain.length });
  });
});

describe.each(pathsOf('zstd'))('the large window of $name', (path) => {
  const large = zstdFrame({ window: mebibytes(16), blocks: [rawBlock(ascii('large'))] });
  const small = zstdFrame({ window: mebibytes(8), blocks: [rawBlock(ascii('small'))] });

  const record = async (input: Uint8Array, pieceBytes: number): Promise<string[]> => {
    const events: string[] = [];
    const acquireLargeWindow = (): (() => void) => {
      events.push('acquire');
      return () => events.push('release');
    };
    const decoder = await createDecoder('zstd', { ...path, acquireLargeWindow });
    const sink = (bytes: Uint8Array): unknown => events.push(Buffer.from(bytes).toString());
    try {
      for (let from = 0; from < input.length; from += pieceBytes) {
        await decoder.write(input.subarray(from, from + pieceBytes), sink);
      }
      await decoder.end(sink);
    } catch {
      events.push('failed');
    }
    decoder.close();
    return events;
  };

  it('is asked for before its frame and given back behind it', async () => {
    const expected = ['small', 'acquire', 'large', 'release', 'small', 'acquire', 'large', 'release'];
    expect(await record(concat(small, large, small, large), 1000)).toEqual(expected);
  });

  it('is not asked for by frames of 8 MiB', async () => {
    expect(await record(concat(small, small), 1000)).toEqual(['small', 'small']);
  });

  it('is given back once when the input is damaged', async () => {
    const damaged = concat(large.subarray(0, 6), zstdBlock(3, 0, ascii('')));
    expect(await record(damaged, 1000)).toEqual(['acquire', 'release', 'failed']);
  });

  it('is given back once when the input ends early', async () => {
    const [acquire, ...rest] = await record(large.subarray(0, 9), 1000);
    expect([acquire, ...rest.slice(-2)]).toEqual(['acquire', 'release', 'failed']);
  });

  it('is given back when the decoder is closed inside the frame', async () => {
    const events: string[] = [];
    const decoder = await createDecoder('zstd', { ...path, acquireLargeWindow: () => () => events.push('release') });
    await decoder.write(large.subarray(0, 8), () => {});
    decoder.close();
    decoder.close();
    expect(events).toEqual(['release']);
  });
});

describe('zstd', () => {
  it('is refused by its header alone where it asks for too large a window, before a decoder sees it', () => {
    const frame = (window: number) => zstdFrame({ window, blocks: [rawBlock(ascii('varve'))] });
    expect(readFrameHeader(frame(mebibytes(128)), 0)).toMatchObject({ windowBytes: 128 * 1024 ** 2 });
    expect(() => readFrameHeader(frame(mebibytes(128) + 1), 0)).toThrowError(
      expect.objectContaining({ code: 'limit' }),
    );
  });

  it('is decoded by Node itself wherever Node can', () => {
    expect(nativeZstdEngine() !== null).toBe('createZstdDecompress' in zlib);
  });
});
