/**
 * The door of this folder: a decoder for a codec, with its library, which is loaded when the codec is first asked for.
 */
import { Bzip2Decoder } from './bzip2/bzip2.js';
import type { Codec, Decoder, DecoderOptions } from './decoder.js';
import { GuardedDecoder } from './guarded-decoder.js';
import { createGzipDecoder } from './gzip/gzip.js';
import { ZstdDecoder, type ZstdEngine } from './zstd/zstd.js';
import { nativeZstdEngine } from './zstd/zstd-native.js';

/**
 * A decoder for `codec`. A promise comes back where WebAssembly has to be made ready: always for xz, and for zstd where
 * Node has none of its own (before 22.15) and this is the first.
 */
export function createDecoder(codec: Codec, options: DecoderOptions = {}): Decoder | Promise<Decoder> {
  switch (codec) {
    case 'gzip':
      return new GuardedDecoder(createGzipDecoder(options));
    case 'zstd':
      return createZstdDecoder(options);
    case 'xz':
      return import('./xz/xz.js').then(async ({ openXzDecoder }) => new GuardedDecoder(await openXzDecoder()));
    case 'bzip2':
      return new GuardedDecoder(new Bzip2Decoder());
  }
}

let openWasmEngine: (() => ZstdEngine) | undefined;

function createZstdDecoder(options: DecoderOptions): Decoder | Promise<Decoder> {
  const build = (open: () => ZstdEngine): Decoder =>
    new GuardedDecoder(new ZstdDecoder(open, options.acquireLargeWindow));
  const openNative = options.portable ? null : nativeZstdEngine();
  if (openNative) return build(() => openNative(options.output));
  if (openWasmEngine) return build(openWasmEngine);
  return import('./zstd/zstd-wasm.js').then(async ({ loadZstdWasm }) => {
    openWasmEngine = await loadZstdWasm();
    return build(openWasmEngine);
  });
}
