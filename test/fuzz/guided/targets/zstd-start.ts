/** What the beginning of a zstd frame says of a dictionary: no more is known of less of it. */
import { readFrameStart } from '../../../../src/codec/zstd/zstd-dictionary.js';
import * as fixtures from '../../../codec/fixtures.js';
import { zstd } from '../../../helpers/archive-builder.js';
import type { Target } from '../target.js';

export const target: Target = {
  name: 'zstd-start',
  maxBytes: 600,
  seeds: [
    fixtures.zstdNumbers,
    fixtures.zstdNumbersUnchecked,
    fixtures.zstdRepeats,
    fixtures.zstdTrainedDictionary,
    fixtures.zstdPlainDictionary,
    zstd(Buffer.from('varve')),
  ],
  check(input) {
    const whole = readFrameStart(input);
    const half = readFrameStart(input.subarray(0, input.length >> 1));
    if (half.before && !whole.before) throw new Error('half of it takes what stands before, and the whole does not');
    if (half.producedBytes > whole.producedBytes) throw new Error(`${half.producedBytes} bytes of half of it`);
  },
};
