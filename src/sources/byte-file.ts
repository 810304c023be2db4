/**
 * A file that is read by position into a buffer of the caller. Synchronous on purpose: the hot loops live in workers and
 * a stream's fresh buffers cost several times the read itself. Counts what it reads, so that tests can hold the
 * promise that metadata commands read headers only.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { messageOf, VarveError } from '../model/error.js';
import { systemPath } from './path-bytes.js';

export interface ByteFile {
  readonly sizeBytes: number;
  /** Bytes read so far. */
  readonly readBytes: number;
  /** Fills `target` from that position; returns the bytes read, fewer only at the end of the file. */
  readAt(target: Uint8Array, positionBytes: number): number;
  close(): void;
}

/** Opens a regular file. Throws VarveError `input-unreadable`. */
export function openByteFile(path: string): ByteFile {
  let fd: number;
  try {
    fd = openSync(systemPath(path), 'r');
  } catch (cause) {
    throw new VarveError('input-unreadable', `${path}: ${messageOf(cause)}`, { cause });
  }
  let readBytes = 0;
  return {
    sizeBytes: fstatSync(fd).size,
    get readBytes() {
      return readBytes;
    },
    readAt(target, positionBytes) {
      let done = 0;
      while (done < target.length) {
        let n: number;
        try {
          n = readSync(fd, target, done, target.length - done, positionBytes + done);
        } catch (cause) {
          throw new VarveError(
            'input-unreadable',
            `${path}: cannot read at ${positionBytes + done}: ${messageOf(cause)}`,
            { cause },
          );
        }
        if (n === 0) break;
        done += n;
      }
      readBytes += done;
      return done;
    },
    close: () => closeSync(fd),
  };
}
