/**
 * What threads share that decode stretches of one gzip file ahead of the one that reads it in order: which stretch is how
 * far, and memory for what they become. Plain numbers in shared memory, changed by atomic operations alone; after each
 * change a bell is rung, since everyone waits for everyone. Whoever is lost holds up nobody: what it had in hand is taken
 * as failed, and is then decoded in order.
 */

import { windowBytes } from '../../codec/gzip/kernel.js';
import { mostMemberEnds, type SegmentRoom } from '../../codec/gzip/segment.js';
import type { Digests } from '../../observe/observation.js';

/** What becomes of a stretch. `gone`: nobody has it, or has it any more. */
export const stage = { open: 0, decoding: 1, decoded: 2, placed: 3, resolving: 4, resolved: 5, gone: 6 } as const;
export type Stage = (typeof stage)[keyof typeof stage];

const bellAt = 0;
const nextAt = 1;
const reachedAt = 2;
const pausedToAt = 3;
const closedAt = 4;
const helpersAt = 5;
const hashAt = 6;
const headLength = 7;

/** Who hashes the stored bytes beside the thread that decodes in order. */
export const hashing = { unwanted: 0, wanted: 1, begun: 2, done: 3 } as const;

/** The shared memory of one split file; it may be posted to other threads. */
export interface Split {
  readonly head: Int32Array;
  readonly stages: Int32Array;
  /** In which slot a stretch lies. */
  readonly slotOf: Int32Array;
  /** Digests of the stored bytes, once they are there, with their length in the first bytes. */
  readonly digests: Uint8Array;
  readonly segmentBytes: number;
}

/** Memory for stretches, for all split files of a run. */
export interface Slots {
  readonly taken: Int32Array;
  /** How many threads were lost that helped. */
  readonly lost: Int32Array;
  readonly memory: readonly SharedArrayBuffer[];
  readonly segmentBytes: number;
}

const digestBytes = 4096;
/** Room for what a stretch becomes, in sizes of a stretch; behind it that of the second guess. */
const madeSizes = 8;
const otherSizes = 6;
/** No stretch is so small that its room has none for a block. */
const leastSizeBytes = 32 * 1024;
const metaLength = 16 + 2 * mostMemberEnds;
const metaBytes = metaLength * 8;

/** `hashes`: whether its stored bytes are to be hashed by a helper. */
export function createSplit(sizeBytes: number, segmentBytes: number, hashes: boolean): Split {
  const ints = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * length));
  // What stands at the end of a file is decoded in order: there is no block behind it at which it could stop.
  const segments = Math.max(1, Math.floor((sizeBytes - 1) / segmentBytes));
  const head = ints(headLength);
  head[hashAt] = hashes ? hashing.wanted : hashing.unwanted;
  const digests = new Uint8Array(new SharedArrayBuffer(digestBytes));
  return { head, stages: ints(segments), slotOf: ints(segments), digests, segmentBytes };
}

export function createSlots(count: number, segmentBytes: number): Slots {
  const size = Math.max(segmentBytes, leastSizeBytes);
  const bytes = metaBytes + windowBytes + (madeSizes + otherSizes) * size;
  return {
    taken: new Int32Array(new SharedArrayBuffer(4 * count)),
    lost: new Int32Array(new SharedArrayBuffer(4)),
    memory: Array.from({ length: count }, () => new SharedArrayBuffer(bytes)),
    segmentBytes,
  };
}

/** What lies in a slot. */
export interface SegmentSlot extends SegmentRoom {
  readonly meta: Float64Array;
  /** The window before the stretch. */
  readonly window: Uint8Array;
}

export function slotAt({ memory, segmentBytes }: Slots, index: number): SegmentSlot {
  const buffer = memory[index] as SharedArrayBuffer;
  const size = Math.max(segmentBytes, leastSizeBytes);
  const madeAt = metaBytes + windowBytes;
  return {
    meta: new Float64Array(buffer, 0, metaLength),
    window: new Uint8Array(buffer, metaBytes, windowBytes),
    made: new Uint8Array(buffer, madeAt, madeSizes * size),
    other: new Uint8Array(buffer, madeAt + madeSizes * size, otherSizes * size),
  };
}

/** A free slot, which is the caller's from now on; null where there is none. */
export function takeSlot({ taken }: Slots): number | null {
  for (let slot = 0; slot < taken.length; slot++) if (Atomics.compareExchange(taken, slot, 0, 1) === 0) return slot;
  return null;
}

export function giveSlot({ taken }: Slots, slot: number): void {
  Atomics.store(taken, slot, 0);
}

export function ring({ head }: Split): void {
  Atomics.add(head, bellAt, 1);
  Atomics.notify(head, bellAt);
}

/** What the bell shows before someone looks at what there is to do: `waitForBell` waits only while it shows that. */
export function bellOf({ head }: Split): number {
  return Atomics.load(head, bellAt);
}

export function waitForBell({ head }: Split, seen: number, ms: number): void {
  Atomics.wait(head, bellAt, seen, ms);
}

export function stageOf({ stages }: Split, segment: number): Stage {
  return Atomics.load(stages, segment) as Stage;
}

/** Moves a stretch on; false where another thread has moved it meanwhile. */
export function move(split: Split, segment: number, from: Stage, to: Stage): boolean {
  if (Atomics.compareExchange(split.stages, segment, from, to) !== from) return false;
  ring(split);
  return true;
}

/** Nobody is to do anything for this stretch any more. Memory that no thread is at work in becomes free. */
export function drop(split: Split, slots: Slots, segment: number): void {
  const before = Atomics.exchange(split.stages, segment, stage.gone);
  // Whoever decodes or resolves it finds that it is gone, and gives the memory back.
  if (before === stage.decoded || before === stage.placed || before === stage.resolved) {
    giveSlot(slots, Atomics.load(split.slotOf, segment));
  }
  ring(split);
}

/**
 * Where there are so few helpers, every so many-th stretch is left to the thread in order, which decodes one sooner than they
 * do: so it has no time to wait, and finds the next one ready. Of more helpers it is kept busy by what they have decoded.
 */
export const leftInOrder: Readonly<Record<number, number>> = { 1: 2, 2: 5 };

/** The next stretch that nobody has, which is the caller's from now on; null where there is none for now. */
export function claimNext(split: Split): number | null {
  const { head, stages } = split;
  while (!isClosed(split)) {
    const next = Atomics.load(head, nextAt);
    const first = Math.max(next, Atomics.load(head, reachedAt) + 1, Atomics.load(head, pausedToAt));
    const segment = first % (leftInOrder[helperCountOf(split)] ?? Number.NaN) === 0 ? first + 1 : first;
    if (segment >= stages.length) return null;
    if (Atomics.compareExchange(head, nextAt, next, segment + 1) !== next) continue;
    if (move(split, segment, stage.open, stage.decoding)) return segment;
  }
  return null;
}

/** The thread in order is at this stretch. */
export function reach({ head }: Split, segment: number): void {
  Atomics.store(head, reachedAt, segment);
}

export function reachedSegment({ head }: Split): number {
  return Atomics.load(head, reachedAt);
}

/** No stretch before this one is worth a guess. */
export function pauseTo({ head }: Split, segment: number): void {
  Atomics.store(head, pausedToAt, segment);
}

export function isClosed({ head }: Split): boolean {
  return Atomics.load(head, closedAt) !== 0;
}

/** The file is done with, or the thread that reads it in order has died. */
export function closeSplit(split: Split, slots: Slots): void {
  if (Atomics.exchange(split.head, closedAt, 1) !== 0) return;
  for (let segment = 0; segment < split.stages.length; segment++) {
    if (stageOf(split, segment) !== stage.open) drop(split, slots, segment);
  }
  ring(split);
}

export function helperCountOf({ head }: Split): number {
  return Atomics.load(head, helpersAt);
}

export function countHelper(split: Split, by: 1 | -1): void {
  Atomics.add(split.head, helpersAt, by);
  ring(split);
}

/** Takes over the hashing of the stored bytes, where that is wanted. */
export function claimHashing({ head }: Split): boolean {
  return Atomics.compareExchange(head, hashAt, hashing.wanted, hashing.begun) === hashing.wanted;
}

/** A number of `hashing`. */
export function hashingStage({ head }: Split): number {
  return Atomics.load(head, hashAt);
}

export function putDigests(split: Split, digests: Digests): void {
  const text = Buffer.from(JSON.stringify(digests));
  new DataView(split.digests.buffer).setUint32(0, text.length);
  split.digests.set(text, 4);
  Atomics.store(split.head, hashAt, hashing.done);
  ring(split);
}

export function takeDigests({ digests }: Split): Digests {
  const length = new DataView(digests.buffer).getUint32(0);
  return JSON.parse(Buffer.from(digests.slice(4, 4 + length)).toString()) as Digests;
}

/** How many threads were lost that helped: nobody else says what they had in hand. */
export function lostHelpers({ lost }: Slots): number {
  return Atomics.load(lost, 0);
}

export function loseHelper({ lost }: Slots): void {
  Atomics.add(lost, 0, 1);
}
