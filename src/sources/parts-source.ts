/**
 * Several files that are read as one, by position: an archive that was cut into parts. One of them is open at a time, as a
 * read needs it. Each must still have the size that it had when the parts were put in order, or every position behind it
 * would mean another byte: then it is unreadable, and named.
 */
import { VarveError } from '../model/error.js';
import type { SizedSource } from './byte-source.js';
import { type FileSource, openFile } from './file-source.js';
import type { Location, Part } from './location.js';

interface OpenPart {
  readonly at: number;
  readonly startBytes: number;
  readonly file: FileSource;
}

/** Reads parts as one file. Opens nothing yet; reading throws VarveError `input-unreadable` with the name of the part. */
export function openParts({ startBytes, parts }: Extract<Location, { readonly kind: 'parts' }>): SizedSource {
  return new PartsSource(startBytes, parts);
}

class PartsSource implements SizedSource {
  readonly sizeBytes: number;
  readonly seekable = true;
  readonly #parts: readonly Part[];
  /** Where each begins in the whole. */
  readonly #starts: readonly number[];
  #open: OpenPart | null = null;

  constructor(startBytes: number, parts: readonly Part[]) {
    const starts: number[] = [];
    let position = startBytes;
    for (const { sizeBytes } of parts) {
      starts.push(position);
      position += sizeBytes;
    }
    this.sizeBytes = position;
    this.#parts = parts;
    this.#starts = starts;
  }

  read(target: Buffer, positionBytes: number): number {
    let done = 0;
    while (done < target.length) {
      const part = this.#partAt(positionBytes + done);
      if (part === null) break;
      const read = part.file.read(target.subarray(done), positionBytes + done - part.startBytes);
      if (read === 0) break;
      done += read;
    }
    return done;
  }

  identity(): string {
    return this.#parts.map((_, at) => this.#opened(at).file.identity()).join(' ');
  }

  close(): void {
    this.#open?.file.close();
    this.#open = null;
  }

  /** The part with that byte; null before the first and behind the last. */
  #partAt(positionBytes: number): OpenPart | null {
    if (positionBytes >= this.sizeBytes) return null;
    const own = this.#open;
    if (own !== null && own.startBytes <= positionBytes && positionBytes < own.startBytes + own.file.sizeBytes)
      return own;
    let low = 0;
    let high = this.#starts.length;
    // The last that begins there or before; of empty ones the last as well, which is the one with the byte.
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= positionBytes) low = middle;
      else high = middle;
    }
    return positionBytes < (this.#starts[low] ?? 0) ? null : this.#opened(low);
  }

  #opened(at: number): OpenPart {
    if (this.#open?.at === at) return this.#open;
    this.close();
    const part = this.#parts[at];
    if (part === undefined) throw new RangeError(`there is no part ${at}`);
    const file = openFile(part.path);
    if (file.sizeBytes !== part.sizeBytes) {
      file.close();
      const found = `expected ${part.sizeBytes} bytes, found ${file.sizeBytes}; it was changed meanwhile`;
      throw new VarveError('input-unreadable', `${part.path}: ${found}`);
    }
    this.#open = { at, startBytes: this.#starts[at] ?? 0, file };
    return this.#open;
  }
}
