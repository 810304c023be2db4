/**
 * What both gzip paths need to know beyond what zlib tells them: where in the input they stand, whether only padding may
 * follow, and what an error of zlib's means there. zlib reports neither a member's end nor the position of damage, and it
 * stops at a zero byte behind a member whatever comes after it, so hostile padding is looked through here.
 */

import { CodecError } from '../codec-error.js';

const magic = [0x1f, 0x8b] as const;
const badHeader = 'incorrect header check';

/** The input of one gzip decoder. */
export class GzipInput {
  /** Bytes of the input that lie before the ones at hand. */
  offsetBytes = 0;
  #lastByte = 0;
  #padding = false;

  /** Refuses an input that is no gzip at all by its first two bytes, so that a later bad header is known to lie behind a member. */
  checkStart(input: Uint8Array): void {
    for (let index = 0; index < input.length && this.offsetBytes + index < magic.length; index++) {
      if (input[index] !== magic[this.offsetBytes + index]) {
        throw new CodecError('corrupt', 'The input is not gzip.', this.offsetBytes + index);
      }
    }
  }

  /** True once zlib has stopped at a zero byte behind a whole member. */
  get padding(): boolean {
    return this.#padding;
  }

  /** Takes what zlib left over behind the last member, and everything that comes later: only zeros may be there. */
  skipPadding(rest: Uint8Array, offsetBytes: number): void {
    this.#padding = true;
    const garbage = rest.findIndex((byte) => byte !== 0);
    if (garbage >= 0) throw trailingGarbage(offsetBytes + garbage);
  }

  advance(input: Uint8Array): void {
    this.offsetBytes += input.length;
    this.#lastByte = input[input.length - 1] ?? this.#lastByte;
  }

  /** The error for one of zlib's while decoding; zlib tells no position, so the offset is where the call began. */
  damage(cause: { readonly message: string }): CodecError {
    if (cause.message === badHeader) return trailingGarbage(this.offsetBytes, cause);
    return new CodecError('corrupt', `The gzip data is damaged: ${cause.message}.`, this.offsetBytes, { cause });
  }

  /** The error for an input whose end is no member's end; `cause` is what zlib said to the probe, if it said anything. */
  badEnd(cause?: { readonly message: string }): CodecError {
    // One stray byte behind the last member looks like half a header until the probe completes it.
    if (cause?.message === badHeader && this.#lastByte !== magic[0])
      return trailingGarbage(this.offsetBytes - 1, cause);
    const what = this.offsetBytes === 0 ? 'The input is empty.' : 'The gzip data ends inside a member.';
    return new CodecError('truncated', what, this.offsetBytes, { cause });
  }
}

const trailingGarbage = (offsetBytes: number, cause?: unknown): CodecError =>
  new CodecError('corrupt', 'Bytes that are not gzip follow the last gzip member.', offsetBytes, { cause });

/**
 * Written behind the input to learn whether it was complete, which zlib's handle does not tell: a decoder that stands at
 * a member's end leaves a zero alone as padding, one that stands anywhere else takes it.
 */
export const endProbe = new Uint8Array(1);
