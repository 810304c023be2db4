/**
 * A file that is written as several parts with a list of their digests. They are written in a folder beside their place, made
 * durable, and put there from the last to the first, the list at the end: without its first part nothing is taken for an
 * archive, so that killed at any moment there is none of it or all of it. Nothing that is there is replaced.
 */
import { createHash, type Hash } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readdirSync, readSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Digest, parseDigest } from '../model/digest.js';
import { OutputError } from '../model/error.js';
import { checksumsEnding, partLists, partNames, partsListEnding } from '../sources/part-names.js';
import { discard } from './disk.js';
import { guarded, type NewOutput, syncFolder, temporaryBeside, writeAll } from './new-output.js';
import { closeDurably } from './one-open-file.js';

/** A part as it was written. */
export interface WrittenPart {
  readonly name: string;
  readonly sizeBytes: number;
  readonly digest: Digest;
}

/** Parts that are being written. */
export interface NewParts extends NewOutput {
  /** All of them, once `commit` was called. */
  readonly parts: readonly WrittenPart[];
}

/** The first name that a file in parts would take and that is taken; null where all are free. */
export function takenPartName(path: string): string | null {
  const name = basename(path);
  const folder = dirname(path);
  const lists = partLists(name);
  const isTaken = (other: string): boolean =>
    lists.includes(other) || (other.startsWith(`${name}.part`) && /^\d+$/.test(other.slice(`${name}.part`.length)));
  return existsSync(folder) ? (readdirSync(folder).sort().find(isTaken) ?? null) : null;
}

/** How a file is cut. */
export interface SplitSettings {
  /** Of each part but the last. */
  readonly partBytes: number;
  /** So many are read back as one archive. */
  readonly maxParts: number;
}

/** Begins a file at `path` in parts. Throws OutputError, also where one of its names is taken or it has too many parts. */
export function newParts(path: string, split: SplitSettings): NewParts {
  return new PartsInProgress(path, split);
}

/** One part: its digest goes on with each write behind the last one; any other write asks for it to be computed anew. */
interface PartInProgress {
  hash: Hash | null;
  sizeBytes: number;
}

const readBytes = 1024 * 1024;

class PartsInProgress implements NewParts {
  parts: readonly WrittenPart[] = [];
  readonly #path: string;
  readonly #partBytes: number;
  readonly #maxParts: number;
  readonly #temporary: string;
  readonly #written: PartInProgress[] = [];
  #openPart: { readonly at: number; readonly fd: number } | null = null;

  constructor(path: string, { partBytes, maxParts }: SplitSettings) {
    this.#path = path;
    this.#partBytes = partBytes;
    this.#maxParts = maxParts;
    this.#temporary = temporaryBeside(path);
    guarded(path, () => mkdirSync(this.#temporary));
  }

  write(_: string, bytes: Uint8Array, positionBytes: number): void {
    guarded(this.#path, () => {
      for (let done = 0; done < bytes.length; ) {
        const position = positionBytes + done;
        const at = Math.floor(position / this.#partBytes);
        const offset = position - at * this.#partBytes;
        if (at >= this.#maxParts) throw new RangeError(`more than ${this.#maxParts} parts are not read as one archive`);
        const piece = bytes.subarray(done, done + this.#partBytes - offset);
        writeAll(this.#opened(at), piece, offset);
        this.#account(at, piece, offset);
        done += piece.length;
      }
    });
  }

  commit(): void {
    const names = partNames(basename(this.#path), this.#written.length);
    guarded(this.#path, () => {
      this.#closeOpen();
      const parts = names.map((name, at) => this.#finished(name, at));
      const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
      const name = basename(this.#path);
      const list = { kind: 'varve.parts', schemaVersion: 1, name, sizeBytes, parts };
      const checksums = parts.map((part) => `${part.digest.slice('sha256:'.length)}  ${part.name}\n`).join('');
      this.#document(`${name}${checksumsEnding}`, checksums);
      this.#document(`${name}${partsListEnding}`, `${JSON.stringify(list, null, 2)}\n`);
      this.parts = parts;
    });
    this.#putInPlace([...[...names].reverse(), `${basename(this.#path)}${checksumsEnding}`]);
  }

  abandon(): void {
    this.#closeOpen();
    discard(this.#temporary);
  }

  /** The list comes last: where it is, all is. */
  #putInPlace(names: readonly string[]): void {
    const folder = dirname(this.#path);
    const list = `${basename(this.#path)}${partsListEnding}`;
    const placed: string[] = [];
    try {
      const taken = takenPartName(this.#path);
      if (taken !== null) {
        const reason = `${join(folder, taken)} is there already`;
        throw new OutputError(`${this.#path} was not written: ${reason}`, { cause: new Error(reason) });
      }
      guarded(this.#path, () => {
        for (const name of [...names, list]) {
          renameSync(join(this.#temporary, name), join(folder, name));
          placed.push(name);
          // What lies before the list in time is durable before it.
          if (name === names.at(-1)) syncFolder(folder);
        }
        syncFolder(folder);
      });
    } catch (error) {
      for (const name of placed.reverse()) discard(join(folder, name));
      throw error;
    }
  }

  #account(at: number, piece: Uint8Array, offset: number): void {
    const part = this.#written[at] ?? { hash: createHash('sha256'), sizeBytes: 0 };
    this.#written[at] = part;
    if (offset === part.sizeBytes) part.hash?.update(piece);
    else part.hash = null;
    part.sizeBytes = Math.max(part.sizeBytes, offset + piece.length);
  }

  #finished(name: string, at: number): WrittenPart {
    const { hash, sizeBytes } = this.#written[at] ?? { hash: null, sizeBytes: 0 };
    const digest = hash?.digest('hex') ?? hashFile(this.#fileOf(at));
    renameSync(this.#fileOf(at), join(this.#temporary, name));
    return { name, sizeBytes, digest: parseDigest(`sha256:${digest}`) };
  }

  #document(name: string, text: string): void {
    const fd = openSync(join(this.#temporary, name), 'wx', 0o666);
    writeAll(fd, Buffer.from(text), 0);
    closeDurably(fd);
  }

  #opened(at: number): number {
    if (this.#openPart?.at === at) return this.#openPart.fd;
    this.#closeOpen();
    const fd = openSync(this.#fileOf(at), this.#written[at] === undefined ? 'w' : 'r+', 0o666);
    this.#openPart = { at, fd };
    return fd;
  }

  #closeOpen(): void {
    if (this.#openPart === null) return;
    const { fd } = this.#openPart;
    this.#openPart = null;
    closeDurably(fd);
  }

  /** Until it has its name. */
  #fileOf(at: number): string {
    return join(this.#temporary, String(at));
  }
}

function hashFile(path: string): string {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(readBytes);
  const fd = openSync(path, 'r');
  try {
    for (let read = readSync(fd, buffer); read > 0; read = readSync(fd, buffer)) hash.update(buffer.subarray(0, read));
  } finally {
    closeDurably(fd);
  }
  return hash.digest('hex');
}
