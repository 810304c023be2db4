/**
 * A split file decoded by threads that take turns in this one: in front of each step of the one in order, chance says what the
 * helpers do, so that every order in which real threads may come can come here, the same each time.
 */
import { CodecError } from '../../../src/codec/codec-error.js';
import type { CertainPlace, DecodedAhead, SegmentAhead } from '../../../src/codec/gzip/split-gzip.js';
import { openSplitDecoder } from '../../../src/codec/gzip/split-gzip.js';
import type { ByteSource } from '../../../src/sources/byte-source.js';
import { SegmentWork } from '../../../src/threads/split/segment-work.js';
import {
  claimNext,
  closeSplit,
  countHelper,
  createSlots,
  createSplit,
  loseHelper,
  reachedSegment,
  takeSlot,
} from '../../../src/threads/split/split.js';
import { ThreadInOrder } from '../../../src/threads/split/thread-in-order.js';
import type { SeededRandom } from '../../helpers/seeded-random.js';

/** How a file is split. */
export interface InTurns {
  readonly segmentBytes: number;
  readonly helpers: number;
  readonly slots: number;
  readonly random: SeededRandom;
  /** So many stretches are in the hands of threads that are lost, and so are their slots. */
  readonly lost?: number;
}

export interface SplitOutcome {
  /** Null where the decoder said that something is wrong. */
  readonly content: Buffer | null;
  readonly takenSegments: number;
  /** Slots that nobody has given back. */
  readonly heldSlots: number;
  /** What was read to decode ahead. */
  readonly readBytes: number;
}

/** Decodes a whole file, handed over in pieces of so many bytes. */
export function decodeInTurns(file: Buffer, pieceBytes: number, turns: InTurns): SplitOutcome {
  const split = createSplit(file.length, turns.segmentBytes, false);
  const slots = createSlots(turns.slots, turns.segmentBytes);
  const counted = { readBytes: 0 };
  const works = Array.from({ length: turns.helpers + 1 }, () => new SegmentWork(split, slots, sourceOf(file, counted)));
  for (let i = 0; i < turns.helpers; i++) countHelper(split, 1);
  const inOrder = new ThreadInOrder(split, slots, works[0] as SegmentWork, () => {});
  for (let i = 0; i < (turns.lost ?? 0); i++) {
    takeSlot(slots);
    claimNext(split);
    loseHelper(slots);
  }
  const ahead = new Turns(inOrder, works.slice(1), turns.random, () => reachedSegment(split));
  const decoder = openSplitDecoder(ahead);
  if (decoder === null) throw new TypeError('no kernel here');
  const made: Buffer[] = [];
  const sink = (bytes: Uint8Array): void => {
    made.push(Buffer.from(bytes));
  };
  const outcome = (content: Buffer | null): SplitOutcome => {
    closeSplit(split, slots);
    const heldSlots = slots.taken.reduce((sum, held) => sum + held, 0);
    return { content, takenSegments: inOrder.takenSegments, heldSlots, ...counted };
  };
  try {
    for (let at = 0; at < file.length; at += pieceBytes) decoder.write(file.subarray(at, at + pieceBytes), sink);
    decoder.end(sink);
    return outcome(Buffer.concat(made));
  } catch (error) {
    if (error instanceof CodecError) return outcome(null);
    throw error;
  } finally {
    decoder.close();
  }
}

function sourceOf(file: Buffer, counted: { readBytes: number }): ByteSource {
  return {
    sizeBytes: file.length,
    seekable: true,
    read: (target, positionBytes) => {
      const read = file.copy(target, 0, positionBytes);
      counted.readBytes += read;
      return read;
    },
    identity: () => null,
    close: () => {},
  };
}

class Turns implements DecodedAhead {
  readonly #inner: ThreadInOrder;
  readonly #helpers: readonly SegmentWork[];
  readonly #random: SeededRandom;
  readonly #reached: () => number;

  constructor(inner: ThreadInOrder, helpers: readonly SegmentWork[], random: SeededRandom, reached: () => number) {
    this.#inner = inner;
    this.#helpers = helpers;
    this.#random = random;
    this.#reached = reached;
  }

  get segmentBytes(): number {
    return this.#inner.segmentBytes;
  }

  get helped(): boolean {
    this.#turn();
    return this.#inner.helped;
  }

  #turn(): void {
    for (const work of this.#helpers) {
      const what = this.#random.integer(0, 3);
      if (what === 0) work.decodeNext();
      if (what === 1) for (let i = 0; i < 4; i++) work.resolve(this.#reached() + i);
    }
  }

  take(place: CertainPlace): SegmentAhead | null {
    this.#turn();
    return this.#inner.take(place);
  }

  look(): void {
    this.#turn();
    this.#inner.look();
  }

  release(): void {
    this.#inner.release();
  }
}
