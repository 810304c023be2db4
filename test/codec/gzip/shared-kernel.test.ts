/** The gzip kernel in a memory that threads share: the same pieces as in its own, where they are wanted, and nothing else is written. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CodecError } from '../../../src/codec/codec-error.js';
import { createDecoder } from '../../../src/codec/create-decoder.js';
import type { Decoder, DecoderOptions } from '../../../src/codec/decoder.js';
import { kernelAreaBytes, kernelOwnBytes, windowBytes } from '../../../src/codec/gzip/kernel.js';
import { createSharedMemory, openSharedKernel, type SharedMemory } from '../../../src/codec/gzip/kernels.js';
import { gzipStream } from '../../fuzz/gzip-streams.js';
import { seededRandom } from '../../helpers/archive-builder.js';

const areas = 3;
const areaStep = windowBytes + kernelAreaBytes;
const inputAt = kernelOwnBytes + areas * areaStep;
const sharedBytes = areas * areaStep + 65_536;
const random = seededRandom(29);

/** Long ones that reach back a window, fill the area several times and end in it, and small ones of which no compressor makes most. */
const streams: readonly Buffer[] = [
  ...[0, 1, 9].map((level) =>
    gzipSync(Buffer.concat([random.bytes(40_000), Buffer.from(random.text(900_000))]), { level }),
  ),
  gzipSync(Buffer.alloc(3_000_000, random.bytes(32_768))),
  gzipSync(Buffer.alloc(20_000_000)),
  Buffer.concat([3, 70_000, 0, 1_200_000, 5].map((length) => gzipSync(random.text(length)))),
  ...Array.from({ length: 300 }, (_, seed) => gzipStream(seed)),
];

interface Outcome {
  /** The digest of each. */
  readonly pieces: readonly string[];
  readonly refusal: string | null;
}

function outcomeOf(
  stream: Buffer,
  pieceBytes: number,
  options: DecoderOptions,
  take: (piece: Buffer) => Buffer,
): Outcome {
  const decoder = createDecoder('gzip', { gzipEngine: 'kernel', ...options }) as Decoder;
  const pieces: string[] = [];
  const sink = (bytes: Uint8Array): void => void pieces.push(createHash('sha256').update(bytes).digest('hex'));
  try {
    for (let at = 0; at < stream.length; at += pieceBytes) {
      void decoder.write(take(stream.subarray(at, at + pieceBytes)), sink);
    }
    void decoder.end(sink);
    return { pieces, refusal: null };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { pieces, refusal: `${error.code} at ${error.offsetBytes}: ${error.message}` };
  } finally {
    decoder.close();
  }
}

/** The areas of a memory in turn, of which all that a belt would use for other things is written over in between. */
function areasOf({ buffer }: SharedMemory): () => Uint8Array {
  let next = 0;
  return () => {
    const given = next++ % areas;
    for (let i = 0; i < areas; i++) new Uint8Array(buffer, areaAt(i), kernelAreaBytes).fill(0xee);
    return new Uint8Array(buffer, areaAt(given), kernelAreaBytes);
  };
}

const areaAt = (i: number): number => kernelOwnBytes + i * areaStep + windowBytes;

describe('a decoder in shared memory', () => {
  it.each([7000, 65_536])(
    'makes the pieces that one by itself makes, wherever it is to make them: input in pieces of %i',
    (pieceBytes) => {
      for (const stream of streams) {
        const own = outcomeOf(stream, pieceBytes, {}, (piece) => piece);
        const memory = createSharedMemory(sharedBytes);
        const options = { memory, output: areasOf(memory) };
        expect(outcomeOf(stream, pieceBytes, options, (piece) => piece)).toEqual(own);
        const place = Buffer.from(memory.buffer, inputAt, 65_536);
        const put = (piece: Buffer): Buffer => place.subarray(0, piece.copy(place));
        expect(outcomeOf(stream, pieceBytes, options, put)).toEqual(own);
      }
    },
  );

  it('emits what lies in the area that was asked for, and at its start', () => {
    const memory = createSharedMemory(sharedBytes);
    const asked: number[] = [];
    const next = areasOf(memory);
    const output = (): Uint8Array => {
      const area = next();
      asked.push(area.byteOffset);
      return area;
    };
    const decoder = createDecoder('gzip', { memory, output }) as Decoder;
    const emitted: number[] = [];
    void decoder.write(gzipSync(Buffer.alloc(2_000_000, 'varve')), ({ buffer, byteOffset }) => {
      expect(buffer).toBe(memory.buffer);
      emitted.push(byteOffset);
    });
    decoder.close();
    expect(emitted.length).toBeGreaterThan(7);
    expect(emitted).toEqual(asked.slice(0, emitted.length));
  });

  it('writes into its own part, into its area and the window before that, and nowhere else', () => {
    const memory = createSharedMemory(sharedBytes);
    const area = new Uint8Array(memory.buffer, areaAt(1), kernelAreaBytes);
    const around = [
      new Uint8Array(memory.buffer, kernelOwnBytes, areaStep),
      new Uint8Array(memory.buffer, areaAt(1) + kernelAreaBytes),
    ];
    for (const bytes of around) bytes.fill(0xa5);
    for (const stream of streams) outcomeOf(stream, 65_536, { memory, output: () => area }, (piece) => piece);
    expect(around.every((bytes) => bytes.every((byte) => byte === 0xa5))).toBe(true);
  });

  it('copies what it makes where the memory is none that WebAssembly can share', () => {
    const memory = { buffer: new SharedArrayBuffer(kernelOwnBytes + sharedBytes) };
    expect(openSharedKernel(memory)).toBeNull();
    const stream = streams[0] as Buffer;
    const own = outcomeOf(stream, 65_536, {}, (piece) => piece);
    expect(outcomeOf(stream, 65_536, { memory, output: areasOf(memory) }, (piece) => piece)).toEqual(own);
  });
});
