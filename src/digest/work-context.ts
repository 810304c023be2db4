/**
 * What a job needs of the thread that it runs in: one reused read buffer, the hash engine, and the control block that
 * all threads share (stop flag, bytes done, the lock on large zstd windows). Allocating is what costs here, so nothing
 * in this file is made twice in a thread.
 */
import { createTurns } from '../archive/turns.js';
import { createDecoder } from '../codec/create-decoder.js';
import type { Codec, Decoder } from '../codec/decoder.js';
import { VarveError } from '../model/error.js';
import { type Limits, limits } from '../model/limits.js';
import type { Engine } from './hasher.js';

/** Bytes of one read; larger ones gain nothing. */
export const chunkBytes = 1024 * 1024;
/** Bytes of work between two looks at the stop flag. */
export const stepBytes = 8 * 1024 * 1024;

const stopAt = 0;
const lockAt = 1;
const currentAt = 2;
const ownersAt = 3;
/** How often its owner has taken the lock stands in its lowest bits. */
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

/** A new owner of the lock on large windows: a thread, or two that share a job. */
export function createOwner({ flags }: Control): number {
  return Atomics.add(flags, ownersAt, 1) + 1;
}

/** Gives the lock on large windows back for a thread that has died with it. */
export function releaseLargeWindow(control: Control): void {
  Atomics.store(control.flags, lockAt, 0);
  Atomics.notify(control.flags, lockAt);
}

/** The main thread: it has other things to do, and nothing may block it. */
export interface MainThread {
  readonly signal: AbortSignal | undefined;
}

export interface WorkContext {
  readonly engine: Engine;
  readonly buffer: Buffer;
  readonly control: Control;
  readonly limits: Limits;
  /** Null in a worker. */
  readonly main: MainThread | null;
  /** Takes note of bytes read, and lets the main thread breathe. Throws VarveError `interrupted` once a stop was asked for. */
  step(bytes: number): void | Promise<void>;
  /** Throws VarveError `interrupted` once a stop was asked for. */
  checkStop(): void;
  /**
   * Waits until no other worker decodes with a large window; returns the release. 128 MiB windows go one at a time, but
   * who has one may have another inside it, and the main thread does not wait.
   */
  readonly acquireLargeWindow: () => () => void;
  /** The decoder of a body or an archive; `output` as in `DecoderOptions`. */
  createDecoder(codec: Codec, output?: () => Uint8Array): Decoder | Promise<Decoder>;
}

/** What the context of one thread is made of. */
export interface ContextOptions {
  readonly engine: Engine;
  readonly control: Control;
  /** Default: a worker. */
  readonly main?: MainThread;
  readonly limits?: Limits;
}

export function createContext({ engine, control, main, limits: workLimits = limits }: ContextOptions): WorkContext {
  const checkStop = (): void => {
    if (Atomics.load(control.flags, stopAt) !== 0) throw new VarveError('interrupted', 'interrupted');
  };
  const acquireLargeWindow = main === undefined ? windowLock(control, createOwner(control), checkStop) : () => () => {};
  const rest = main === undefined ? () => undefined : createTurns();
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
      return rest();
    },
    acquireLargeWindow,
    createDecoder: decoderFactory(acquireLargeWindow),
  };
}

/** The same context for one of two threads that share a job and so the right to large windows. */
export function withOwner(context: WorkContext, owner: number): WorkContext {
  const acquireLargeWindow = windowLock(context.control, owner, context.checkStop);
  return { ...context, acquireLargeWindow, createDecoder: decoderFactory(acquireLargeWindow) };
}

function decoderFactory(acquireLargeWindow: WorkContext['acquireLargeWindow']): WorkContext['createDecoder'] {
  return (codec, output) => createDecoder(codec, { acquireLargeWindow, ...(output === undefined ? null : { output }) });
}

function windowLock(control: Control, owner: number, checkStop: () => void): () => () => void {
  return () => {
    lock(control, owner, checkStop);
    return () => unlock(control, owner);
  };
}

function lock({ flags }: Control, owner: number, checkStop: () => void): void {
  for (;;) {
    const held = Atomics.load(flags, lockAt);
    if (held === 0 || held >> countBits === owner) {
      const next = held === 0 ? (owner << countBits) + 1 : held + 1;
      if (Atomics.compareExchange(flags, lockAt, held, next) === held) return;
    } else {
      checkStop();
      Atomics.wait(flags, lockAt, held, 100);
    }
  }
}

function unlock({ flags }: Control, owner: number): void {
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
