/**
 * Files that are written by turns, of which one is open at a time, however many there are. Each is made by the first use of its
 * path, and never taken over from somebody else; one that is left for another is durable.
 */
import { closeSync, constants, fsyncSync, openSync } from 'node:fs';

export class OneOpenFile {
  readonly #made = new Set<string>();
  #open: { readonly path: string; readonly fd: number } | null = null;

  /** A descriptor to write to the file at `path`. Throws what the system throws, also where the file was there before. */
  at(path: string): number {
    if (this.#open?.path === path) return this.#open.fd;
    this.finish();
    const isNew = !this.#made.has(path);
    const fd = openSync(path, constants.O_WRONLY | (isNew ? constants.O_CREAT | constants.O_EXCL : 0), 0o666);
    this.#made.add(path);
    this.#open = { path, fd };
    return fd;
  }

  /** Makes the one that is open durable, and closes it. */
  finish(): void {
    const open = this.#open;
    this.#open = null;
    if (open !== null) closeDurably(open.fd);
  }

  /** Closes the one that is open; its bytes may be lost. */
  abandon(): void {
    const open = this.#open;
    this.#open = null;
    if (open !== null) closeSync(open.fd);
  }
}

/** Closes a file that was written, once its bytes are on the disk. */
export function closeDurably(fd: number): void {
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
