/**
 * The last stage of bzip2: undoes the run-length coding of a block's bytes, computes the block's checksum and passes the
 * bytes on in full buffers. A block of 900,000 bytes can unfold to 46 million, so nothing here is sized by a block.
 */

import type { Sink } from '../decoder.js';
import { giveOutputBuffer, takeOutputBuffer } from '../output-buffers.js';

/** After this many equal bytes the next one is a count of how many more follow. */
const runStart = 4;

export class Bzip2Output {
  readonly #buffer = takeOutputBuffer();
  #released = false;

  /**
   * Emits the `length` bytes that `entries` links together (each with its successor in the upper 24 bits), beginning at
   * the successor of `origin`; returns their CRC-32.
   */
  emit(entries: Uint32Array, origin: number, length: number, sink: Sink): number {
    const buffer = this.#buffer;
    const roomForRun = buffer.length - 255;
    let filled = 0;
    let checksum = 0xffffffff;
    let equal = 0;
    let previous = -1;
    let next = (entries[origin] ?? 0) >>> 8;
    for (let left = length; left > 0; left--) {
      const entry = entries[next] ?? 0;
      const byte = entry & 255;
      next = entry >>> 8;
      if (equal === runStart) {
        buffer.fill(previous, filled, filled + byte);
        filled += byte;
        equal = 0;
        previous = -1;
      } else {
        buffer[filled++] = byte;
        equal = byte === previous ? equal + 1 : 1;
        previous = byte;
      }
      if (filled >= roomForRun || left === 1) {
        const bytes = buffer.subarray(0, filled);
        checksum = updateChecksum(checksum, bytes);
        if (filled > 0) sink(bytes);
        filled = 0;
      }
    }
    return ~checksum >>> 0;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    giveOutputBuffer(this.#buffer);
  }
}

/** bzip2 takes the CRC-32 most significant bit first, which is not the one of gzip that zlib computes. */
const checksumTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value;
});

function updateChecksum(checksum: number, bytes: Uint8Array): number {
  let value = checksum;
  for (let index = 0; index < bytes.length; index++) {
    value = (value << 8) ^ (checksumTable[(value >>> 24) ^ (bytes[index] ?? 0)] ?? 0);
  }
  return value;
}
