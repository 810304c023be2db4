/**
 * What goes into the decoders of one job and what comes out, so that a small input that unfolds without end is given
 * up. One count for all that a job decodes: in an archive that is compressed as a whole, a layer unfolds a second time.
 */
import { CodecError } from '../codec/codec-error.js';
import { type Limits, limitMessage } from '../model/limits.js';

/** How much a small input may become. */
export type ExpansionLimits = Pick<Limits, 'freeExpansionBytes' | 'expansionRatio' | 'archiveExpansionBytes'>;

const lookBytes = 64 * 1024 * 1024;

export class Expansion {
  readonly #limits: ExpansionLimits;
  readonly #look: () => void;
  readonly #account: (bytes: number) => number;
  #inBytes = 0;
  #outBytes = 0;
  #nextLookBytes = lookBytes;

  /**
   * `look`: called now and then while much comes out of little; a throw ends the decoding. `account`: takes the bytes of
   * each piece and returns those of the whole archive. Default: the job is all of its archive.
   */
  constructor(
    limits: ExpansionLimits,
    look: () => void = () => {},
    account: ((bytes: number) => number) | null = null,
  ) {
    this.#account = account ?? (() => this.#outBytes);
    this.#limits = limits;
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
      const { expansionRatio, freeExpansionBytes } = this.#limits;
      const found = `${this.#inBytes} bytes became ${this.#outBytes}, freeExpansionBytes is ${freeExpansionBytes}`;
      throw new CodecError('limit', limitMessage('expansionRatio', expansionRatio, found), this.#inBytes);
    }
    const { archiveExpansionBytes } = this.#limits;
    if (this.#account(bytes) > archiveExpansionBytes) {
      throw new CodecError('limit', archiveDetail(archiveExpansionBytes), this.#inBytes);
    }
    if (this.#outBytes < this.#nextLookBytes) return;
    this.#nextLookBytes = this.#outBytes + lookBytes;
    this.#look();
  }
}

/** What is said of an archive whose layers together become too much. */
export function archiveDetail(archiveExpansionBytes: number): string {
  return limitMessage('archiveExpansionBytes', archiveExpansionBytes, 'all layers of the archive become more bytes');
}

/** Whether so much output of so little input is no longer followed. */
export function isBomb(
  inBytes: number,
  outBytes: number,
  { freeExpansionBytes, expansionRatio }: Omit<ExpansionLimits, 'archiveExpansionBytes'>,
): boolean {
  return outBytes > freeExpansionBytes && outBytes > inBytes * expansionRatio;
}
