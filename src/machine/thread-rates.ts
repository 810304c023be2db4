/**
 * What threads give: the digest stage itself, over bodies in one temporary file that is in memory. It is watched through
 * its progress and stopped when the time is up, so that the start and the end of the threads are not in the figure.
 */

import { limitsWith } from '../model/limits.js';
import type { Bench } from '../model/results/bench.js';
import type { Job } from '../observe/observation.js';
import { fileAt } from '../sources/location.js';
import { runJobs } from '../threads/run.js';
import { type Measuring, perSecond } from './rate.js';

/** Enough work for the time, whatever the machine: one thread hashes no more than this in a second. */
const mostPerSecond = 8 * 1024 ** 3;

/** A file that is in memory, and its size. */
export interface MemoryFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** Numbers of workers to be tried: none, powers of two, and all processors. */
export function workerCounts(processors: number): number[] {
  const powers = Array.from({ length: Math.floor(Math.log2(processors)) + 1 }, (_, power) => 2 ** power);
  return [...new Set([0, ...powers, processors])];
}

/** The rates of the digest stage with these numbers of workers. Throws the signal's reason. */
export async function measureThreads(
  file: MemoryFile,
  counts: readonly number[],
  measuring: Measuring,
): Promise<Bench['threads']> {
  const rates: Bench['threads'] = [];
  for (const workers of counts) {
    rates.push({ workers, bytesPerSecond: Math.round(await measureStage(file, workers, measuring)) });
  }
  return rates;
}

interface Reading {
  readonly atMs: number;
  readonly doneBytes: number;
}

async function measureStage({ path, sizeBytes }: MemoryFile, workers: number, measuring: Measuring): Promise<number> {
  const job: Job = {
    kind: 'blob',
    location: fileAt(path),
    offsetBytes: 0,
    sizeBytes,
    algorithms: ['sha256'],
    layer: null,
    archive: 0,
    probes: [],
  };
  const wantedBytes = (measuring.timeMs / 1000) * mostPerSecond * Math.max(1, workers);
  const jobs = Array.from({ length: Math.ceil(wantedBytes / sizeBytes) + 1 }, () => job);
  const enough = new AbortController();
  let first: Reading | undefined;
  let last: Reading | undefined;
  const onProgress = (doneBytes: number): void => {
    if (doneBytes === 0 || enough.signal.aborted) return;
    const reading = { atMs: performance.now(), doneBytes };
    first ??= reading;
    last = reading;
    if (reading.atMs - first.atMs >= measuring.timeMs) enough.abort();
  };
  const signal = AbortSignal.any([measuring.signal, enough.signal]);
  try {
    await runJobs(jobs, { engine: 'node', limits: limitsWith({}), workers, signal, onProgress, poolFromBytes: 0 });
  } catch (error) {
    measuring.signal.throwIfAborted();
    if (!enough.signal.aborted) throw error;
  }
  if (first === undefined || last === undefined) return 0;
  return perSecond(last.doneBytes - first.doneBytes, last.atMs - first.atMs);
}
