/**
 * What a job needs of the thread that it runs in: one reused read buffer, the hash engine, its decoders, and the way to the
 * control block that all threads share. Allocating is what costs here, so nothing in this file is made twice in a thread.
 */

import { createDecoder } from '../codec/create-decoder.js';
import type { Codec, Decoder, DecoderOptions } from '../codec/decoder.js';
import type { Limits } from '../model/limits.js';
import { createTurns } from '../sources/steps.js';
import { type Control, checkStop, createOwner, lockLargeWindow, unlockLargeWindow } from './control.js';
import type { Engine } from './hasher.js';

/** Bytes of one read; larger ones gain nothing. */
export const chunkBytes = 1024 * 1024;
/** Bytes of work between two looks at the stop flag. */
export const stepBytes = 2 * 1024 * 1024;

/** The main thread: it has other things to do, and nothing may block it. */
export interface MainThread {
  readonly signal: AbortSignal | undefined;
  /** For so many milliseconds it lets nobody else go first. Default: 50. */
  readonly turnMs?: number | undefined;
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
  /** The decoder of a body or an archive. */
  createDecoder(
    codec: Codec,
    options?: Pick<DecoderOptions, 'output' | 'memory' | 'memberChecks'>,
  ): Decoder | Promise<Decoder>;
}

/** What the context of one thread is made of. */
export interface ContextOptions {
  readonly engine: Engine;
  readonly control: Control;
  /** Default: a worker. */
  readonly main?: MainThread;
  readonly limits: Limits;
}

export function createContext({ engine, control, main, limits }: ContextOptions): WorkContext {
  const acquireLargeWindow = main === undefined ? windowLock(control, createOwner(control)) : () => () => {};
  const rest = main === undefined ? () => undefined : createTurns(main.turnMs);
  return {
    engine,
    control,
    limits,
    main: main ?? null,
    buffer: Buffer.allocUnsafeSlow(chunkBytes),
    checkStop: () => checkStop(control),
    step(bytes) {
      Atomics.add(control.doneBytes, 0, BigInt(bytes));
      checkStop(control);
      return rest();
    },
    acquireLargeWindow,
    createDecoder: decoderFactory(acquireLargeWindow),
  };
}

/** The same context for one of two threads that share a job and so the right to large windows. */
export function withOwner(context: WorkContext, owner: number): WorkContext {
  const acquireLargeWindow = windowLock(context.control, owner);
  return { ...context, acquireLargeWindow, createDecoder: decoderFactory(acquireLargeWindow) };
}

function decoderFactory(acquireLargeWindow: WorkContext['acquireLargeWindow']): WorkContext['createDecoder'] {
  return (codec, options) => createDecoder(codec, { acquireLargeWindow, ...options });
}

function windowLock(control: Control, owner: number): () => () => void {
  return () => {
    lockLargeWindow(control, owner);
    return () => unlockLargeWindow(control, owner);
  };
}
