/** The walk over frames of zstd, which judges their structure: the same in odd pieces, and every byte handed on once. */
import { CodecError } from '../../../../src/codec/codec-error.js';
import { ZstdFrameWalker } from '../../../../src/codec/zstd/zstd-frames.js';
import * as fixtures from '../../../codec/fixtures.js';
import { zstd } from '../../../helpers/archive-builder.js';
import { pieceOf } from '../decoding.js';
import { same, type Target } from '../target.js';

const skippable = Buffer.from('502a4d180300000061626330', 'hex').subarray(0, 11);
const seeds = [
  fixtures.zstdNumbers,
  fixtures.zstdNumbersStreamed,
  fixtures.zstdNumbersUnchecked,
  fixtures.zstdRepeats,
  zstd(Buffer.from('varve'.repeat(50)), { frames: 3 }),
];

export const target: Target = {
  name: 'zstd-frames',
  maxBytes: 1024,
  seeds: [...seeds, Buffer.concat([skippable, ...seeds.slice(3)])],
  words: ['\x28\xb5\x2f\xfd', '\x50\x2a\x4d\x18', '\x5f\x2a\x4d\x18', '\x01\0\0', '\0\0\0'],
  check(input) {
    same('pieces', walked(input, pieceOf(input)), walked(input, Math.max(1, input.length)));
  },
};

function walked(input: Buffer, pieceBytes: number): string {
  const frames: unknown[] = [];
  let frameBytes = 0;
  let position = 0;
  const walker = new ZstdFrameWalker({
    frameStart: (frame) => void frames.push(frame),
    frameBytes(bytes, offsetBytes) {
      if (offsetBytes < position) throw new Error(`byte ${offsetBytes} comes again`);
      position = offsetBytes + bytes.length;
      frameBytes += bytes.length;
    },
    frameEnd: () => void frames.push(frameBytes),
  });
  try {
    for (let at = 0; at < input.length; at += pieceBytes) walker.walk(input.subarray(at, at + pieceBytes));
    walker.end();
    same('position', position <= input.length, true);
    return JSON.stringify([frames, frameBytes]);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return JSON.stringify([frames, error.code, error.message]);
  }
}
