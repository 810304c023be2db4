/**
 * What a job needs of the thread that it runs in: one reused read buffer, the hash engine, and the control block that
 * all threads share (stop flag, bytes done, the lock on large zstd windows). Allocating is what costs here, so nothing
 * in this file is made twice in a thread.
 */
import { VarveError } from '../model/error.js';
import { limits } from '../model/limits.js';
import type { Engine } from './hasher.js';

/** Bytes of one read; larger ones gain nothing. */
export const chunkBytes = 1024 * 1024;
/** Bytes of work between two looks at the stop flag. */
export const stepBytes = 8 * 1024 * 1024;

const stopAt = 0;
const lockAt = 1;
const currentAt = 2;

/** State shared by all threads of one scan. */
export interface Control {
  readonly flags: Int32Array;
  readonly doneBytes: BigInt64Array;
  /** Taken by the lists of files. */
  readonly listedBytes: BigInt64Array;
}

export function createControl(): Control {
  return {
    flags: new Int32Array(new SharedArrayBuffer(12)),
    doneBytes: new BigInt64Array(new SharedArrayBuffer(8)),
    listedBytes: new BigInt64Array(new SharedArrayBuffer(8)),
  };
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

/** Gives the lock on large windows back for a thread that has died with it. */
export function releaseLargeWindow(control: Control): void {
  Atomics.store(control.flags, lockAt, 0);
  Atomics.notify(control.flags, lockAt);
}

/** The limits that a job keeps to. */
export type WorkLimits = Readonly<
  Record<
    | 'freeExpansionBytes'
    | 'expansionRatio'
    | 'entries'
    | 'entryNamesBytes'
    | 'documentBytes'
    | 'documentsBytes'
    | 'layerFiles'
    | 'fileListsBytes',
    number
  >
>;

/** The main thread: it has other things to do, and nothing may block it. */
export interface MainThread {
  readonly signal: AbortSignal | undefined;
}

export interface WorkContext {
  readonly engine: Engine;
  readonly buffer: Buffer;
  readonly control: Control;
  readonly limits: WorkLimits;
  /** Null in a worker. */
  readonly main: MainThread | null;
  /** Takes note of bytes read, and lets the main thread breathe. Throws VarveError `interrupted` once a stop was asked for. */
  step(bytes: number): void | Promise<void>;
  /** Throws VarveError `interrupted` once a stop was asked for. */
  checkStop(): void;
  /**
   * Waits until no other worker decodes with a large window; returns the release. 128 MiB windows go one at a time, but
   * a thread that has one may have another inside it, and the main thread does not wait.
   */
  acquireLargeWindow(): () => void;
}

/** What the context of one thread is made of. */
export interface ContextOptions {
  readonly engine: Engine;
  readonly control: Control;
  /** Default: a worker. */
  readonly main?: MainThread;
  readonly limits?: WorkLimits;
}

export function createContext({ engine, control, main, limits: workLimits = limits }: ContextOptions): WorkContext {
  const checkStop = (): void => {
    if (Atomics.load(control.flags, stopAt) !== 0) throw new VarveError('interrupted', 'interrupted');
  };
  let windows = 0;
  return {
    engine,
    control,
    limits: workLimits,
    main: main ?? null,
    buffer: Buffer.allocUnsafeSlow(chunkBytes),
    checkStop,
    step(bytes) {
      Atomics.add(control.doneBytes, 0, BigInt(bytes));
      checkStop();
      return main === undefined ? undefined : new Promise((resolve) => setImmediate(resolve));
    },
    acquireLargeWindow() {
      if (main !== undefined) return () => {};
      if (windows === 0) lock(control, checkStop);
      windows++;
      return () => {
        windows--;
        if (windows === 0) releaseLargeWindow(control);
      };
    },
  };
}

function lock(control: Control, checkStop: () => void): void {
  while (Atomics.compareExchange(control.flags, lockAt, 0, 1) !== 0) {
    checkStop();
    Atomics.wait(control.flags, lockAt, 1, 100);
  }
}
