/**
 * The control block that all threads of one scan share: the stop flag, the bytes done, what layers have become, and the
 * lock on large zstd windows. Plain numbers in shared memory, changed by atomic operations alone.
 */
import { VarveError } from '../model/error.js';

const stopAt = 0;
const lockAt = 1;
const currentAt = 2;
const ownersAt = 3;
/** Lock word: owner id in the high bits, re-entry count in the low `countBits`. */
const countBits = 8;

/** State shared by all threads of one scan. */
export interface Control {
  readonly flags: Int32Array;
  readonly doneBytes: BigInt64Array;
  /** Taken by the lists of files. */
  readonly listedBytes: BigInt64Array;
  /** What the layers of each archive have become, in bytes; archives as `BlobJob.archive` counts them. */
  readonly expandedBytes: BigInt64Array;
}

/** `expandedBytes`: the count that earlier jobs of the same archives have begun. */
export function createControl(expandedBytes: BigInt64Array = createExpandedBytes(1)): Control {
  return {
    flags: new Int32Array(new SharedArrayBuffer(16)),
    doneBytes: new BigInt64Array(new SharedArrayBuffer(8)),
    listedBytes: new BigInt64Array(new SharedArrayBuffer(8)),
    expandedBytes,
  };
}

/** A count for each of so many archives, shared by all threads. */
export function createExpandedBytes(archives: number): BigInt64Array {
  return new BigInt64Array(new SharedArrayBuffer(8 * Math.max(1, archives)));
}

/**
 * Counts bytes that a layer of that archive became; returns those of all its layers. None are given back: whether they
 * are more than a limit is then the same in whatever order the layers are read.
 */
export function countExpanded({ expandedBytes }: Control, archive: number, bytes: number): number {
  return Number(Atomics.add(expandedBytes, archive, BigInt(bytes))) + bytes;
}

/**
 * Takes bytes for a list of files; returns how many all threads have taken. None are given back: whether all lists
 * together are within a limit is then the same in whatever order they are made.
 */
export function reserveListBytes({ listedBytes }: Control, bytes: number): number {
  return Number(Atomics.add(listedBytes, 0, BigInt(bytes))) + bytes;
}

/** Asks every thread to end its job at the next step. */
export function stop(control: Control): void {
  Atomics.store(control.flags, stopAt, 1);
}

/** Notes which job was started last, for the progress line. */
export function startJob(control: Control, id: number): void {
  Atomics.store(control.flags, currentAt, id);
}

export function currentJob(control: Control): number {
  return Atomics.load(control.flags, currentAt);
}

/** Throws VarveError `interrupted` once a stop was asked for. */
export function checkStop({ flags }: Control): void {
  if (Atomics.load(flags, stopAt) !== 0) throw new VarveError('interrupted', 'interrupted');
}

/** A new owner of the lock on large windows: a thread, or two that share a job. */
export function createOwner({ flags }: Control): number {
  return Atomics.add(flags, ownersAt, 1) + 1;
}

/** Gives the lock on large windows back for a thread that has died with it. */
export function releaseLargeWindow(control: Control): void {
  Atomics.store(control.flags, lockAt, 0);
  Atomics.notify(control.flags, lockAt);
}

/** Waits for the lock on large windows, unless that owner has it. Throws VarveError `interrupted` once a stop was asked for. */
export function lockLargeWindow(control: Control, owner: number): void {
  const { flags } = control;
  for (;;) {
    const held = Atomics.load(flags, lockAt);
    if (held === 0 || held >> countBits === owner) {
      const next = held === 0 ? (owner << countBits) + 1 : held + 1;
      if (Atomics.compareExchange(flags, lockAt, held, next) === held) return;
    } else {
      checkStop(control);
      Atomics.wait(flags, lockAt, held, 100);
    }
  }
}

/** Gives back what `lockLargeWindow` has taken. */
export function unlockLargeWindow({ flags }: Control, owner: number): void {
  for (;;) {
    const held = Atomics.load(flags, lockAt);
    // It was given back for a thread that has died.
    if (held >> countBits !== owner) return;
    const next = held - 1 === owner << countBits ? 0 : held - 1;
    if (Atomics.compareExchange(flags, lockAt, held, next) !== held) continue;
    if (next === 0) Atomics.notify(flags, lockAt);
    return;
  }
}
