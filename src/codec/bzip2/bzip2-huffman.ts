/**
 * The Huffman codes of a bzip2 block: canonical, up to 20 bits, the short ones by a table. Codes that overlap are refused
 * when the table is built; a bit pattern that no code has is reported by its decoder, so every symbol that comes out is one
 * of those that went in.
 */

export const maxCodeBits = 20;
export const maxSymbols = 258;
const fastBits = 10;

export class HuffmanTable {
  /** For the next 10 bits: length << 9 | symbol, or 0 where the code is longer. */
  readonly fast = new Uint16Array(1 << fastBits);
  /** The largest code of each length, and what to subtract from a code to get its place in `symbols`. */
  readonly #largest = new Int32Array(maxCodeBits + 1);
  readonly #base = new Int32Array(maxCodeBits + 1);
  readonly #symbols = new Uint16Array(maxSymbols);

  /** Builds the codes for symbols with these lengths, each from 1 to 20; false where they overlap. */
  build(lengths: Uint8Array): boolean {
    this.fast.fill(0);
    let code = 0;
    let place = 0;
    for (let length = 1; length <= maxCodeBits; length++) {
      this.#base[length] = code - place;
      for (let symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] !== length) continue;
        if (code >= 1 << length) return false;
        this.#symbols[place++] = symbol;
        if (length <= fastBits) this.#fillFast(code, length, symbol);
        code++;
      }
      this.#largest[length] = code - 1;
      code <<= 1;
    }
    return true;
  }

  /** Looks up a code of more than 10 bits at the head of 20; returns length << 9 | symbol, or 0 where there is none. */
  lookUpLong(bits: number): number {
    for (let length = fastBits + 1; length <= maxCodeBits; length++) {
      const code = bits >>> (maxCodeBits - length);
      if (code <= (this.#largest[length] ?? 0)) {
        return (length << 9) | (this.#symbols[code - (this.#base[length] ?? 0)] ?? 0);
      }
    }
    return 0;
  }

  #fillFast(code: number, length: number, symbol: number): void {
    const from = code << (fastBits - length);
    this.fast.fill((length << 9) | symbol, from, from + (1 << (fastBits - length)));
  }
}
