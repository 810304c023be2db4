/**
 * Standard input, once and from its start. What is a file is read synchronously, as everywhere. A pipe is not: it may keep
 * us waiting, and the main thread, which reads it, has to hear an interruption. It is read as a socket, since a read that
 * waits in Node's thread pool would keep the process from ending.
 */
import { fstatSync, readSync } from 'node:fs';
import type { ConnectOpts, SocketConstructorOpts } from 'node:net';
import { Socket } from 'node:net';
import { isatty, ReadStream } from 'node:tty';
import { interruption, messageOf, VarveError } from '../model/error.js';
import type { ByteSource } from './byte-source.js';

const descriptor = 0;
/** What a pipe holds on Linux. */
const socketBytes = 64 * 1024;

/** Opens standard input; `signal` ends a wait for it. Throws VarveError `input-unreadable`. */
export function openStandardInput(signal: AbortSignal | undefined): ByteSource {
  try {
    const facts = fstatSync(descriptor);
    if (isatty(descriptor)) return new SocketSource((options) => new ReadStream(descriptor, options), signal);
    if (facts.isFIFO() || facts.isSocket()) {
      const open = (options: SocketConstructorOpts): Socket =>
        new Socket({ ...options, fd: descriptor, readable: true, writable: false });
      return new SocketSource(open, signal);
    }
  } catch (error) {
    throw unreadable(error);
  }
  return { ...unknown, read: readDescriptor, close: () => {} };
}

/** What nobody can say of standard input, whatever it is. */
const unknown = { sizeBytes: null, seekable: false, identity: () => null } as const;

function readDescriptor(target: Buffer): number {
  try {
    return readSync(descriptor, target, 0, target.length, null);
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(cause: unknown): VarveError {
  return new VarveError('input-unreadable', `standard input: ${messageOf(cause)}`, { cause });
}

/**
 * A pipe, socket or terminal, read into one buffer: the chunks that a stream hands out cost twice as much as the reading.
 * Each waits in there until it was asked for, and none is read meanwhile.
 */
class SocketSource implements ByteSource {
  readonly sizeBytes = null;
  readonly seekable = false;
  readonly #socket: Socket;
  readonly #signal: AbortSignal | undefined;
  /** What came and was not asked for yet. */
  #rest: Buffer = Buffer.alloc(0);
  #end: 'none' | 'reached' | Error = 'none';
  /** Called when something has come, or the end. */
  #arrived = (): void => {};

  constructor(open: (options: SocketConstructorOpts) => Socket, signal: AbortSignal | undefined) {
    this.#signal = signal;
    const buffer = Buffer.allocUnsafeSlow(socketBytes);
    const callback = (length: number): boolean => {
      this.#rest = buffer.subarray(0, length);
      this.#arrived();
      return false;
    };
    const options: SocketConstructorOpts & Pick<ConnectOpts, 'onread'> = { onread: { buffer, callback } };
    this.#socket = open(options);
    this.#socket.on('end', () => this.#ended('reached'));
    this.#socket.on('error', (error) => this.#ended(error));
  }

  /** Fills all of `target` before the end: where a fault is found, and so what is told of it, depends on no writer. */
  async read(target: Buffer): Promise<number> {
    let length = 0;
    while (length < target.length) {
      if (this.#rest.length === 0 && this.#end === 'none') await unlessAborted(this.#next(), this.#signal);
      if (this.#end instanceof Error) throw unreadable(this.#end);
      const n = this.#rest.copy(target, length);
      if (n === 0) break;
      this.#rest = this.#rest.subarray(n);
      length += n;
    }
    return length;
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#arrived = resolve;
      this.#socket.resume();
    });
  }

  #ended(end: 'reached' | Error): void {
    this.#end = end;
    this.#arrived();
  }

  identity(): null {
    return null;
  }

  close(): void {
    this.#ended('reached');
    this.#socket.destroy();
  }
}

/** The result of some work, or a throw as soon as nobody waits for it any more. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(interruption(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
