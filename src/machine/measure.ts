/**
 * What this machine can do with layers: the measurements one after the other within about the time that was asked for, and
 * what follows from them. All of them run the code that the other commands run.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Bench } from '../model/results/bench.js';
import { decodeMeasurements, measureDecoders } from './decode-rates.js';
import { digestMeasurements, measureDigests } from './digest-rates.js';
import type { Measuring } from './rate.js';
import { measureMemoryRead, measurePath } from './read-rates.js';
import { type MemoryFile, measureThreads, workerCounts } from './thread-rates.js';

export interface MeasureOptions {
  /** About how long all of it may take. */
  readonly timeMs: number;
  /** File or folder whose read rate is measured too, or null. */
  readonly path: string | null;
  /** Version of Node, as it goes into the document. */
  readonly node: string;
  readonly signal: AbortSignal;
}

const memoryFileBytes = 64 * 1024 * 1024;
/** The digest stage tells its progress ten times a second, and two of those make a figure. */
const leastThreadsMs = 300;
/** Fewer bytes a second than the best within this share are as good: more threads or larger chunks are not free. */
const asGood = 0.97;

/** Measures this machine. Throws VarveError `usage` where the path cannot be read, and the signal's reason. */
export async function measureMachine({ timeMs, path, node, signal }: MeasureOptions): Promise<Bench> {
  const counts = workerCounts(availableParallelism());
  const share = (part: number, measurements: number): Measuring => ({
    timeMs: (timeMs * part) / measurements,
    signal,
  });
  return withMemoryFile(async (file) => {
    const reads = path === null ? [] : await measurePath(path, share(0.2, 2));
    const digest = await measureDigests(share(0.25, digestMeasurements));
    const decode = await measureDecoders(share(0.2, decodeMeasurements));
    const memoryRead = await measureMemoryRead(file.path, share(0.05, 1));
    const each = share(0.3, counts.length);
    const threads = await measureThreads(file, counts, { ...each, timeMs: Math.max(each.timeMs, leastThreadsMs) });
    const measured = { digest, decode, read: [memoryRead, ...reads], threads };
    const machine = {
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      processors: availableParallelism(),
      memoryBytes: totalmem(),
      platform: `${platform()} ${arch()}`,
      node,
    };
    return { kind: 'varve.bench', schemaVersion: 1, machine, ...measured, ...conclude(measured) };
  });
}

/** A file that costs no room on the disk: it is one hole, and SHA-256 takes zeros no faster than other bytes. */
async function withMemoryFile<T>(work: (file: MemoryFile) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'varve-bench-'));
  try {
    const path = join(folder, 'zeros');
    const file = await open(path, 'w');
    await file.truncate(memoryFileBytes);
    await file.close();
    return await work({ path, sizeBytes: memoryFileBytes });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Measured = Pick<Bench, 'digest' | 'decode' | 'read' | 'threads'>;

/** What follows from the figures: what one thread can check at most, and the best settings. */
export function conclude({ digest, decode, read, threads }: Measured): Pick<Bench, 'limits' | 'best'> {
  const fastest = best(digest);
  const fewest = best(threads);
  const hashing = 1 / fastest.bytesPerSecond;
  const reading = 1 / (read.find(({ path }) => path === null)?.bytesPerSecond ?? Number.POSITIVE_INFINITY);
  // Of a compressed layer both forms are hashed and the stored one is read: a quarter to a half of it, here left out.
  const decoded = (codec: 'gzip' | 'zstd'): number => {
    const own = decode.find((row) => row.codec === codec && row.used);
    return Math.round(1 / (hashing + 1 / (own?.bytesPerSecond ?? 0)));
  };
  return {
    limits: {
      plainBytesPerSecond: Math.round(1 / (hashing + reading)),
      gzipBytesPerSecond: decoded('gzip'),
      zstdBytesPerSecond: decoded('zstd'),
    },
    best: { engine: fastest.engine, chunkBytes: fastest.chunkBytes, workers: fewest.workers },
  };
}

/** The first that is as good as the best: rows come in the order of what they cost. Throws RangeError where there is none. */
function best<T extends { readonly bytesPerSecond: number }>(rows: readonly T[]): T {
  const most = Math.max(...rows.map(({ bytesPerSecond }) => bytesPerSecond));
  const row = rows.find(({ bytesPerSecond }) => bytesPerSecond >= most * asGood);
  if (row === undefined) throw new RangeError('nothing was measured');
  return row;
}
