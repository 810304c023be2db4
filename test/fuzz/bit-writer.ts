/** Bits as deflate packs them (RFC 1951, 3.1.1): the first one lowest in its byte. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #hold = 0;
  #bits = 0;

  /** Writes so many bits of a number, at most 16, the lowest first. */
  write(value: number, count: number): void {
    this.#hold |= (value & (2 ** count - 1)) << this.#bits;
    this.#bits += count;
    for (; this.#bits >= 8; this.#bits -= 8) {
      this.#bytes.push(this.#hold & 255);
      this.#hold >>>= 8;
    }
  }

  /** Writes a code of a prefix code, its first bit lowest; nothing where there is none. */
  code(code: { readonly bits: number; readonly length: number } | undefined): void {
    if (code !== undefined) this.write(code.bits, code.length);
  }

  /** Fills the byte up. */
  align(): void {
    if (this.#bits > 0) this.write(0, 8 - this.#bits);
  }

  /** All that was written, its last byte filled up. */
  bytes(): Buffer {
    this.align();
    return Buffer.from(this.#bytes);
  }
}
