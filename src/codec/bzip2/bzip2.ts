/**
 * bzip2: all streams of the input, one after another (pbzip2 writes one per block), with the checksum of each block and
 * of each stream. It is our own since no package would do: the pure JavaScript ones decode a block into one array of
 * numbers (800 MB for 79 hostile bytes) or accept truncated input, the WebAssembly ones want the whole file at once.
 * The randomised blocks of bzip2 before 0.9.5 are refused.
 */

import { CodecError } from '../codec-error.js';
import type { Decoder, Sink } from '../decoder.js';
import { BitQueue } from './bzip2-bits.js';
import { Bzip2Block } from './bzip2-block.js';
import { Bzip2Output } from './bzip2-output.js';

const magic = [0x42, 0x5a, 0x68] as const;
const blockMagic = [0x314159, 0x265359] as const;
const endMagic = [0x177245, 0x385090] as const;
const blockSizeUnit = 100_000;
/** The shortest thing between blocks: the stream's end. */
const endBits = 80;
/** The selectors and tables of no sensible block take half of this. */
const maxTablesBits = 64 * 1024 * 8;

type Phase = 'stream' | 'block' | 'symbols';

export class Bzip2Decoder implements Decoder {
  readonly asynchronous = false;
  readonly #bits = new BitQueue();
  readonly #block = new Bzip2Block();
  readonly #output = new Bzip2Output();
  #phase: Phase = 'stream';
  /** A block's tables are read in one go, and tried again only when twice as much is there. */
  #bitsWanted = endBits;
  #blockChecksum = 0;
  #streamChecksum = 0;
  #streams = 0;

  write(input: Uint8Array, sink: Sink): void {
    for (let from = 0; from < input.length; ) {
      from += this.#bits.fill(input.subarray(from));
      while (this.#step(sink));
    }
  }

  end(sink: Sink): void {
    // No more will come: what waited for more is tried with what there is.
    this.#bitsWanted = endBits;
    while (this.#step(sink)) this.#bitsWanted = endBits;
    if (this.#streams === 0 && this.#bits.bitsLeft === 0 && this.#phase === 'stream') {
      throw new CodecError('truncated', 'The input is empty.', 0);
    }
    if (this.#phase !== 'stream' || this.#bits.bitsLeft > 0) {
      throw new CodecError('truncated', 'The bzip2 data ends inside a stream.', this.#bits.offsetBytes);
    }
  }

  close(): void {
    this.#output.release();
  }

  /** Takes one step of the format; false where more input is needed. */
  #step(sink: Sink): boolean {
    switch (this.#phase) {
      case 'stream':
        return this.#startStream();
      case 'block':
        return this.#startBlockOrEnd();
      case 'symbols':
        if (!this.#block.readSymbols(this.#bits)) return false;
        this.#endBlock(sink);
        return true;
    }
  }

  #startStream(): boolean {
    const bits = this.#bits;
    const from = bits.position;
    for (const byte of magic) {
      if (bits.bitsLeft < 8) return this.#waitAt(from);
      if (bits.read(8) !== byte) throw this.#noStream();
    }
    if (bits.bitsLeft < 8) return this.#waitAt(from);
    const level = bits.read(8) - 0x30;
    if (level < 1 || level > 9) throw this.#noStream();
    this.#block.resize(level * blockSizeUnit);
    this.#streams++;
    this.#streamChecksum = 0;
    this.#phase = 'block';
    return true;
  }

  #waitAt(position: number): false {
    this.#bits.position = position;
    return false;
  }

  #noStream(): CodecError {
    const message = 'Bytes that are not bzip2 follow the last bzip2 stream.';
    return this.#bits.damage(this.#streams === 0 ? 'The input is not bzip2.' : message);
  }

  #startBlockOrEnd(): boolean {
    const bits = this.#bits;
    if (bits.bitsLeft < this.#bitsWanted) return false;
    const from = bits.position;
    const available = bits.bitsLeft;
    bits.overrun = false;
    const fault = this.#readHeader();
    if (bits.overrun) {
      if (available >= maxTablesBits) throw bits.damage('A bzip2 block has code tables without end.');
      this.#bitsWanted = Math.min(available * 2, maxTablesBits);
      return this.#waitAt(from);
    }
    if (fault) throw bits.damage(fault);
    this.#bitsWanted = endBits;
    return true;
  }

  /** Reads a block's header or the stream's end; returns what is wrong with it, which means nothing after an overrun. */
  #readHeader(): string | null {
    const bits = this.#bits;
    const [high, low] = [bits.read(24), bits.read(24)];
    const checksum = bits.readWord();
    if (high === endMagic[0] && low === endMagic[1]) {
      if (checksum !== this.#streamChecksum) return 'A bzip2 stream does not match its checksum.';
      bits.skipToByte();
      this.#phase = 'stream';
      return null;
    }
    if (high !== blockMagic[0] || low !== blockMagic[1]) return 'A bzip2 block does not begin as one.';
    const fault = this.#block.readTables(bits);
    this.#blockChecksum = checksum;
    if (!fault && !bits.overrun) this.#phase = 'symbols';
    return fault;
  }

  #endBlock(sink: Sink): void {
    const checksum = this.#block.emit(this.#output, sink);
    if (checksum === null) throw this.#bits.damage('A bzip2 block begins outside itself.');
    if (checksum !== this.#blockChecksum) throw this.#bits.damage('A bzip2 block does not match its checksum.');
    this.#streamChecksum = (((this.#streamChecksum << 1) | (this.#streamChecksum >>> 31)) ^ checksum) >>> 0;
    this.#phase = 'block';
  }
}
