/**
 * Which jobs are split: large gzip files, where there are threads enough. They are the last ones to begin of those that are
 * large: before that each thread has a job of its own, and to help with another would cost more than it gives.
 */
import { detectCodec } from '../../codec/detect.js';
import { VarveError } from '../../model/error.js';
import { magicBytes } from '../../observe/layer-reader.js';
import type { Job } from '../../observe/observation.js';
import { startOrder } from '../schedule.js';
import { openStored } from './helping-thread.js';

/** What is split, and into what. */
export interface Splitting {
  readonly fromBytes: number;
  readonly segmentBytes: number;
}

export const usualSplitting: Splitting = { fromBytes: 64 * 1024 * 1024, segmentBytes: 2 * 1024 * 1024 };

/** Two do it sooner where one decodes all and the other does the rest. */
const leastThreads = 3;
/** So many jobs for each thread are in the last rounds. */
const lastPerThread = 2;

/** Indexes of the jobs to be split over so many threads. */
export function findSplit(jobs: readonly Job[], workers: number, { fromBytes }: Splitting): ReadonlySet<number> {
  if (workers < leastThreads) return new Set();
  const large = startOrder(jobs).filter((i) => {
    const job = jobs[i] as Job;
    return job.kind !== 'recode' && job.location.kind === 'file' && job.sizeBytes >= fromBytes;
  });
  return new Set(large.slice(-lastPerThread * workers).filter((i) => isGzip(jobs[i] as Job)));
}

function isGzip(job: Job): boolean {
  if (job.kind === 'blob' && job.layer === null) return false;
  try {
    const source = openStored(job.kind === 'blob' ? { ...job, sizeBytes: Math.min(job.sizeBytes, magicBytes) } : job);
    try {
      const first = Buffer.alloc(magicBytes);
      const read = source.read(first, 0);
      return typeof read === 'number' && detectCodec(first.subarray(0, read)) === 'gzip';
    } finally {
      source.close();
    }
  } catch (error) {
    // Its job will say why it cannot be read.
    if (error instanceof VarveError) return false;
    throw error;
  }
}
