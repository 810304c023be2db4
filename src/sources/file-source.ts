/**
 * A file that is read by position into a buffer of the caller. Synchronous on purpose: the hot loops live in workers and
 * a stream's fresh buffers cost several times the read itself. Counts what it reads, so that tests can hold the
 * promise that metadata commands read headers only.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { messageOf, VarveError } from '../model/error.js';
import type { LocalSource } from './byte-source.js';
import { identityOf } from './file-identity.js';
import { systemPath } from './path-bytes.js';

export interface FileSource extends LocalSource {
  readonly sizeBytes: number;
  readonly seekable: true;
  /** Bytes read so far. */
  readonly readBytes: number;
}

/** Opens a regular file. Throws VarveError `input-unreadable`. */
export function openFile(path: string): FileSource {
  let fd: number | null;
  try {
    fd = openSync(systemPath(path), 'r');
  } catch (cause) {
    throw new VarveError('input-unreadable', `${path}: ${messageOf(cause)}`, { cause });
  }
  const descriptor = fd;
  let readBytes = 0;
  return {
    sizeBytes: fstatSync(descriptor).size,
    seekable: true,
    get readBytes() {
      return readBytes;
    },
    read(target, positionBytes) {
      let done = 0;
      while (done < target.length) {
        let n: number;
        try {
          n = readSync(descriptor, target, done, target.length - done, positionBytes + done);
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
    identity: () => identityOf(fstatSync(descriptor, { bigint: true })),
    close() {
      if (fd !== null) closeSync(fd);
      fd = null;
    },
  };
}
