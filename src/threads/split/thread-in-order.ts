/**
 * The thread that reads a split file in order: it says from where on a stretch is certain, hands it on, and does what the
 * others do while it would wait. Which stretch follows which is known as soon as it is decoded: only its last 32 KiB have to
 * be resolved for that. Hostile input: where guesses turn out to be none, ever fewer are made.
 */
import { resolveGuesses, windowBehind } from '../../codec/gzip/guessed-window.js';
import { windowBytes } from '../../codec/gzip/kernel.js';
import type { CertainPlace, DecodedAhead, SegmentAhead } from '../../codec/gzip/split-gzip.js';
import { putWindow, resolvedIn, segmentIn } from './segment-slot.js';
import type { SegmentWork } from './segment-work.js';
import {
  bellOf,
  drop,
  helperCountOf,
  lostHelpers,
  move,
  pauseTo,
  reach,
  type Slots,
  type Split,
  slotAt,
  stage,
  stageOf,
  waitForBell,
} from './split.js';

const waitMs = 100;
/** After so many guesses in a row that were none, none are made for as many stretches as were tried, up to the most. */
const wrongGuesses = 4;
const mostPaused = 64;

/** A place as others are to know it: in which stretch it is, and how much of the window is of the member. */
interface ChainEnd {
  readonly segment: number;
  readonly bit: number;
  readonly window: Uint8Array;
  readonly validBytes: number;
}

export class ThreadInOrder implements DecodedAhead {
  readonly segmentBytes: number;
  /** How many stretches were taken that others, or this thread itself, decoded ahead. */
  takenSegments = 0;
  readonly #split: Split;
  readonly #slots: Slots;
  readonly #work: SegmentWork;
  readonly #checkStop: () => void;
  #chain: ChainEnd | null = null;
  #taken: number | null = null;
  /** All stretches before this one were dropped or taken. */
  #done = 0;
  #lost: number;
  #wrong = 0;

  constructor(split: Split, slots: Slots, work: SegmentWork, checkStop: () => void) {
    this.segmentBytes = split.segmentBytes;
    this.#split = split;
    this.#slots = slots;
    this.#work = work;
    this.#checkStop = checkStop;
    this.#lost = lostHelpers(slots);
  }

  get helped(): boolean {
    return helperCountOf(this.#split) > 0;
  }

  take(place: CertainPlace): SegmentAhead | null {
    const split = this.#split;
    const segment = this.#segmentOf(place.bit);
    reach(split, segment);
    this.#dropTo(Math.min(segment, split.stages.length));
    if (segment >= split.stages.length || move(split, segment, stage.open, stage.gone)) return null;
    if (this.#chain === null || this.#chain.segment <= segment) this.#chain = chainAt(segment, place);
    return this.#waitFor(segment) ? this.#takeResolved(segment) : this.#miss(segment);
  }

  #segmentOf(bit: number): number {
    return Math.floor(bit / (8 * this.segmentBytes));
  }

  #dropTo(segment: number): void {
    for (; this.#done < segment; this.#done++) drop(this.#split, this.#slots, this.#done);
  }

  /** False where nobody will have it. Does what there is to do meanwhile. */
  #waitFor(segment: number): boolean {
    for (;;) {
      const bell = bellOf(this.#split);
      this.look();
      const at = stageOf(this.#split, segment);
      if (at === stage.resolved || at === stage.gone) return at === stage.resolved;
      if (this.#work.resolve(segment) || this.#dropLost() || this.#work.decodeNext()) continue;
      this.#checkStop();
      waitForBell(this.#split, bell, waitMs);
    }
  }

  /** What was in the hands of a thread that is lost: nobody knows which stretches, so those in anyone's hands. */
  #dropLost(): boolean {
    const lost = lostHelpers(this.#slots);
    if (lost === this.#lost) return false;
    this.#lost = lost;
    for (let segment = this.#done; segment < this.#split.stages.length; segment++) {
      const at = stageOf(this.#split, segment);
      if (at === stage.decoding || at === stage.resolving) drop(this.#split, this.#slots, segment);
    }
    return true;
  }

  #takeResolved(segment: number): SegmentAhead {
    this.#wrong = 0;
    this.#taken = segment;
    this.takenSegments++;
    return resolvedIn(slotAt(this.#slots, Atomics.load(this.#split.slotOf, segment)));
  }

  #miss(segment: number): null {
    this.#wrong++;
    if (this.#wrong >= wrongGuesses) pauseTo(this.#split, segment + Math.min(mostPaused, 2 * this.#wrong));
    return null;
  }

  /** Tells of each stretch that is decoded where it stands, as far as one follows another. */
  look(): void {
    for (;;) {
      const chain = this.#chain;
      if (chain === null || chain.segment >= this.#split.stages.length) return;
      if (stageOf(this.#split, chain.segment) !== stage.decoded) return;
      this.#chain = this.#place(chain);
    }
  }

  /** Null where the chain ends: the stretch began elsewhere, or ended early. */
  #place(chain: ChainEnd): ChainEnd | null {
    const { segment } = chain;
    const slot = slotAt(this.#slots, Atomics.load(this.#split.slotOf, segment));
    const { startBit, endBit, lengthBytes, guessedBytes, ends } = segmentIn(slot);
    if (startBit !== chain.bit) {
      drop(this.#split, this.#slots, segment);
      return null;
    }
    const tailAt = Math.max(0, lengthBytes - windowBytes);
    const tail = slot.made.slice(tailAt, lengthBytes);
    const guessed = Math.max(0, guessedBytes - tailAt);
    resolveGuesses(tail.subarray(0, guessed), slot.other.subarray(tailAt, tailAt + guessed), chain.window, windowBytes);
    putWindow(slot, chain.window, chain.validBytes);
    const next = this.#segmentOf(endBit);
    const made = lengthBytes - (ends.at(-1)?.at ?? 0);
    const validBytes = Math.min(windowBytes, made + (ends.length === 0 ? chain.validBytes : 0));
    const window = windowBehind(chain.window, tail);
    if (!move(this.#split, segment, stage.decoded, stage.placed) || next === segment) return null;
    return { segment: next, bit: endBit, window, validBytes };
  }

  release(): void {
    if (this.#taken !== null) drop(this.#split, this.#slots, this.#taken);
    this.#taken = null;
  }
}

function chainAt(segment: number, { bit, window, memberBytes }: CertainPlace): ChainEnd {
  return { segment, bit, window: window.slice(), validBytes: Math.min(windowBytes, memberBytes) };
}
