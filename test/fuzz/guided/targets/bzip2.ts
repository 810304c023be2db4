/** bzip2, whole and in odd pieces. */
import { Bzip2Decoder } from '../../../../src/codec/bzip2/bzip2.js';
import { GuardedDecoder } from '../../../../src/codec/guarded-decoder.js';
import { bzip2Empty, bzip2Numbers } from '../../../codec/fixtures.js';
import { bzip2 } from '../../../scan/bzip2-writer.js';
import { decoded, pieceOf, sameDecoding } from '../decoding.js';
import type { Target } from '../target.js';

const words = bzip2(Buffer.from('varve'));

export const target: Target = {
  name: 'bzip2',
  maxBytes: 512,
  seeds: [words, bzip2(Buffer.from('a'.repeat(600))), bzip2Empty, bzip2Numbers, Buffer.concat([words, words])],
  words: ['BZh1', '1AY&SY', '\x17\x72\x45\x38\x50\x90'],
  check(input) {
    const whole = decoded(new GuardedDecoder(new Bzip2Decoder()), input, Math.max(1, input.length));
    sameDecoding('pieces', decoded(new GuardedDecoder(new Bzip2Decoder()), input, pieceOf(input)), whole);
  },
};
