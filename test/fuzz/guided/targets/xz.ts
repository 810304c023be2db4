/** xz, whole and in odd pieces. Decoders have to be waited for, so that some are made ready between the executions. */
import type { Decoder } from '../../../../src/codec/decoder.js';
import { GuardedDecoder } from '../../../../src/codec/guarded-decoder.js';
import { openXzDecoder } from '../../../../src/codec/xz/xz.js';
import * as fixtures from '../../../codec/fixtures.js';
import { decoded, pieceOf, sameDecoding } from '../decoding.js';
import type { Target } from '../target.js';

const ready: Decoder[] = [];
/** Two for each execution of a round. */
const readyDecoders = 128;

export const target: Target = {
  name: 'xz',
  maxBytes: 512,
  seeds: [
    fixtures.xzNumbers,
    fixtures.xzNumbersCrc32,
    fixtures.xzUnchecked,
    fixtures.xzSha256,
    fixtures.xzBranchFilter,
    fixtures.xzEmpty,
    Buffer.concat([fixtures.xzUnchecked, Buffer.alloc(8), fixtures.xzUnchecked]),
  ],
  words: ['\xfd7zXZ\0', 'YZ', '\0\0\0\0'],
  async prepare() {
    while (ready.length < readyDecoders) ready.push(new GuardedDecoder(await openXzDecoder()));
  },
  isReady: () => ready.length > 1,
  check(input) {
    const [one, other] = [ready.pop(), ready.pop()];
    if (one === undefined || other === undefined) throw new RangeError('no decoder is ready');
    sameDecoding('pieces', decoded(one, input, pieceOf(input)), decoded(other, input, Math.max(1, input.length)));
  },
};
