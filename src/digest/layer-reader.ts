/**
 * The inside of a layer, from its stored bytes: decompression, digest of the tar bytes, scan of the tar, in one pass.
 * A failure ends the looking-in and is kept; the caller goes on hashing the stored bytes. Hostile input: bombs are
 * bounded by `limits`, by what a compressed byte may become.
 */
import { LayerScan } from '../archive/layer-scan.js';
import { CodecError, createDecoder, type Decoder, detectCodec } from '../codec/decoder.js';
import type { Algorithm } from '../model/digest.js';
import { limits } from '../model/limits.js';
import type { Compression } from '../model/media-type.js';
import { Hashers } from './hasher.js';
import type { LayerObservation } from './observation.js';
import { acquireLargeWindow, type WorkContext } from './work-context.js';

type Failure = Extract<LayerObservation, { ok: false }>;

export class LayerReader {
  readonly compression: Compression;
  readonly #decoder: Decoder | null;
  readonly #hashers: Hashers;
  readonly #scan = new LayerScan();
  #inBytes = 0;
  #outBytes = 0;
  #failure: Failure | null = null;

  private constructor(compression: Compression, decoder: Decoder | null, hashers: Hashers) {
    this.compression = compression;
    this.#decoder = decoder;
    this.#hashers = hashers;
  }

  /** Opens the reader that the first bytes ask for; a promise where a decoder has to be loaded first. */
  static open(
    first: Uint8Array,
    algorithms: readonly Algorithm[],
    context: WorkContext,
  ): LayerReader | Promise<LayerReader> {
    const codec = detectCodec(first);
    const hashers = new Hashers(context.engine, algorithms);
    if (codec === null) return new LayerReader('none', null, hashers);
    const decoder = createDecoder(codec, { acquireLargeWindow: () => acquireLargeWindow(context.control) });
    if (decoder instanceof Promise) return decoder.then((loaded) => new LayerReader(codec, loaded, hashers));
    return new LayerReader(codec, decoder, hashers);
  }

  /** Whether `write` may return before it is done with the bytes. */
  get asynchronous(): boolean {
    return this.#decoder?.asynchronous ?? false;
  }

  write(bytes: Buffer): void | Promise<void> {
    this.#inBytes += bytes.length;
    if (this.#failure !== null) return;
    if (this.#decoder === null) return this.#take(bytes);
    return this.#guard(() => this.#decoder?.write(bytes, this.#sink));
  }

  /** The verdict on the layer, after its last byte. */
  finish(): LayerObservation | Promise<LayerObservation> {
    const ended = this.#failure === null ? this.#guard(() => this.#decoder?.end(this.#sink)) : undefined;
    return ended instanceof Promise ? ended.then(() => this.#result()) : this.#result();
  }

  close(): void {
    this.#decoder?.close();
  }

  #result(): LayerObservation {
    this.close();
    return (
      this.#failure ?? {
        ok: true,
        diffIds: this.#hashers.digests(),
        sizeBytes: this.#outBytes,
        tar: this.#scan.finish(),
      }
    );
  }

  readonly #sink = (bytes: Uint8Array): void => {
    this.#take(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (isBomb(this.#inBytes, this.#outBytes)) {
      throw new CodecError('limit', `expansionRatio: ${this.#inBytes} bytes became ${this.#outBytes}`, this.#inBytes);
    }
  };

  #take(bytes: Buffer): void {
    this.#outBytes += bytes.length;
    this.#hashers.update(bytes);
    this.#scan.push(bytes);
  }

  #guard(work: () => void | Promise<void>): void | Promise<void> {
    try {
      const result = work();
      return result instanceof Promise ? result.catch((error: unknown) => this.#fail(error)) : undefined;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!(error instanceof CodecError)) throw error;
    this.#failure = { ok: false, limit: error.code === 'limit', detail: error.message, offsetBytes: error.offsetBytes };
    this.close();
  }
}

/** Whether so much output of so little input is no longer followed. */
export function isBomb(inBytes: number, outBytes: number): boolean {
  return outBytes > limits.freeExpansionBytes && outBytes > inBytes * limits.expansionRatio;
}
