/** Writes bzip2 streams bit by bit: the tests need blocks that no encoder would write. */

class BitWriter {
  readonly #bits: number[] = [];

  /** Appends the lowest `count` bits of `value`, at most 24, most significant first. */
  put(value: number, count: number): this {
    for (let bit = count - 1; bit >= 0; bit--) this.#bits.push((value >>> bit) & 1);
    return this;
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(this.#bits.length / 8));
    this.#bits.forEach((bit, index) => {
      bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (bit << (7 - (index & 7)));
    });
    return bytes;
  }
}

export interface BlockParts {
  readonly randomised?: boolean;
  readonly origin?: number;
  readonly tables?: number;
  readonly selectors?: readonly number[];
  /** Two-bit symbols of a block whose one byte is 0: run digits 0 and 1, the end 2; 3 is no code. */
  readonly symbols: readonly number[];
  /** Steps of each first code length that go up and down again and lead nowhere. */
  readonly detours?: number;
}

/** A stream of one block at level 9, with checksums of zero, and the stream's end. */
export function bzip2Stream(parts: BlockParts): Uint8Array {
  const { origin = 0, tables = 2, selectors = [0], symbols, detours = 0 } = parts;
  const out = new BitWriter().put(0x425a68, 24).put(0x39, 8).put(0x314159, 24).put(0x265359, 24).put(0, 16).put(0, 16);
  out
    .put(parts.randomised ? 1 : 0, 1)
    .put(origin, 24)
    .put(0x8000, 16)
    .put(0x8000, 16);
  out.put(tables, 3).put(selectors.length, 15);
  for (const selector of selectors) out.put((1 << (selector + 1)) - 2, selector + 1);
  for (let table = 0; table < tables; table++) {
    out.put(2, 5);
    for (let detour = 0; detour < detours; detour++) out.put(0b1011, 4);
    out.put(0, 3);
  }
  for (const symbol of symbols) out.put(symbol, 2);
  return out.put(0x177245, 24).put(0x385090, 24).put(0, 16).put(0, 16).bytes();
}
