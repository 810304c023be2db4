/**
 * The gzip kernel against zlib's handle, over streams that no compressor writes and over damaged ones: the same bytes, or the
 * same refusal with the same words at the same place. `npm run fuzz` gives it more time.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CodecError } from '../../src/codec/codec-error.js';
import { createDecoder } from '../../src/codec/create-decoder.js';
import type { Decoder, GzipEngine } from '../../src/codec/decoder.js';
import { fuzz, timeout } from './budget.js';
import { gzipStream } from './gzip-streams.js';

/** How many streams are tried for each of the numbers: what goes on between two of them costs more than a stream. */
const streamsEach = 200;

interface Outcome {
  readonly made: Buffer;
  /** Null where it ended well. */
  readonly refusal: string | null;
}

function outcomeOf(gzipEngine: GzipEngine, stream: Buffer, pieceBytes: number): Outcome {
  const decoder = createDecoder('gzip', { gzipEngine }) as Decoder;
  const made: Buffer[] = [];
  const sink = (bytes: Uint8Array): void => void made.push(Buffer.from(bytes));
  let refusal: string | null = null;
  try {
    for (let at = 0; at < stream.length; at += pieceBytes) {
      void decoder.write(stream.subarray(at, at + pieceBytes), sink);
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
  const ours = outcomeOf('kernel', stream, pieceBytes);
  const theirs = outcomeOf('handle', stream, pieceBytes);
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
    throw new Error(`stream ${seed}, pieces of ${pieceBytes}:\n  ${shown}\n  ${stream.toString('hex')}`);
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
