/**
 * The life of a decoder, once for all codecs: open, then ended, failed or closed, and never back. Whatever throws inside
 * (the codec, or the caller's sink) releases the native memory at once, so that a caller who forgets `close` after an
 * error leaks nothing. Calls that overlap are the caller's mistake and are refused, since they would mix up the bytes.
 */

import type { Decoder, Sink } from './decoder.js';

type State = 'open' | 'busy' | 'ended' | 'failed' | 'closed';

/** Wraps the bare decoder of one codec; throws TypeError when called out of turn. */
export class GuardedDecoder implements Decoder {
  readonly #inner: Decoder;
  #state: State = 'open';

  constructor(inner: Decoder) {
    this.#inner = inner;
  }

  get asynchronous(): boolean {
    return this.#inner.asynchronous;
  }

  get inputPlace(): Buffer | null {
    return this.#inner.inputPlace ?? null;
  }

  write(input: Uint8Array, sink: Sink): void | Promise<void> {
    return this.#run('open', () => this.#inner.write(input, sink));
  }

  end(sink: Sink): void | Promise<void> {
    return this.#run('ended', () => this.#inner.end(sink));
  }

  close(): void {
    const before = this.#state;
    if (before === 'closed' || before === 'failed') return;
    this.#state = 'closed';
    // Native memory must not vanish under a call that is still decoding into it: that call releases it when it returns.
    if (before !== 'busy') this.#inner.close();
  }

  #run(next: State, step: () => void | Promise<void>): void | Promise<void> {
    if (this.#state !== 'open') throw new TypeError(`The decoder is ${this.#state}; it takes no further call.`);
    this.#state = 'busy';
    try {
      const pending = step();
      if (!(pending instanceof Promise)) {
        this.#leave(next);
        return;
      }
      return pending.then(
        () => this.#leave(next),
        (error: unknown) => this.#fail(error),
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  #leave(next: State): void {
    if (this.#state === 'busy') this.#state = next;
    else this.#inner.close();
  }

  #fail(error: unknown): never {
    if (this.#state === 'busy') this.#state = 'failed';
    this.#inner.close();
    throw error;
  }
}
