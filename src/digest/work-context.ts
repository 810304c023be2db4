/**
 * What a job needs of the thread that it runs in: one reused read buffer, the hash engine, and the control block that
 * all threads share (stop flag, bytes done, the lock on large zstd windows). Allocating is what costs here, so nothing
 * in this file is made twice in a thread.
 */
import { VarveError } from '../model/error.js';
import type { Engine } from './hasher.js';

/** Bytes of one read; larger ones gain nothing. */
export const chunkBytes = 1024 * 1024;
/** Bytes between two looks at the stop flag. */
export const stepBytes = 8 * 1024 * 1024;

const stopAt = 0;
const lockAt = 1;
const currentAt = 2;

/** State shared by all threads of one scan. */
export interface Control {
  readonly flags: Int32Array;
  readonly doneBytes: BigInt64Array;
}

export function createControl(): Control {
  return { flags: new Int32Array(new SharedArrayBuffer(12)), doneBytes: new BigInt64Array(new SharedArrayBuffer(8)) };
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

export interface WorkContext {
  readonly engine: Engine;
  readonly buffer: Buffer;
  readonly control: Control;
  /** Takes note of bytes read. Throws VarveError `interrupted` once a stop was asked for. */
  step(bytes: number): void | Promise<void>;
}

/** `between`: what to do between two steps, in a thread that has other things to do. */
export function createContext(engine: Engine, control: Control, between?: () => Promise<void>): WorkContext {
  return {
    engine,
    control,
    buffer: Buffer.allocUnsafeSlow(chunkBytes),
    step(bytes) {
      Atomics.add(control.doneBytes, 0, BigInt(bytes));
      if (Atomics.load(control.flags, stopAt) !== 0) throw new VarveError('interrupted', 'interrupted');
      return between?.();
    },
  };
}

/** Waits until no other thread decodes with a large window; returns the release. 128 MiB windows go one at a time. */
export function acquireLargeWindow(control: Control): () => void {
  while (Atomics.compareExchange(control.flags, lockAt, 0, 1) !== 0) Atomics.wait(control.flags, lockAt, 1, 100);
  return () => {
    Atomics.store(control.flags, lockAt, 0);
    Atomics.notify(control.flags, lockAt, 1);
  };
}
