/**
 * Standard input, kept in a file: what reads an archive more than once, or by position, cannot read a pipe. In bounded
 * memory, however much comes; the file is there for no longer than whoever asked for it needs it.
 */
import { closeSync, openSync } from 'node:fs';
import { interruption } from '../model/error.js';
import { standardInput } from '../sources/location.js';
import { openSource } from '../sources/open-source.js';
import { discard } from './disk.js';
import { guarded, writeAll } from './new-output.js';

const chunkBytes = 1024 * 1024;

/**
 * Does some work with what comes on standard input in a file at `path`, which must not be there before and is not there
 * afterwards. Throws OutputError, VarveError `input-unreadable` and `interrupted`, and what the work throws.
 */
export async function withSpooledInput<T>(
  path: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const fd = guarded(path, () => openSync(path, 'wx', 0o600));
  try {
    try {
      await copyInput((bytes, position) => guarded(path, () => writeAll(fd, bytes, position)), signal);
    } finally {
      closeSync(fd);
    }
    return await work();
  } finally {
    discard(path);
  }
}

async function copyInput(
  write: (bytes: Uint8Array, positionBytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const source = openSource(standardInput, signal);
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    for (let position = 0; ; ) {
      const read = await source.read(buffer, position);
      if (read === 0) return;
      write(buffer.subarray(0, read), position);
      position += read;
      // What is a file answers at once, and a signal has to be heard meanwhile.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) throw interruption(signal);
    }
  } finally {
    source.close();
  }
}
