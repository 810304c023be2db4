/** gzip, whole and in odd pieces, and what zlib makes of the same bytes. */
import { constants, type Gunzip, gunzipSync } from 'node:zlib';
import { GuardedDecoder } from '../../../../src/codec/guarded-decoder.js';
import { createGzipDecoder } from '../../../../src/codec/gzip/gzip.js';
import { gzip } from '../../../helpers/archive-builder.js';
import { damaged, decoded, pieceOf, sameDecoding } from '../decoding.js';
import type { Target } from '../target.js';

const contents = ['', 'varve', 'varve '.repeat(300)].map((text) => Buffer.from(text));

export const target: Target = {
  name: 'gzip',
  maxBytes: 1024,
  seeds: [
    ...contents.map((content) => gzip(content)),
    ...contents.map((content) => gzip(content, { members: 3 })),
    ...contents.map((content) => gzip(content, { level: 0 })),
    Buffer.concat([gzip(Buffer.from('x')), Buffer.alloc(30)]),
  ],
  words: ['\x1f\x8b\x08', '\0\0\0\0', '\x1f\x8b\x08\x1f'],
  check(input) {
    const whole = decoded(opened(), input, Math.max(1, input.length));
    sameDecoding('pieces', decoded(opened(), input, pieceOf(input)), whole);
    sameDecoding('zlib', byZlib(input), whole);
  },
};

function opened(): GuardedDecoder {
  return new GuardedDecoder(createGzipDecoder({}));
}

/** As a reader that takes neither a truncated input nor garbage behind zeros, which Node's lets pass. */
function byZlib(input: Buffer): string {
  try {
    const { buffer, engine } = gunzipSync(input, {
      finishFlush: constants.Z_FINISH,
      info: true,
    }) as unknown as { buffer: Buffer; engine: Gunzip };
    const rest = input.subarray(engine.bytesWritten);
    return rest.every((byte) => byte === 0) ? buffer.toString('latin1') : damaged;
  } catch {
    return damaged;
  }
}
