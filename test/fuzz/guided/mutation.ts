/**
 * Changes of an input, in one buffer that is used again: a few of them at once, each a thing that readers stumble over
 * (a bit, a number near a bound, a word of the code, a piece that is missing, doubled, moved, or from another input).
 */
import type { Chance } from './chance.js';

const telling = [
  0, 1, 0x7f, 0x80, 0xff, 0x100, 0x1ff, 0x200, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
];
const mostChanges = 8;

export class Mutator {
  /** Holds the last input that was made. */
  readonly bytes: Buffer;
  readonly #chance: Chance;
  readonly #words: readonly Buffer[];
  readonly #other: () => Buffer;
  #length = 0;

  /** `other`: some input of the corpus. */
  constructor(maxBytes: number, chance: Chance, words: readonly Buffer[], other: () => Buffer) {
    this.bytes = Buffer.alloc(maxBytes);
    this.#chance = chance;
    this.#words = words;
    this.#other = other;
  }

  /** Puts a changed `input` into `bytes`; returns its length. */
  change(input: Buffer): number {
    this.#length = input.copy(this.bytes);
    // Few changes are likelier: each of them has to fit what the code looks for.
    const changes = 1 + Math.min(this.#chance.below(mostChanges), this.#chance.below(mostChanges));
    for (let done = 0; done < changes; done++) this.#step();
    return this.#length;
  }

  #step(): void {
    const { bytes } = this;
    const chance = this.#chance;
    const length = this.#length;
    const at = chance.below(length);
    switch (chance.below(14)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8));
        break;
      case 1:
        bytes[at] = chance.word();
        break;
      case 2:
        bytes[at] = (bytes[at] ?? 0) + chance.below(71) - 35;
        break;
      case 3:
        this.#number(at);
        break;
      case 4:
        this.#remove(at, this.#size(length - at));
        break;
      case 5:
        this.#insert(at, this.#size(length - at), at);
        break;
      case 6:
        bytes.copyWithin(chance.below(length), at, at + this.#size(length - at));
        break;
      case 7:
        this.#put(chance.below(length + 1), this.#word(), true);
        break;
      case 8:
        this.#put(at, this.#word(), false);
        break;
      case 9:
        bytes.fill(chance.word() & 255, at, at + this.#size(length - at));
        break;
      case 10:
        this.#insert(at, 1 + chance.below(4), chance.below(length));
        break;
      case 11:
        this.#digit(at);
        break;
      case 12:
        this.#piece(at);
        break;
      default:
        this.#join(at);
    }
  }

  /** Some bytes of another input. */
  #piece(at: number): void {
    const other = this.#other();
    const from = this.#chance.below(other.length);
    this.#put(at, other.subarray(from, from + this.#size(other.length - from)), this.#chance.below(2) === 0);
  }

  /** The start of one, the end of another. */
  #join(at: number): void {
    const other = this.#other();
    this.#length = at;
    this.#put(at, other.subarray(this.#chance.below(other.length)), true);
  }

  /** Short pieces are likelier than long ones. */
  #size(most: number): number {
    return 1 + this.#chance.below(Math.min(most, 1 << this.#chance.below(11)));
  }

  #word(): Buffer {
    return this.#words.length === 0 ? this.#other() : this.#chance.pick(this.#words);
  }

  #number(at: number): void {
    const width = 1 << this.#chance.below(3);
    if (at + width > this.#length) return;
    const value = this.#chance.pick(telling) & (width === 4 ? -1 : (1 << (8 * width)) - 1);
    if (this.#chance.below(2) === 0) this.bytes.writeUIntLE(value >>> 0, at, width);
    else this.bytes.writeUIntBE(value >>> 0, at, width);
  }

  /** The next number in digits: another one. */
  #digit(from: number): void {
    for (let at = from; at < Math.min(from + 32, this.#length); at++) {
      const byte = this.bytes[at] ?? 0;
      if (byte < 0x30 || byte > 0x39) continue;
      this.bytes[at] = 0x30 + this.#chance.below(10);
      if (this.#chance.below(2) === 0) return;
    }
  }

  #remove(at: number, size: number): void {
    this.bytes.copyWithin(at, at + size, this.#length);
    this.#length = Math.max(0, this.#length - size);
  }

  /** Makes room at a place, and fills it with what stands at another. */
  #insert(at: number, size: number, from: number): void {
    if (this.#length + size > this.bytes.length) return;
    this.bytes.copyWithin(at + size, at, this.#length);
    this.#length += size;
    this.bytes.copyWithin(at, from, from + size);
  }

  /** Writes a piece over what is there, or between. */
  #put(at: number, piece: Buffer, between: boolean): void {
    const size = Math.min(piece.length, this.bytes.length - at);
    if (between) {
      const end = Math.min(this.#length + size, this.bytes.length);
      this.bytes.copyWithin(at + size, at, this.#length);
      this.#length = end;
    }
    piece.copy(this.bytes, at, 0, size);
    this.#length = Math.max(this.#length, at + size);
  }
}
