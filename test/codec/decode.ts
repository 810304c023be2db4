/** Runs a decoder over a whole input, in pieces of any size, and holds its output to a bound, so that no test runs away. */

import { CodecError, type CodecErrorCode } from '../../src/codec/codec-error.js';
import { createDecoder } from '../../src/codec/create-decoder.js';
import type { Codec, DecoderOptions } from '../../src/codec/decoder.js';

export interface Path extends DecoderOptions {
  readonly codec: Codec;
  readonly name: string;
}

/** Every way through the folder; where Node has no zstd of its own, both zstd paths are the same. */
export const paths: readonly Path[] = [
  { codec: 'gzip', name: 'gzip by the kernel' },
  { codec: 'gzip', name: 'gzip by the zlib handle', gzipEngine: 'handle' },
  { codec: 'gzip', name: 'gzip by the public stream', portable: true },
  { codec: 'zstd', name: 'zstd by what Node offers' },
  { codec: 'zstd', name: 'zstd by WebAssembly', portable: true },
  { codec: 'xz', name: 'xz' },
  { codec: 'bzip2', name: 'bzip2' },
];

export const pathsOf = (codec: Codec): readonly Path[] => paths.filter((path) => path.codec === codec);

const outputBound = 64 * 1024 * 1024;

/** Decodes the pieces one after another; rejects with what the decoder throws. */
export async function decodePieces(path: Path, pieces: Iterable<Uint8Array>): Promise<Buffer> {
  const decoder = await createDecoder(path.codec, path);
  const decoded: Uint8Array[] = [];
  let decodedBytes = 0;
  const sink = (bytes: Uint8Array): void => {
    decodedBytes += bytes.length;
    if (decodedBytes > outputBound) throw new RangeError('The decoder emits more than any test asks for.');
    decoded.push(bytes.slice());
  };
  try {
    for (const piece of pieces) await decoder.write(piece, sink);
    await decoder.end(sink);
  } finally {
    decoder.close();
  }
  return Buffer.concat(decoded);
}

/** Decodes the input in pieces of `pieceBytes`, by default whole. */
export function decode(path: Path, input: Uint8Array, pieceBytes = Math.max(input.length, 1)): Promise<Buffer> {
  return decodePieces(path, slices(input, pieceBytes));
}

export function* slices(input: Uint8Array, pieceBytes: number): Generator<Uint8Array> {
  for (let from = 0; from < input.length; from += pieceBytes) yield input.subarray(from, from + pieceBytes);
}

/** The code of the CodecError that decoding ends with, or the decoded text where it ends well. */
export async function outcome(path: Path, input: Uint8Array): Promise<{ code: CodecErrorCode } | { text: string }> {
  try {
    return { text: (await decode(path, input)).toString('latin1') };
  } catch (error) {
    if (error instanceof CodecError) return { code: error.code };
    throw error;
  }
}

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

export const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
