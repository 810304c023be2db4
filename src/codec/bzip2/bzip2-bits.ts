/**
 * Bits of a bzip2 input, most significant first, out of a fixed buffer that the input is moved through. Reading past the
 * end of what is there gives zeros and sets `overrun`, so that a parser is written straight down and is simply repeated
 * from where it began when more has come. Zeros end every loop of the format, hence no parser runs away with them.
 */

import { CodecError } from '../codec-error.js';

const capacityBytes = 192 * 1024;
/** Reads touch four bytes at a time. */
const spareBytes = 4;

export class BitQueue {
  readonly bytes = new Uint8Array(capacityBytes + spareBytes);
  /** The next bit, counted from the start of `bytes`. */
  position = 0;
  /** How many bits are there. */
  endPosition = 0;
  overrun = false;
  /** The offset in the input of the first byte in `bytes`. */
  #startBytes = 0;

  /** Takes what fits of `input` and returns how much that was; whole bytes that were read make room. */
  fill(input: Uint8Array): number {
    const readBytes = this.position >>> 3;
    this.bytes.copyWithin(0, readBytes, this.endPosition >>> 3);
    this.#startBytes += readBytes;
    this.position -= readBytes * 8;
    this.endPosition -= readBytes * 8;
    const length = this.endPosition >>> 3;
    const taken = input.subarray(0, capacityBytes - length);
    this.bytes.set(taken, length);
    this.endPosition += taken.length * 8;
    return taken.length;
  }

  get bitsLeft(): number {
    return this.endPosition - this.position;
  }

  get offsetBytes(): number {
    return this.#startBytes + (this.position >>> 3);
  }

  /** The next `count` bits, at most 24. */
  read(count: number): number {
    const { bytes, position } = this;
    if (position + count > this.endPosition) {
      this.overrun = true;
      return 0;
    }
    this.position += count;
    return (bigEndianWord(bytes, position >>> 3) << (position & 7)) >>> (32 - count);
  }

  /** The next 32 bits as an unsigned number. */
  readWord(): number {
    const high = this.read(16);
    return ((high << 16) | this.read(16)) >>> 0;
  }

  skipToByte(): void {
    this.position = (this.position + 7) & ~7;
  }

  damage(message: string): CodecError {
    return new CodecError('corrupt', message, this.offsetBytes);
  }
}

/** Four bytes as a signed word; those behind the end of the array count as zero. */
export function bigEndianWord(bytes: Uint8Array, index: number): number {
  return (
    ((bytes[index] ?? 0) << 24) |
    ((bytes[index + 1] ?? 0) << 16) |
    ((bytes[index + 2] ?? 0) << 8) |
    (bytes[index + 3] ?? 0)
  );
}
