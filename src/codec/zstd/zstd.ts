/**
 * zstd: every frame of the input, skippable ones passed over. The frame walker judges the structure and hands on the bytes
 * of each frame; an engine decodes them and checks the content checksum: Node's own zstd where it has one, else
 * WebAssembly. This module counts the content against the declared size and sees to it that a window of more than 8 MiB
 * is asked for before it is allocated, and let go before it is given back.
 */

import { CodecError, type CodecErrorCode } from '../codec-error.js';
import type { Decoder, Sink } from '../decoder.js';
import { frameStartBytes, readFrameStart } from './zstd-dictionary.js';
import type { ZstdFrame } from './zstd-frame-header.js';
import { ZstdFrameWalker } from './zstd-frames.js';

/** Frames with windows up to this size are decoded without asking: what `zstd` uses at its usual levels. */
const freeWindowBytes = 8 * 1024 * 1024;

/** Decodes frames whose structure was checked. A throw leaves it unusable but for `close`. */
export interface ZstdEngine {
  /** Decodes some bytes of a frame, all of them; throws ZstdEngineError. */
  decode(bytes: Uint8Array, sink: Sink): void;
  /** Releases the window and everything else. */
  close(): void;
}

/** Why an engine refuses a frame; the decoder adds the place. */
export class ZstdEngineError extends Error {
  readonly code: CodecErrorCode;

  constructor(code: CodecErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'ZstdEngineError';
    this.code = code;
  }
}

/** The decoder over any engine; `open` makes one, at the first frame and after each that had a large window. */
export class ZstdDecoder implements Decoder {
  readonly asynchronous = false;
  readonly #open: () => ZstdEngine;
  readonly #acquireLargeWindow: () => () => void;
  readonly #walker = new ZstdFrameWalker({
    frameStart: (frame) => this.#frameStart(frame),
    frameBytes: (bytes, offsetBytes) => this.#frameBytes(bytes, offsetBytes),
    frameEnd: (frame) => this.#frameEnd(frame),
  });
  #engine: ZstdEngine | undefined;
  #releaseLargeWindow: (() => void) | undefined;
  #frame: ZstdFrame | undefined;
  #decodedBytes = 0;
  /** The beginning of the frame, for when it is refused. */
  #start: Uint8Array | undefined;
  #startBytes = 0;
  #sink: Sink = () => {};

  constructor(open: () => ZstdEngine, acquireLargeWindow: () => () => void = () => () => {}) {
    this.#open = open;
    this.#acquireLargeWindow = acquireLargeWindow;
  }

  write(input: Uint8Array, sink: Sink): void {
    this.#sink = sink;
    this.#walker.walk(input);
  }

  end(): void {
    this.#walker.end();
  }

  close(): void {
    this.#closeEngine();
  }

  #frameStart(frame: ZstdFrame): void {
    this.#frame = frame;
    this.#decodedBytes = 0;
    this.#startBytes = 0;
    if (frame.windowBytes > freeWindowBytes) this.#releaseLargeWindow = this.#acquireLargeWindow();
  }

  #frameBytes(bytes: Uint8Array, offsetBytes: number): void {
    if (this.#startBytes < frameStartBytes) this.#keepStart(bytes);
    try {
      this.#engine ??= this.#open();
      this.#engine.decode(bytes, this.#emit);
    } catch (error) {
      if (!(error instanceof ZstdEngineError)) throw error;
      if (error.code === 'corrupt' && this.#takesWhatStandsBefore()) throw dictionaryError(offsetBytes, error);
      throw new CodecError(error.code, `The zstd data cannot be decoded: ${error.message}.`, offsetBytes, {
        cause: error,
      });
    }
  }

  #keepStart(bytes: Uint8Array): void {
    this.#start ??= new Uint8Array(frameStartBytes);
    const kept = bytes.subarray(0, frameStartBytes - this.#startBytes);
    this.#start.set(kept, this.#startBytes);
    this.#startBytes += kept.length;
  }

  #takesWhatStandsBefore(): boolean {
    return this.#start !== undefined && readFrameStart(this.#start.subarray(0, this.#startBytes)).before;
  }

  readonly #emit: Sink = (bytes) => {
    this.#decodedBytes += bytes.length;
    const declared = this.#frame?.contentBytes ?? null;
    // Judged as it comes: a frame that declares little and unfolds to much is stopped early.
    if (declared !== null && this.#decodedBytes > declared) throw this.#wrongSize(declared, 'more');
    this.#sink(bytes);
  };

  #frameEnd(frame: ZstdFrame): void {
    if (frame.contentBytes !== null && this.#decodedBytes !== frame.contentBytes)
      throw this.#wrongSize(frame.contentBytes, 'fewer');
    if (this.#releaseLargeWindow) this.#closeEngine();
  }

  #wrongSize(declared: number, relation: 'more' | 'fewer'): CodecError {
    const message = `A zstd frame declares ${declared} bytes of content and holds ${relation}.`;
    return new CodecError('corrupt', message, this.#frame?.offsetBytes ?? 0);
  }

  #closeEngine(): void {
    this.#engine?.close();
    this.#engine = undefined;
    this.#releaseLargeWindow?.();
    this.#releaseLargeWindow = undefined;
  }
}

function dictionaryError(offsetBytes: number, cause: ZstdEngineError): CodecError {
  const message =
    'A zstd frame takes what stands before its start: it needs a dictionary, which is not there, or it is damaged.';
  return new CodecError('unsupported', message, offsetBytes, { cause, mayBeDamage: true });
}
