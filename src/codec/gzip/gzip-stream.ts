/**
 * gzip on zlib's public stream, for a Node whose zlib handle is not the one we know. Slower, and asynchronous, but with
 * the same answers: the input goes in piece by piece, each piece is waited for, and the decoded chunks are pulled as they
 * come, so that at most a chunk or two exist at a time whatever the ratio of compression.
 */

import { createGunzip } from 'node:zlib';
import type { Decoder, Sink } from '../decoder.js';
import { outputBufferBytes } from '../output-buffers.js';
import { endProbe, GzipInput } from './gzip-input.js';
import { ZlibError } from './zlib-handle.js';

const discard: Sink = () => {};

type Outcome = 'taken' | 'ended';

export class GzipStreamDecoder implements Decoder {
  readonly asynchronous = true;
  readonly #stream = createGunzip({ chunkSize: outputBufferBytes });
  readonly #input = new GzipInput();
  #sink: Sink = discard;
  #settle: { resolve(outcome: Outcome): void; reject(error: unknown): void } | undefined;

  constructor() {
    this.#stream.on('readable', () => this.#drain());
    this.#stream.on('end', () => this.#settle?.resolve('ended'));
    this.#stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#settle?.reject(new ZlibError(error.message, error.code ?? ''));
    });
  }

  async write(input: Uint8Array, sink: Sink): Promise<void> {
    if (!this.#input.padding && input.length > 0) await this.#decode(input, sink);
    else if (this.#input.padding) this.#input.skipPadding(input, this.#input.offsetBytes);
    this.#input.advance(input);
  }

  async #decode(input: Uint8Array, sink: Sink): Promise<void> {
    this.#input.checkStart(input);
    const outcome = await this.#push(input, sink).catch((error: unknown) => {
      throw error instanceof ZlibError ? this.#input.damage(error) : error;
    });
    if (outcome === 'taken') return;
    const consumed = this.#stream.bytesWritten - this.#input.offsetBytes;
    this.#input.skipPadding(input.subarray(consumed), this.#stream.bytesWritten);
  }

  async end(): Promise<void> {
    if (this.#input.padding) return;
    const outcome = await this.#push(endProbe, discard).catch((error: unknown) => {
      throw error instanceof ZlibError ? this.#input.badEnd(error) : error;
    });
    if (outcome !== 'ended' || this.#stream.bytesWritten !== this.#input.offsetBytes) throw this.#input.badEnd();
  }

  close(): void {
    this.#sink = discard;
    this.#stream.destroy();
  }

  /** Settles when zlib has used up `input`, or has ended and wants no more; every byte was emitted by then. */
  #push(input: Uint8Array, sink: Sink): Promise<Outcome> {
    this.#sink = sink;
    return new Promise<Outcome>((resolve, reject) => {
      this.#settle = { resolve, reject };
      // An error given here is told by the error event as well.
      this.#stream.write(input, (error) => {
        if (!error && this.#drain()) resolve('taken');
      });
    });
  }

  /** Emits what is ready; false where the sink threw, which then is how the call fails. */
  #drain(): boolean {
    try {
      for (let chunk = this.#stream.read(); chunk !== null; chunk = this.#stream.read()) this.#sink(chunk);
      return true;
    } catch (error) {
      this.#sink = discard;
      this.#settle?.reject(error);
      return false;
    }
  }
}
