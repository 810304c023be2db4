/**
 * What a decoder is (create-decoder.ts makes one; detect.ts says which codec some bytes want). Decoders are pushed:
 * compressed bytes go in, decoded bytes come out through a sink during the same call, out of a buffer that is used
 * again. No decoder holds more than its window and a bounded carry, whatever the input claims, and none ends in silence on
 * a truncated or damaged input. Libraries are loaded when their codec is first asked for.
 */

import type { MemberChecks } from './gzip/checksum.js';
import type { SharedMemory } from './gzip/kernels.js';

export type Codec = 'gzip' | 'zstd' | 'xz' | 'bzip2';

/** What decodes gzip; gzip/gzip.ts says what each is. */
export const gzipEngines = ['kernel', 'handle', 'stream'] as const;
export type GzipEngine = (typeof gzipEngines)[number];

/** Receives decoded bytes; the view is valid only during the call. A throw aborts the decoder and reaches its caller. */
export type Sink = (bytes: Uint8Array) => void;

export interface Decoder {
  /** Whether `write` and `end` may return a promise; their input must then stay as it is until that settles. */
  readonly asynchronous: boolean;
  /**
   * Where the input of the next `write` may lie so that it is not copied; whoever closes the decoder gives that up. Default:
   * nowhere, input is read where it lies.
   */
  readonly inputPlace?: Buffer | null;
  /**
   * Decodes all of `input`, calling `sink` any number of times, never with an empty view. Returns a promise only where
   * the decoding cannot be synchronous; `input` must then stay as it is until the promise settles. Throws CodecError.
   */
  write(input: Uint8Array, sink: Sink): void | Promise<void>;
  /** Declares the end of the input; throws CodecError 'truncated' where a member, frame or stream is incomplete. */
  end(sink: Sink): void | Promise<void>;
  /** Releases native memory; may be called at any time and more than once. */
  close(): void;
}

export interface DecoderOptions {
  /**
   * Called before a zstd frame is decoded whose window is larger than 8 MiB, so that the caller can see to it that few such
   * windows exist at a time; the function it returns is called when that memory is free again. Default: nothing is asked.
   */
  readonly acquireLargeWindow?: () => () => void;
  /**
   * Memory for what is decoded next, asked for before each piece of output; what is emitted then lies at its start. gzip and
   * Node's own zstd use it, and spare a copy to where the bytes are wanted. Default: a buffer of the decoder's.
   */
  readonly output?: () => Uint8Array;
  /**
   * The shared memory in which all of `output` lies, a window before each (gzip/kernel.ts): gzip is decoded right there, by a
   * kernel that has the start of it for itself. Input in it is to stay as it is during the call. Default: none.
   */
  readonly memory?: SharedMemory;
  /** The engine of gzip ; where it does not work here, the next one. Default: the fastest. */
  readonly gzipEngine?: GzipEngine;
  /**
   * Who takes over the checksums of long gzip members, where the engine is one that leaves them to others. Default: each
   * decoder computes them itself.
   */
  readonly memberChecks?: MemberChecks;
  /** Takes the path without Node's internals (gzip) or without Node's zstd, as on a Node that lacks them. Default: false. */
  readonly portable?: boolean;
}
