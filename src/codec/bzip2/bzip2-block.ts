/**
 * One block of a bzip2 stream: its tables, its symbols (Huffman codes of a move-to-front list with runs) and the reversal
 * of the Burrows-Wheeler transform. The symbols can be read in pieces, as input comes. Memory is four bytes for each byte
 * of the block, 3.6 MB at most, allocated once; every length and index of hostile input is held against it.
 */

import { CodecError } from '../codec-error.js';
import type { Sink } from '../decoder.js';
import { type BitQueue, bigEndianWord } from './bzip2-bits.js';
import { HuffmanTable, maxCodeBits, maxSymbols } from './bzip2-huffman.js';
import type { Bzip2Output } from './bzip2-output.js';

const groupSymbols = 50;
const maxTables = 6;
const maxSelectors = 2 ** 15;
/** The weight that a run's next digit may have; a longer run fits no block. */
const maxRunWeight = 2 ** 20;
const noCode = 'A bzip2 block holds a code that it does not define.';
const tooLong = 'A bzip2 block is longer than its stream allows.';

export class Bzip2Block {
  #capacity = 0;
  /** The symbols' bytes, and after the reversal in the upper bits where each one's successor is. */
  #entries = new Uint32Array(0);
  #length = 0;
  #origin = 0;
  readonly #tables = Array.from({ length: maxTables }, () => new HuffmanTable());
  readonly #selectors = new Uint8Array(maxSelectors);
  #selectorCount = 0;
  /** The move-to-front list, which starts as the bytes that occur, and how often each byte came. */
  readonly #list = new Uint8Array(256);
  readonly #counts = new Int32Array(256);
  #endSymbol = 0;
  // Where reading the symbols stands.
  #selector = 0;
  #groupLeft = 0;
  #run = 0;
  #runWeight = 1;

  /** Makes room for blocks of `capacity` bytes. */
  resize(capacity: number): void {
    this.#capacity = capacity;
    if (this.#entries.length < capacity) this.#entries = new Uint32Array(capacity);
  }

  /** Reads what stands between the block's checksum and its symbols; returns what is wrong with it, or null. Throws CodecError 'unsupported'. */
  readTables(bits: BitQueue): string | null {
    if (bits.read(1) === 1) {
      throw new CodecError('unsupported', 'A bzip2 block is randomised, as none is since 1997.', bits.offsetBytes);
    }
    this.#origin = bits.read(24);
    const byteCount = this.#readBytesInUse(bits);
    if (byteCount === 0) return 'A bzip2 block uses no byte at all.';
    this.#endSymbol = byteCount + 1;
    const tableCount = bits.read(3);
    if (tableCount < 2 || tableCount > maxTables) return 'A bzip2 block has an impossible number of code tables.';
    if (!this.#readSelectors(bits, tableCount)) return 'A bzip2 block has impossible selectors.';
    for (let table = 0; table < tableCount; table++) {
      if (!this.#readTable(bits, this.#tables[table])) return 'A bzip2 block has an impossible code table.';
    }
    this.#counts.fill(0);
    this.#length = 0;
    this.#selector = 0;
    this.#groupLeft = 0;
    this.#run = 0;
    this.#runWeight = 1;
    return null;
  }

  #readBytesInUse(bits: BitQueue): number {
    const ranges = bits.read(16);
    let count = 0;
    for (let range = 0; range < 16; range++) {
      if ((ranges & (0x8000 >> range)) === 0) continue;
      const used = bits.read(16);
      for (let index = 0; index < 16; index++) {
        if ((used & (0x8000 >> index)) !== 0) this.#list[count++] = range * 16 + index;
      }
    }
    return count;
  }

  #readSelectors(bits: BitQueue, tableCount: number): boolean {
    this.#selectorCount = bits.read(15);
    const order = [0, 1, 2, 3, 4, 5];
    for (let selector = 0; selector < this.#selectorCount; selector++) {
      let index = 0;
      while (bits.read(1) === 1) {
        if (++index >= tableCount) return false;
      }
      const [table = 0] = order.splice(index, 1);
      order.unshift(table);
      this.#selectors[selector] = table;
    }
    return this.#selectorCount > 0;
  }

  #readTable(bits: BitQueue, table: HuffmanTable | undefined): boolean {
    const lengths = codeLengths.subarray(0, this.#endSymbol + 1);
    let length = bits.read(5);
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      while (length >= 1 && length <= maxCodeBits && bits.read(1) === 1) length += bits.read(1) === 0 ? 1 : -1;
      if (length < 1 || length > maxCodeBits) return false;
      lengths[symbol] = length;
    }
    return table?.build(lengths) ?? false;
  }

  /**
   * Reads symbols as far as the bits go; true at the end of the block. Stops where less than the longest code is left:
   * the stream's end, 80 bits, always follows. Throws CodecError.
   */
  readSymbols(bits: BitQueue): boolean {
    const { bytes } = bits;
    const lastStart = bits.endPosition - maxCodeBits;
    let position = bits.position;
    let ended = false;
    let table = this.#tableInUse();
    while (position <= lastStart && !ended) {
      if (this.#groupLeft === 0) {
        if (this.#selector >= this.#selectorCount) throw bits.damage('A bzip2 block has more symbols than selectors.');
        this.#selector++;
        this.#groupLeft = groupSymbols;
        table = this.#tableInUse();
      }
      this.#groupLeft--;
      const ahead = (bigEndianWord(bytes, position >>> 3) << (position & 7)) >>> (32 - maxCodeBits);
      const entry = table.fast[ahead >>> 10] || table.lookUpLong(ahead);
      if (entry === 0) throw bits.damage(noCode);
      position += entry >>> 9;
      const symbol = entry & 511;
      const fits =
        symbol <= 1 ? this.#extendRun(symbol) : this.#endRun() && (symbol === this.#endSymbol || this.#append(symbol));
      if (!fits) throw bits.damage(tooLong);
      ended = symbol === this.#endSymbol;
    }
    bits.position = position;
    return ended;
  }

  /** Reverses the transform and emits the block's bytes; returns their CRC-32, or null where the block points outside itself. */
  emit(output: Bzip2Output, sink: Sink): number | null {
    if (this.#origin >= this.#length) return null;
    const entries = this.#entries;
    const starts = this.#counts;
    let start = 0;
    for (let byte = 0; byte < 256; byte++) {
      const count = starts[byte] ?? 0;
      starts[byte] = start;
      start += count;
    }
    for (let index = 0; index < this.#length; index++) {
      const byte = (entries[index] ?? 0) & 255;
      const place = starts[byte] ?? 0;
      starts[byte] = place + 1;
      entries[place] = (entries[place] ?? 0) | (index << 8);
    }
    return output.emit(entries, this.#origin, this.#length, sink);
  }

  #tableInUse(): HuffmanTable {
    const table = this.#tables[this.#selectors[this.#selector - 1] ?? 0];
    if (!table) throw new RangeError('A selector names no table.');
    return table;
  }

  /** Runs are written in a base of two with the digits 1 and 2, least significant first. */
  #extendRun(digit: number): boolean {
    if (this.#runWeight > maxRunWeight) return false;
    this.#run += this.#runWeight << digit;
    this.#runWeight <<= 1;
    return true;
  }

  #endRun(): boolean {
    if (this.#run === 0) return true;
    const end = this.#length + this.#run;
    if (end > this.#capacity) return false;
    const byte = this.#list[0] ?? 0;
    this.#entries.fill(byte, this.#length, end);
    this.#counts[byte] = (this.#counts[byte] ?? 0) + this.#run;
    this.#length = end;
    this.#run = 0;
    this.#runWeight = 1;
    return true;
  }

  #append(symbol: number): boolean {
    if (this.#length >= this.#capacity) return false;
    const list = this.#list;
    const byte = list[symbol - 1] ?? 0;
    for (let index = symbol - 1; index > 0; index--) list[index] = list[index - 1] ?? 0;
    list[0] = byte;
    this.#counts[byte] = (this.#counts[byte] ?? 0) + 1;
    this.#entries[this.#length++] = byte;
    return true;
  }
}

/** Scratch space: filled and used up within one table. */
const codeLengths = new Uint8Array(maxSymbols);
