/** How fast the decoders of layers are here: those that Varve takes on this Node, and those that it would fall back to. */
import { gzipSync } from 'node:zlib';
import { createDecoder } from '../codec/create-decoder.js';
import type { Codec, DecoderOptions } from '../codec/decoder.js';
import type { Bench } from '../model/results/bench.js';
import { waysOf } from './codec-engines.js';
import { type Measuring, measureRate } from './rate.js';
import { sampleBytes, sampleFrame } from './sample-frame.js';

type Decode = Bench['decode'][number];

/** Decoded bytes of each measurement: about a small layer. */
const layerBytes = 64 * sampleBytes;
/** As a layer is handed to its decoder. */
const pieceBytes = 64 * 1024;

/** How many measurements there are at most. */
export const decodeMeasurements = 5;

/** The rates of the gzip and zstd decoders. Throws as `measureRate`. */
export async function measureDecoders(measuring: Measuring): Promise<Bench['decode']> {
  const frame = sampleFrame();
  const inputs = {
    gzip: gzipSync(layerLike(await decodeSample(frame))),
    zstd: Buffer.concat(Array.from({ length: layerBytes / sampleBytes }, () => frame)),
  };
  const rates: Decode[] = [];
  for (const codec of ['gzip', 'zstd'] as const) {
    for (const [index, { implementation, options }] of waysOf(codec).entries()) {
      const rate = await measureRate(layerBytes, () => decode(codec, options, inputs[codec]), measuring);
      rates.push({ codec, implementation, used: index === 0, ...rate });
    }
  }
  return rates;
}

/**
 * Short pieces of the text with noise between them. It shrinks as a layer of programs does, and no two parts are alike: a
 * text that comes again and again would be decoded at twice the rate of a real one, since the processor learns it.
 */
function layerLike(text: Buffer): Buffer {
  const layer = Buffer.alloc(layerBytes);
  let state = 1;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let at = 0; at < layer.length; ) {
    const from = below(text.length - 64);
    at += text.copy(layer, at, from, from + 8 + below(56));
    for (let noise = below(20); noise > 0 && at < layer.length; noise--) layer[at++] = below(256);
  }
  return layer;
}

async function decodeSample(frame: Buffer): Promise<Buffer> {
  const pieces: Buffer[] = [];
  await decode('zstd', {}, frame, (bytes) => pieces.push(Buffer.from(bytes)));
  return Buffer.concat(pieces);
}

/** Decodes all of an input; each call has a decoder of its own, as each layer has. */
async function decode(
  codec: Codec,
  options: DecoderOptions,
  input: Buffer,
  sink: (bytes: Uint8Array) => void = () => {},
): Promise<void> {
  const decoder = await createDecoder(codec, options);
  try {
    for (let at = 0; at < input.length; at += pieceBytes) {
      const written = decoder.write(input.subarray(at, at + pieceBytes), sink);
      if (written !== undefined) await written;
    }
    await decoder.end(sink);
  } finally {
    decoder.close();
  }
}
