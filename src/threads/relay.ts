/**
 * A belt of buffers between two threads that share one job: what the first puts on it the second takes off, in that order
 * and never twice. Both block while they have to wait, and look up ten times a second whether a stop was asked for; one
 * that has gone lets the other go as well. The memory is shared and made once, so nothing is allocated or cloned on the way.
 * It is one that the gzip kernel can work in: what it reads and what it makes lies on the belt from the beginning.
 */
import { kernelAreaBytes, kernelOwnBytes, windowBytes } from '../codec/gzip/kernel.js';
import { createSharedMemory, type SharedMemory } from '../codec/gzip/kernels.js';
import { VarveError } from '../model/error.js';
import type { WorkContext } from '../observe/work-context.js';

export const relaySlotBytes = kernelAreaBytes;
/** A power of two. Enough that neither thread waits for the other's moments: a piece of input takes up to five of them. */
export const relaySlots = 32;
/** Places to read into, apart from the slots: a piece of input stays as it is while what becomes of it goes round all of them. */
const inputs = 8;
const inputBytes = 128 * 1024;
const firstSlotAt = kernelOwnBytes + windowBytes;
const slotStepBytes = relaySlotBytes + windowBytes;
const firstInputAt = kernelOwnBytes + relaySlots * slotStepBytes;
const waitMs = 100;

/** What lies in a slot. The meaning is that of the threads, the belt does not look into it. */
export const relayKinds = [
  ...['stored', 'counted', 'decoded', 'pieceEnd', 'refused', 'unreadable', 'end'],
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

/** The shared memory of one belt; it may be posted to other threads. */
export interface Relay {
  readonly state: Int32Array;
  readonly memory: SharedMemory;
}

export function createRelay(): Relay {
  return {
    state: new Int32Array(new SharedArrayBuffer(4 * (placesAt + relaySlots))),
    memory: createSharedMemory(firstInputAt - kernelOwnBytes + inputs * inputBytes),
  };
}

/** Ends both threads' part in it: one of them is done, or has died. */
export function closeRelay({ state }: Relay): void {
  Atomics.store(state, closedAt, 1);
  Atomics.notify(state, putAt);
  Atomics.notify(state, takenAt);
}

type Stoppable = Pick<WorkContext, 'checkStop'>;

/** The end that is put on to. */
export class RelayWriter {
  readonly #relay: Relay;
  readonly #context: Stoppable;
  /** How much had been put on when each place to read into was last given: what came next has to be taken before it is given again. */
  readonly #givenAt: number[] = Array(inputs).fill(-1);
  #nextInput = 0;

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
    return Atomics.load(this.#relay.state, closedAt) !== 0;
  }

  /** Whether what is decoded is of no more use. */
  get outputUnwanted(): boolean {
    return Atomics.load(this.#relay.state, spareAt) !== 0;
  }

  /** The memory of the next slot: what is written there and then put on is not copied. Waits for room; stays once closed. */
  get slot(): Uint8Array {
    return this.#slotAt(this.#waitForRoom() ?? Atomics.load(this.#relay.state, putAt), relaySlotBytes);
  }

  /**
   * Memory to read into. What is put on of it, before anything else, is not copied, and stays as it is until memory for the
   * next piece of input is asked for. Waits until some is free.
   */
  get input(): Buffer {
    const place = this.#nextInput;
    this.#nextInput = (place + 1) % inputs;
    const given = this.#givenAt[place] as number;
    this.#waitUntil((taken) => ((taken - given) | 0) > 0);
    this.#givenAt[place] = Atomics.load(this.#relay.state, putAt);
    return Buffer.from(this.#relay.memory.buffer, firstInputAt + place * inputBytes, inputBytes);
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
    const put = Atomics.load(this.#relay.state, putAt);
    return this.#waitUntil((taken) => this.#isFree(taken)) ? put : null;
  }

  /** False once the belt is closed. */
  #waitUntil(isEnough: (taken: number) => boolean): boolean {
    const { state } = this.#relay;
    for (;;) {
      const taken = Atomics.load(state, takenAt);
      if (this.closed) return false;
      if (isEnough(taken)) return true;
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
