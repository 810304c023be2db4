/**
 * Writes a file while more of it comes: so many bytes are gathered and written together, outside of the thread, and whoever brings
 * more waits only where the disk is one such batch behind. What is left over at the end is written at once.
 */
import { writev } from 'node:fs';
import { promisify } from 'node:util';
import { writeAll } from './new-output.js';

const writeTogether = promisify(writev);
const batchBytes = 512 * 1024;

/** The bytes of one file from a position on, in their order. */
export class WriteBehind {
  readonly #fd: number;
  /** Where the next batch goes. */
  #positionBytes: number;
  #pieces: Uint8Array[] = [];
  #gatheredBytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #hasFailed = false;

  constructor(fd: number, positionBytes: number) {
    this.#fd = fd;
    this.#positionBytes = positionBytes;
  }

  /** Takes the next bytes, which have to stay as they are; nothing is to be waited for where it returns null. Rejects as the system does. */
  write(bytes: Uint8Array): Promise<void> | null {
    this.#pieces.push(bytes);
    this.#gatheredBytes += bytes.length;
    return this.#gatheredBytes < batchBytes ? null : this.#begin();
  }

  /** Writes what is left. Rejects as the system does. */
  async end(): Promise<void> {
    await this.#writing;
    for (const piece of this.#taken()) {
      writeAll(this.#fd, piece, this.#positionBytes);
      this.#positionBytes += piece.length;
    }
  }

  /** The same where something else went wrong: all that came is in the file, or what did before the disk failed. */
  async settle(): Promise<void> {
    await this.#writing.catch(() => {});
    if (!this.#hasFailed) await this.end().catch(() => {});
  }

  async #begin(): Promise<void> {
    await this.#writing;
    const pieces = this.#taken();
    const at = this.#positionBytes;
    this.#positionBytes += pieces.reduce((sum, { length }) => sum + length, 0);
    this.#writing = this.#batch(pieces, at);
    // Whoever writes next hears of it.
    this.#writing.catch(() => {
      this.#hasFailed = true;
    });
  }

  async #batch(pieces: readonly Uint8Array[], positionBytes: number): Promise<void> {
    let { bytesWritten: skip } = await writeTogether(this.#fd, pieces, positionBytes);
    let at = positionBytes;
    for (const piece of pieces) {
      // Of more than the system takes at a time the rest.
      const done = Math.min(skip, piece.length);
      if (done < piece.length) writeAll(this.#fd, piece.subarray(done), at + done);
      skip -= done;
      at += piece.length;
    }
  }

  #taken(): Uint8Array[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#gatheredBytes = 0;
    return pieces;
  }
}
