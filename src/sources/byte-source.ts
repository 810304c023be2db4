/**
 * Bytes that can be read, wherever they lie. A local file answers at once, so that the hot loops stay synchronous; whatever
 * has to wait answers with a promise, and may give fewer bytes than were asked for. Every source passes the same tests.
 */

export interface ByteSource {
  /** Null where the end is known only when it is reached. */
  readonly sizeBytes: number | null;
  /** Whether any position can be read at any time; else each read goes on where the last one ended. */
  readonly seekable: boolean;
  /**
   * Puts bytes from that position into the start of `target`; returns how many, at least one unless the end is reached or
   * `target` is empty. Throws VarveError `input-unreadable` with the name of the source and the position.
   */
  read(target: Buffer, positionBytes: number): number | Promise<number>;
  /** Changes whenever the bytes may have changed; null where nobody could tell. */
  identity(): string | null | Promise<string | null>;
  /** Gives back what it holds; may be called more than once. */
  close(): void;
}

/** A source that answers at once, and fills `target` unless the end comes first. */
export interface LocalSource extends ByteSource {
  read(target: Buffer, positionBytes: number): number;
}

/** A local source whose end is known. */
export interface SizedSource extends LocalSource {
  readonly sizeBytes: number;
}

/** Fills `target` unless the end comes first; returns how much. At once where the source answers at once. */
export function fill(source: Pick<LocalSource, 'read'>, target: Buffer, positionBytes: number): number;
export function fill(source: Pick<ByteSource, 'read'>, target: Buffer, positionBytes: number): number | Promise<number>;
export function fill(
  source: Pick<ByteSource, 'read'>,
  target: Buffer,
  positionBytes: number,
): number | Promise<number> {
  let done = 0;
  while (done < target.length) {
    const read = source.read(target.subarray(done), positionBytes + done);
    if (typeof read !== 'number') return fillLater(source, target, positionBytes, done, read);
    if (read === 0) break;
    done += read;
  }
  return done;
}

async function fillLater(
  source: Pick<ByteSource, 'read'>,
  target: Buffer,
  positionBytes: number,
  doneBytes: number,
  reading: Promise<number>,
): Promise<number> {
  let done = doneBytes;
  let read = await reading;
  while (read > 0) {
    done += read;
    if (done === target.length) break;
    read = await source.read(target.subarray(done), positionBytes + done);
  }
  return done;
}
