/** zstd, whole and in odd pieces, by the engine that this Node has. */
import { createDecoder } from '../../../../src/codec/create-decoder.js';
import type { Decoder } from '../../../../src/codec/decoder.js';
import * as fixtures from '../../../codec/fixtures.js';
import { zstd } from '../../../helpers/archive-builder.js';
import { decoded, pieceOf, sameDecoding } from '../decoding.js';
import type { Target } from '../target.js';

export const target: Target = {
  name: 'zstd',
  maxBytes: 512,
  seeds: [
    fixtures.zstdNumbers,
    fixtures.zstdNumbersUnchecked,
    zstd(Buffer.from('varve')),
    zstd(Buffer.from('varve'.repeat(50)), { frames: 3 }),
  ],
  words: ['\x28\xb5\x2f\xfd', '\x50\x2a\x4d\x18', '\x01\0\0'],
  // The first decoder waits for its module, the others do not.
  async prepare() {
    (await createDecoder('zstd')).close();
  },
  check(input) {
    const whole = decoded(opened(), input, Math.max(1, input.length));
    sameDecoding('pieces', decoded(opened(), input, pieceOf(input)), whole);
  },
};

function opened(): Decoder {
  return createDecoder('zstd') as Decoder;
}
