/**
 * What goes into the decoders of one job and what comes out, so that a small input that unfolds without end is given
 * up. One count for all that a job decodes: in an archive that is compressed as a whole, a layer unfolds a second time.
 */
import { CodecError } from '../codec/decoder.js';
import { limits } from '../model/limits.js';

/** How much a small input may become. */
export type ExpansionLimits = Readonly<Record<'freeExpansionBytes' | 'expansionRatio', number>>;

const lookBytes = 64 * 1024 * 1024;

export class Expansion {
  readonly #limits: ExpansionLimits;
  readonly #look: () => void;
  #inBytes = 0;
  #outBytes = 0;
  #nextLookBytes = lookBytes;

  /** `look`: called now and then while much comes out of little; a throw ends the decoding. */
  constructor(expansionLimits: ExpansionLimits = limits, look: () => void = () => {}) {
    this.#limits = expansionLimits;
    this.#look = look;
  }

  /** Bytes that all decoders have emitted. */
  get outBytes(): number {
    return this.#outBytes;
  }

  /** Bytes were read that are handed to a decoder. */
  feed(bytes: number): void {
    this.#inBytes += bytes;
  }

  /** Bytes came out of a decoder. Throws CodecError `limit` where they are too many for what went in. */
  emit(bytes: number): void {
    this.#outBytes += bytes;
    if (isBomb(this.#inBytes, this.#outBytes, this.#limits)) {
      const message = `expansionRatio: ${this.#inBytes} bytes became ${this.#outBytes}`;
      throw new CodecError('limit', message, this.#inBytes);
    }
    if (this.#outBytes < this.#nextLookBytes) return;
    this.#nextLookBytes = this.#outBytes + lookBytes;
    this.#look();
  }
}

/** Whether so much output of so little input is no longer followed. */
export function isBomb(inBytes: number, outBytes: number, expansionLimits: ExpansionLimits = limits): boolean {
  const { freeExpansionBytes, expansionRatio } = expansionLimits;
  return outBytes > freeExpansionBytes && outBytes > inBytes * expansionRatio;
}
