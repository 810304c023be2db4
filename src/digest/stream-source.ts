/**
 * Where the bytes of a single pass come from: a file, or standard input. A file is read synchronously, as everywhere.
 * A pipe is not: it may keep us waiting, and the main thread, which reads it, has to hear an interruption. It is read as
 * a socket, since a read that waits in Node's thread pool would keep the process from ending.
 */
import { fstatSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty, ReadStream } from 'node:tty';
import { openByteFile } from '../archive/byte-file.js';
import { messageOf, VarveError } from '../model/error.js';

export interface StreamSource {
  /** The size of a file; null where it is not known before the end. */
  readonly sizeBytes: number | null;
  /** Fills some of `target`; 0 at the end. `positionBytes` is where the last read ended. */
  read(target: Buffer, positionBytes: number): number | Promise<number>;
  close(): void;
}

const standardInput = 0;

/** Opens a file, or standard input for null. Throws VarveError `input-unreadable`. */
export function openStreamSource(path: string | null, signal: AbortSignal | undefined): StreamSource {
  if (path !== null) {
    const { sizeBytes, readAt, close } = openByteFile(path);
    return { sizeBytes, read: readAt, close };
  }
  try {
    const facts = fstatSync(standardInput);
    if (isatty(standardInput)) return new SocketSource(new ReadStream(standardInput), signal);
    if (facts.isFIFO() || facts.isSocket()) {
      return new SocketSource(new Socket({ fd: standardInput, readable: true, writable: false }), signal);
    }
  } catch (error) {
    throw unreadable(error);
  }
  return { sizeBytes: null, read: readStandardInput, close: () => {} };
}

function readStandardInput(target: Buffer): number {
  try {
    return readSync(standardInput, target, 0, target.length, null);
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(cause: unknown): VarveError {
  return new VarveError('input-unreadable', `standard input: ${messageOf(cause)}`, { cause });
}

/** A pipe, socket or terminal. */
class SocketSource implements StreamSource {
  readonly sizeBytes = null;
  readonly #socket: Socket;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #signal: AbortSignal | undefined;
  /** What came and was not asked for yet. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(socket: Socket, signal: AbortSignal | undefined) {
    this.#socket = socket;
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    this.#signal = signal;
  }

  async read(target: Buffer): Promise<number> {
    if (this.#rest.length === 0) this.#rest = await this.#next();
    const n = this.#rest.copy(target);
    this.#rest = this.#rest.subarray(n);
    return n;
  }

  /** The next chunk, empty at the end. */
  async #next(): Promise<Buffer> {
    try {
      const { value, done } = await unlessAborted(this.#chunks.next(), this.#signal);
      return done ? Buffer.alloc(0) : value;
    } catch (error) {
      throw error instanceof VarveError ? error : unreadable(error);
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** The result of some work, or a throw as soon as nobody waits for it any more. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new VarveError('interrupted', 'interrupted'));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
