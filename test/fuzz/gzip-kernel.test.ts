/**
 * The gzip kernel against zlib's handle, over streams that no compressor writes and over damaged ones: the same bytes, or the
 * same refusal with the same words at the same place; half of them by the kernel that works in a memory of threads.
 * `npm run fuzz` gives it more time.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CodecError } from '../../src/codec/codec-error.js';
import { createDecoder } from '../../src/codec/create-decoder.js';
import type { Decoder, DecoderOptions } from '../../src/codec/decoder.js';
import { kernelAreaBytes, kernelOwnBytes, windowBytes } from '../../src/codec/gzip/kernel.js';
import { createSharedMemory } from '../../src/codec/gzip/kernels.js';
import { fuzz, timeout } from './budget.js';
import { gzipStream } from './gzip-streams.js';

/** How many streams are tried for each of the numbers: what goes on between two of them costs more than a stream. */
const streamsEach = 200;

interface Outcome {
  readonly made: Buffer;
  /** Null where it ended well. */
  readonly refusal: string | null;
}

/** A memory as threads share it: places for what is made, used in turns, and one for what is read. */
const places = 3;
const placeBytes = kernelAreaBytes + windowBytes;
const memory = createSharedMemory(places * placeBytes + kernelAreaBytes);
const inputPlace = Buffer.from(memory.buffer, kernelOwnBytes + places * placeBytes, kernelAreaBytes);
let nextPlace = 0;

/** The kernel that makes what is decoded right where it is wanted. */
const inPlace: DecoderOptions = {
  gzipEngine: 'kernel',
  memory,
  output: () => {
    nextPlace = (nextPlace + 1) % places;
    return new Uint8Array(memory.buffer, kernelOwnBytes + nextPlace * placeBytes + windowBytes, kernelAreaBytes);
  },
};

/** The piece where threads that share a memory read it. */
function inMemory(piece: Buffer): Buffer {
  if (piece.length > inputPlace.length) return piece;
  inputPlace.set(piece);
  return inputPlace.subarray(0, piece.length);
}

function outcomeOf(
  options: DecoderOptions,
  stream: Buffer,
  pieceBytes: number,
  held = (piece: Buffer) => piece,
): Outcome {
  const decoder = createDecoder('gzip', options) as Decoder;
  const made: Buffer[] = [];
  const sink = (bytes: Uint8Array): void => void made.push(Buffer.from(bytes));
  let refusal: string | null = null;
  try {
    for (let at = 0; at < stream.length; at += pieceBytes) {
      void decoder.write(held(stream.subarray(at, at + pieceBytes)), sink);
    }
    void decoder.end(sink);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    refusal = `${error.code} at ${error.offsetBytes}: ${error.message}`;
  } finally {
    decoder.close();
  }
  return { made: Buffer.concat(made), refusal };
}

const seen = new Map<string, number>();

function compare(seed: number): void {
  const stream = gzipStream(seed);
  const pieceBytes = seed % 3 === 0 ? stream.length + 1 : 1 + (seed % 97);
  const isPlaced = seed % 2 === 0;
  const ours = isPlaced
    ? outcomeOf(inPlace, stream, pieceBytes, seed % 4 === 0 ? inMemory : undefined)
    : outcomeOf({ gzipEngine: 'kernel' }, stream, pieceBytes);
  const theirs = outcomeOf({ gzipEngine: 'handle' }, stream, pieceBytes);
  const kind = ours.refusal?.replace(/ at \d+/, '') ?? 'decoded';
  seen.set(kind, (seen.get(kind) ?? 0) + 1);
  // What came before damage may have been emitted, or not yet.
  const both = Math.min(ours.made.length, theirs.made.length);
  const same =
    ours.refusal === theirs.refusal &&
    (ours.refusal !== null || ours.made.length === theirs.made.length) &&
    ours.made.subarray(0, both).equals(theirs.made.subarray(0, both));
  if (!same) {
    const shown = [ours, theirs].map(({ made, refusal }) => `${made.length} bytes, ${refusal}`).join('\n  ');
    throw new Error(
      `stream ${seed}, pieces of ${pieceBytes}${isPlaced ? ', in place' : ''}:\n  ${shown}\n  ${stream.toString('hex')}`,
    );
  }
}

it('the gzip kernel decodes and refuses what zlib does', { timeout }, () =>
  fuzz('gzip kernel, 200 streams each', 100, fc.nat(0x7fffffff - streamsEach), (first) => {
    for (let seed = first; seed < first + streamsEach; seed++) compare(seed);
  }),
);

it('the streams reach every refusal that the kernel knows', () => {
  const refusals = [...seen.keys()].filter((kind) => kind.startsWith('corrupt'));
  expect(refusals.length).toBeGreaterThanOrEqual(18);
  expect(seen.get('decoded') ?? 0).toBeGreaterThan(1000);
});
