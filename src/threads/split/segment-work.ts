/**
 * What any thread can do for a split file: decode the next stretch that nobody has, and put into one whose place is certain
 * what it has copied from before. Hostile input: a stretch that is not what it seemed is dropped.
 */
import { checksumOf } from '../../codec/gzip/checksum.js';
import { resolveGuesses } from '../../codec/gzip/guessed-window.js';
import { decodeSegment, type MemberEnd } from '../../codec/gzip/segment.js';
import type { ByteSource } from '../../sources/byte-source.js';
import { putChecksums, putSegment, segmentIn, validBytesIn } from './segment-slot.js';
import {
  claimNext,
  giveSlot,
  isClosed,
  move,
  type SegmentSlot,
  type Slots,
  type Split,
  slotAt,
  stage,
  stageOf,
  takeSlot,
} from './split.js';

export class SegmentWork {
  readonly #split: Split;
  readonly #slots: Slots;
  readonly #source: ByteSource;

  /** `source`: the stored bytes, for this thread alone. */
  constructor(split: Split, slots: Slots, source: ByteSource) {
    this.#split = split;
    this.#slots = slots;
    this.#source = source;
  }

  /** Decodes the next stretch; false where there is none, or no memory for one. */
  decodeNext(): boolean {
    const split = this.#split;
    const index = takeSlot(this.#slots);
    if (index === null) return false;
    const segment = claimNext(split);
    if (segment === null) {
      giveSlot(this.#slots, index);
      return false;
    }
    Atomics.store(split.slotOf, segment, index);
    const isDone = this.#decode(segment, slotAt(this.#slots, index));
    if (isDone && move(split, segment, stage.decoding, stage.decoded)) return true;
    move(split, segment, stage.decoding, stage.gone);
    giveSlot(this.#slots, index);
    return true;
  }

  #decode(segment: number, slot: SegmentSlot): boolean {
    const { segmentBytes } = this.#split;
    const from = segment * segmentBytes;
    const read = (target: Uint8Array, positionBytes: number): number => this.#read(segment, target, positionBytes);
    const decoded = decodeSegment({ from, to: from + segmentBytes, read }, slot);
    if (decoded === null) return false;
    putSegment(slot, decoded);
    return true;
  }

  /** Nothing where the stretch is no longer wanted, or cannot be read at once: then it is for the thread in order. */
  #read(segment: number, target: Uint8Array, positionBytes: number): number {
    if (isClosed(this.#split) || stageOf(this.#split, segment) === stage.gone) return 0;
    const read = this.#source.read(Buffer.from(target.buffer, target.byteOffset, target.byteLength), positionBytes);
    if (typeof read === 'number') return read;
    read.catch(() => {});
    return 0;
  }

  /** Resolves this stretch; false where it is not there to be resolved. */
  resolve(segment: number): boolean {
    const split = this.#split;
    if (segment >= split.stages.length || stageOf(split, segment) !== stage.placed) return false;
    if (!move(split, segment, stage.placed, stage.resolving)) return false;
    const index = Atomics.load(split.slotOf, segment);
    const isWhole = resolveSlot(slotAt(this.#slots, index));
    if (isWhole && move(split, segment, stage.resolving, stage.resolved)) return true;
    move(split, segment, stage.resolving, stage.gone);
    giveSlot(this.#slots, index);
    return true;
  }
}

function resolveSlot(slot: SegmentSlot): boolean {
  const { lengthBytes, guessedBytes, ends } = segmentIn(slot);
  const { made, other, window } = slot;
  const guessed = made.subarray(0, guessedBytes);
  if (!resolveGuesses(guessed, other.subarray(0, guessedBytes), window, validBytesIn(slot))) return false;
  const sums = ends.map(({ at }, i) => sumOf(made.subarray(ends[i - 1]?.at ?? 0, at)));
  const last = sumOf(made.subarray(ends.at(-1)?.at ?? 0, lengthBytes));
  putChecksums(slot, { first: sums[0] ?? last, last });
  // The first member began before: its checksum is for the thread in order.
  return ends.slice(1).every(({ checksum }: MemberEnd, i) => checksum === sums[i + 1]);
}

function sumOf(bytes: Uint8Array): number {
  return checksumOf?.(bytes, 0) ?? 0;
}
