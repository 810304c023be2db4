/**
 * A belt of buffers between two threads that share one job: what the first puts on it the second takes off, in that order
 * and never twice. Both block while they have to wait, and look up ten times a second whether a stop was asked for; one
 * that has gone lets the other go as well. The memory is shared and made once, so nothing is allocated or cloned on the way.
 * It is one that the gzip kernel can work in: what it makes lies on the belt from the beginning, and so does what it reads, in places
 * that go the other way (`read-ahead.ts`).
 */
import { kernelAreaBytes, kernelOwnBytes, windowBytes } from '../../codec/gzip/kernel.js';
import { createSharedMemory, type SharedMemory } from '../../codec/gzip/kernels.js';
import { VarveError } from '../../model/error.js';
import type { WorkContext } from '../../observe/work-context.js';

export const relaySlotBytes = kernelAreaBytes;
/** A power of two. Enough that neither thread waits for the other's moments: a piece of input mostly takes three of them. */
export const relaySlots = 32;
/**
 * Places that are read into, apart from the slots: as many as the thread that decodes may be ahead of the other, and few enough
 * that what lies in them and on a belt of standard input is still held there.
 */
export const storedPlaces = 8;
export const storedPlaceBytes = 256 * 1024;
const firstSlotAt = kernelOwnBytes + windowBytes;
const slotStepBytes = relaySlotBytes + windowBytes;
const firstStoredAt = kernelOwnBytes + relaySlots * slotStepBytes;
/** What lies in a slot. The meaning is that of the threads, the belt does not look into it. */
export const relayKinds = [
  ...['stored', 'decoded', 'pieceEnd', 'refused', 'unreadable', 'end'],
  ...['checksum', 'compare'],
] as const;
export type RelayKind = (typeof relayKinds)[number];

const putAt = 0;
const takenAt = 1;
const closedAt = 2;
const spareAt = 3;
const kindsAt = 4;
const lengthsAt = kindsAt + relaySlots;
const placesAt = lengthsAt + relaySlots;
/** Of what was read: how many pieces, whether that is all, and how long each is. */
export const storedAt = placesAt + relaySlots;
export const storedEndAt = storedAt + 1;
export const storedLengthsAt = storedEndAt + 1;

/** The shared memory of one belt; it may be posted to other threads. */
export interface Relay {
  readonly state: Int32Array;
  readonly memory: SharedMemory;
}

export function createRelay(): Relay {
  return {
    state: new Int32Array(new SharedArrayBuffer(4 * (storedLengthsAt + storedPlaces))),
    memory: createSharedMemory(firstStoredAt - kernelOwnBytes + storedPlaces * storedPlaceBytes),
  };
}

/** Ends both threads' part in it: one of them is done, or has died. */
export function closeRelay({ state }: Relay): void {
  Atomics.store(state, closedAt, 1);
  Atomics.notify(state, putAt);
  Atomics.notify(state, takenAt);
  Atomics.notify(state, storedAt);
}

/** Whether one of both has gone. */
export function isRelayClosed({ state }: Relay): boolean {
  return Atomics.load(state, closedAt) !== 0;
}

/** The place of the piece of stored bytes with that number. */
export function storedPlace({ memory }: Relay, piece: number): Buffer {
  return Buffer.from(memory.buffer, firstStoredAt + (piece % storedPlaces) * storedPlaceBytes, storedPlaceBytes);
}

/** So long one waits at most before it looks whether a stop was asked for. */
export const waitMs = 100;

export type Stoppable = Pick<WorkContext, 'checkStop'>;

/** The end that is put on to. */
export class RelayWriter {
  readonly #relay: Relay;
  readonly #context: Stoppable;

  constructor(relay: Relay, context: Stoppable) {
    this.#relay = relay;
    this.#context = context;
  }

  /** The memory of the belt. */
  get memory(): SharedMemory {
    return this.#relay.memory;
  }

  /** Whether nobody takes anything any more. */
  get closed(): boolean {
    return isRelayClosed(this.#relay);
  }

  /** Whether what is decoded is of no more use. */
  get outputUnwanted(): boolean {
    return Atomics.load(this.#relay.state, spareAt) !== 0;
  }

  /** The memory of the next slot: what is written there and then put on is not copied. Waits for room; stays once closed. */
  get slot(): Uint8Array {
    return this.#slotAt(this.#waitForRoom() ?? Atomics.load(this.#relay.state, putAt), relaySlotBytes);
  }

  /** Puts bytes on, in as many slots as they need, one at least; waits for room. Does nothing once the belt is closed. */
  put(kind: RelayKind, bytes: Uint8Array): void {
    let at = 0;
    do {
      const piece = bytes.subarray(at, at + relaySlotBytes);
      if (!this.#putSlot(kind, piece)) return;
      at += piece.length;
    } while (at < bytes.length);
  }

  /** Waits for a free slot without keeping its thread from other things; false once the belt is closed. */
  async room(): Promise<boolean> {
    const { state } = this.#relay;
    for (;;) {
      const taken = Atomics.load(state, takenAt);
      if (this.closed) return false;
      if (this.#isFree(taken)) return true;
      await Atomics.waitAsync(state, takenAt, taken, waitMs).value;
      this.#context.checkStop();
    }
  }

  #isFree(taken: number): boolean {
    return ((Atomics.load(this.#relay.state, putAt) - taken) | 0) < relaySlots;
  }

  #putSlot(kind: RelayKind, bytes: Uint8Array): boolean {
    const put = this.#waitForRoom();
    if (put === null) return false;
    const { state, memory } = this.#relay;
    const slot = put & (relaySlots - 1);
    const place = bytes.buffer === memory.buffer ? bytes : this.#slotAt(put, bytes.length);
    if (place !== bytes) place.set(bytes);
    state[kindsAt + slot] = relayKinds.indexOf(kind);
    state[lengthsAt + slot] = bytes.length;
    state[placesAt + slot] = place.byteOffset;
    Atomics.store(state, putAt, (put + 1) | 0);
    Atomics.notify(state, putAt);
    return true;
  }

  /** How many slots were put on before the next one; null once the belt is closed. */
  #waitForRoom(): number | null {
    const { state } = this.#relay;
    for (;;) {
      const taken = Atomics.load(state, takenAt);
      if (this.closed) return null;
      if (this.#isFree(taken)) return Atomics.load(state, putAt);
      Atomics.wait(state, takenAt, taken, waitMs);
      this.#context.checkStop();
    }
  }

  #slotAt(put: number, lengthBytes: number): Uint8Array {
    const slot = put & (relaySlots - 1);
    return new Uint8Array(this.#relay.memory.buffer, firstSlotAt + slot * slotStepBytes, lengthBytes);
  }
}

/** The end that is taken from. */
export class RelayReader {
  readonly #relay: Relay;
  readonly #context: Stoppable;

  constructor(relay: Relay, context: Stoppable) {
    this.#relay = relay;
    this.#context = context;
  }

  /** What kind lies in the next slot; waits for it. Throws VarveError `internal` where the other thread has gone. */
  next(): RelayKind {
    const { state } = this.#relay;
    const taken = Atomics.load(state, takenAt);
    for (;;) {
      const put = Atomics.load(state, putAt);
      if (put !== taken) break;
      if (Atomics.load(state, closedAt) !== 0) throw new VarveError('internal', 'the thread that decodes has died');
      Atomics.wait(state, putAt, put, waitMs);
      this.#context.checkStop();
    }
    return relayKinds[state[kindsAt + (taken & (relaySlots - 1))] ?? 0] as RelayKind;
  }

  /** Takes the next slot; its bytes stay as they are during the call of `use` only. */
  take<T>(use: (bytes: Buffer) => T): T {
    this.next();
    const { state, memory } = this.#relay;
    const taken = Atomics.load(state, takenAt);
    const slot = taken & (relaySlots - 1);
    try {
      return use(Buffer.from(memory.buffer, state[placesAt + slot] ?? 0, state[lengthsAt + slot]));
    } finally {
      Atomics.store(state, takenAt, (taken + 1) | 0);
      Atomics.notify(state, takenAt);
    }
  }

  /** Says that nothing decoded is wanted any more. */
  spareDecoded(): void {
    Atomics.store(this.#relay.state, spareAt, 1);
  }

  close(): void {
    closeRelay(this.#relay);
  }
}
