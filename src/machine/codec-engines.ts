/** Which implementation of each codec this Node gets, and which it falls back to. */
import { type DecoderOptions, gzipEngines } from '../codec/decoder.js';
import { encoderLack } from '../codec/encode/encoder.js';
import { engineThatWorks } from '../codec/gzip/gzip.js';
import { nativeZstdEngine } from '../codec/zstd/zstd-native.js';
import type { Bench } from '../model/results/bench.js';
import type { Info } from '../model/results/store/info.js';

/** One way to decode a codec here. */
export interface DecodeWay {
  readonly implementation: Bench['decode'][number]['implementation'];
  readonly options: DecoderOptions;
}

const gzipImplementations = { kernel: 'wasm', handle: 'handle', stream: 'stream' } as const;

/** Each of those that Varve may take once, the one that it takes first. */
export function waysOf(codec: 'gzip' | 'zstd'): DecodeWay[] {
  if (codec === 'zstd') {
    const portable: DecodeWay = { implementation: 'wasm', options: { portable: true } };
    return nativeZstdEngine() === null ? [portable] : [{ implementation: 'handle', options: {} }, portable];
  }
  const names = new Set(gzipEngines.map(engineThatWorks));
  return [...names].map((gzipEngine) => ({
    implementation: gzipImplementations[gzipEngine],
    options: { gzipEngine },
  }));
}

/** Every codec, how it is decoded, and whether it can be written. */
export function codecEngines(): Info['codecs'] {
  const written = (['gzip', 'zstd'] as const).map((codec) => ({
    codec,
    implementation: waysOf(codec)[0]?.implementation ?? 'stream',
    encodes: encoderLack(codec) === null,
  }));
  return [
    ...written,
    { codec: 'xz', implementation: 'wasm', encodes: false },
    { codec: 'bzip2', implementation: 'own', encodes: false },
  ];
}
