/** What the ends of a compressed body claim of its content, and where they cannot tell: by writers' bytes and by hand. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimEndBytes, claimedContentBytes } from '../../src/codec/claimed-size.js';
import type { Codec } from '../../src/codec/decoder.js';
import { concat } from './decode.js';
import { rawBlock, rleBlock, skippableFrame, zstdFrame } from './zstd-frame-builder.js';

const claimOf = (codec: Codec, body: Uint8Array, storedBytes = body.length): number | null =>
  claimedContentBytes(codec, { start: body.subarray(0, 512), end: body.subarray(-claimEndBytes), storedBytes });

/** A body of so many bytes of which only the header and the trailer are there: nothing between them is looked at. */
function gzipEnds(storedBytes: number, contentBytes: number, flags = 0): number | null {
  const end = new Uint8Array(claimEndBytes);
  new DataView(end.buffer).setUint32(4, contentBytes % 2 ** 32, true);
  const start = Uint8Array.of(0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3);
  return claimedContentBytes('gzip', { start, end, storedBytes });
}

const noise = (sizeBytes: number): Uint8Array => {
  let state = 7;
  return Uint8Array.from({ length: sizeBytes }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 16;
  });
};
const gzip = (content: Uint8Array, level = 6): Uint8Array => new Uint8Array(gzipSync(content, { level }));
const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

describe('the size that a gzip body claims', () => {
  it('is what its trailer says, for content of every kind and level', () => {
    const contents = [new Uint8Array(1024), noise(512), noise(100 * 512), new Uint8Array(4000 * 512)];
    const claims = contents.flatMap((content) => [0, 1, 9].map((level) => claimOf('gzip', gzip(content, level))));
    expect(claims).toEqual(contents.flatMap(({ length }) => [length, length, length]));
  });

  it('is that of an empty body too, which is shorter than any other', () => {
    expect(claimOf('gzip', gzip(new Uint8Array()))).toBe(0);
  });

  it('is not told where it is not the size of a tar', () => {
    expect(claimOf('gzip', gzip(noise(5000)))).toBeNull();
  });

  it.each<[string, Uint8Array]>([
    ['an empty member at its end, as eStargz has', concat(gzip(noise(5120)), gzip(new Uint8Array()))],
    ['members of which the last is a part', concat(gzip(noise(20 * 512)), gzip(noise(2 * 512)))],
    ['zeros behind the last member', concat(gzip(noise(5120)), new Uint8Array(16))],
  ])('is not told with %s', (_, body) => {
    expect(claimOf('gzip', body)).toBeNull();
  });

  it('is not told with an extra field, by which formats of many members mark theirs', () => {
    expect([gzipEnds(5000, 10_240), gzipEnds(5000, 10_240, 4)]).toEqual([10_240, null]);
  });

  it('is told with the name of the file in the header, as gzip writes it', () => {
    expect(gzipEnds(5000, 10_240, 8)).toBe(10_240);
  });

  it('is not told past what deflate can make of the stored bytes', () => {
    expect([gzipEnds(1024, 1024 * 1032), gzipEnds(1024, 1024 * 1032 + 512)]).toEqual([1024 * 1032, null]);
  });

  it('is not told where 4 GiB more would be as likely', () => {
    const told = [100, 300, 310, 1000, 4000].map((stored) => gzipEnds(stored * MiB, 2.5 * stored * MiB));
    expect(told.map((claim) => claim !== null)).toEqual([true, true, false, false, false]);
  });

  it('is not told for content of 4 GiB and more that compresses as files do', () => {
    const claims = [4, 4.5, 6, 8, 20].flatMap((size) => [2, 3, 4, 8].map((ratio) => [size * GiB, ratio] as const));
    expect(claims.map(([content, ratio]) => gzipEnds(Math.floor(content / ratio), content))).toEqual(
      claims.map(() => null),
    );
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['a magic number', Uint8Array.of(0x1f, 0x8b, 8)],
    ['seven bytes', new Uint8Array(7)],
  ])('is not told by %s', (_, body) => {
    expect(claimOf('gzip', body)).toBeNull();
  });
});

describe('the size that a zstd body claims', () => {
  it('is what the header of its frame says', () => {
    const frame = zstdFrame({ window: 80, contentBytes: 5120, blocks: [rleBlock(0, 5120)] });
    expect(claimOf('zstd', frame)).toBe(5120);
  });

  it('is not told where the header does not say, as of what was streamed', () => {
    expect(claimOf('zstd', zstdFrame({ window: 80, blocks: [rleBlock(0, 5120)] }))).toBeNull();
  });

  it('is not told where it is less than what is stored: there are other frames', () => {
    const frame = (sizeBytes: number) =>
      zstdFrame({ window: 80, contentBytes: sizeBytes, blocks: [rawBlock(noise(sizeBytes))] });
    expect([claimOf('zstd', frame(5120)), claimOf('zstd', concat(frame(5120), frame(5120)))]).toEqual([5120, null]);
  });

  it('is not told past what its blocks can hold', () => {
    const frame = (contentBytes: number) => zstdFrame({ window: 80, contentBytes, blocks: [rleBlock(0, 512)] });
    const storedBytes = frame(512).length;
    const most = Math.floor(storedBytes / 4) * 128 * 1024;
    expect([claimOf('zstd', frame(most)), claimOf('zstd', frame(most + 512))]).toEqual([most, null]);
  });

  it('is not told where a skippable frame comes first, a dictionary is needed or a bit is reserved', () => {
    const frame = { window: 80, contentBytes: 5120, blocks: [rleBlock(0, 5120)] };
    const bodies = [
      concat(skippableFrame(new Uint8Array(4)), zstdFrame(frame)),
      zstdFrame({ ...frame, dictionaryId: 1 }),
      zstdFrame({ ...frame, reservedBit: true }),
    ];
    expect(bodies.map((body) => claimOf('zstd', body))).toEqual([null, null, null]);
  });

  it('is not told where the header names more bytes than a number can count', () => {
    const start = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xc0, 80, 0, 0, 0, 0, 0, 0, 0, 0x40);
    const end = new Uint8Array(8);
    expect(claimedContentBytes('zstd', { start, end, storedBytes: Number.MAX_SAFE_INTEGER })).toBeNull();
  });

  it.each([
    ['zstd:chunked', Buffer.from('GNUlInUx')],
    ['the seekable format', Uint8Array.of(0, 0, 0, 0, 0xb1, 0xea, 0x92, 0x8f)],
  ])('is not told where the mark of %s is at the end', (_, mark) => {
    const frame = zstdFrame({ window: 80, contentBytes: 5120, blocks: [rleBlock(0, 5120)] });
    expect(claimOf('zstd', concat(frame, skippableFrame(mark)))).toBeNull();
  });
});

describe('the size that a compressed body claims', () => {
  it('is not known for codecs that tell it elsewhere, or not at all', () => {
    expect([claimOf('xz', noise(600)), claimOf('bzip2', noise(600))]).toEqual([null, null]);
  });

  it('is a whole number of tar blocks or nothing, whatever the bytes are, and never throws', () => {
    const bytes = (most: number) => fc.uint8Array({ maxLength: most });
    const codecs = fc.constantFrom<Codec>('gzip', 'zstd');
    fc.assert(
      fc.property(codecs, bytes(40), bytes(8), fc.maxSafeNat(), (codec, rest, end, storedBytes) => {
        const magic = codec === 'gzip' ? [0x1f, 0x8b, 8] : [0x28, 0xb5, 0x2f, 0xfd];
        const claim = claimedContentBytes(codec, { start: Uint8Array.from([...magic, ...rest]), end, storedBytes });
        expect(claim === null || (Number.isSafeInteger(claim) && claim >= 0 && claim % 512 === 0)).toBe(true);
      }),
    );
  });
});
