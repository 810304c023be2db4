/**
 * How fast bytes come: from memory, by a temporary file, and from a path of the user's, read once as it is found and once
 * more. Only the second pass is known to come from memory, and only where that is large enough.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, VarveError } from '../model/error.js';
import type { Bench } from '../model/results/bench.js';
import { chunkBytes } from '../observe/work-context.js';
import { openFile } from '../sources/file-source.js';
import { type Measuring, measureRate, perSecond } from './rate.js';

type Read = Bench['read'][number];

/** The rate of a file that is in memory. Throws as `measureRate`. */
export async function measureMemoryRead(path: string, measuring: Measuring): Promise<Read> {
  const file = openFile(path);
  const buffer = Buffer.allocUnsafeSlow(chunkBytes);
  try {
    const readAll = (): void => {
      for (let at = 0; at < file.sizeBytes; at += buffer.length) file.read(buffer, at);
    };
    const { bytesPerSecond } = await measureRate(file.sizeBytes, readAll, measuring);
    return { path: null, pass: 'again', sizeBytes: file.sizeBytes, bytesPerSecond };
  } finally {
    file.close();
  }
}

/** The rates of two passes over a file or all files of a folder, each until the time is up. Throws VarveError `usage`. */
export async function measurePath(path: string, measuring: Measuring): Promise<Read[]> {
  const files = filesOf(path);
  const reads: Read[] = [];
  for (const pass of ['first', 'again'] as const) {
    const started = performance.now();
    const sizeBytes = await readFiles(files, started + measuring.timeMs, measuring.signal);
    if (sizeBytes === 0) throw new VarveError('usage', `${path} holds no byte to read`);
    const bytesPerSecond = Math.round(perSecond(sizeBytes, performance.now() - started));
    reads.push({ path, pass, sizeBytes, bytesPerSecond });
  }
  return reads;
}

/** Regular files at a path, in the order of the bytes of their names. */
function filesOf(path: string): string[] {
  try {
    if (statSync(path).isFile()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  } catch (cause) {
    throw new VarveError('usage', `${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/** Reads on until that time, one piece at least; returns the bytes read. */
async function readFiles(paths: readonly string[], untilMs: number, signal: AbortSignal): Promise<number> {
  const buffer = Buffer.allocUnsafeSlow(chunkBytes);
  let sizeBytes = 0;
  for (const path of paths) {
    const file = openFile(path);
    try {
      for (let at = 0; at < file.sizeBytes; at += buffer.length) {
        if (sizeBytes > 0 && performance.now() >= untilMs) return sizeBytes;
        sizeBytes += file.read(buffer.subarray(0, Math.min(buffer.length, file.sizeBytes - at)), at);
        if (at % (64 * chunkBytes) === 0) await new Promise((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
      }
    } finally {
      file.close();
    }
  }
  return sizeBytes;
}
