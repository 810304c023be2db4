/**
 * In which order jobs start, in which batches, and which of them two threads share. Largest first over all archives, so
 * that no thread is left with a giant at the end.
 */
import { isStandardInput, type Job } from '../observe/observation.js';

/** Handing a job to a thread costs about as much as hashing this many bytes. A job of so many is a batch by itself. */
export const batchBytes = 256 * 1024;

/** Job indexes in the order in which they start: largest first, ties as given. */
export function startOrder(jobs: readonly Job[]): number[] {
  return jobs.map((_, i) => i).sort((a, b) => (jobs[b]?.sizeBytes ?? 0) - (jobs[a]?.sizeBytes ?? 0) || a - b);
}

/**
 * The same order, small jobs put together so that a thread gets enough to do at once. Standard input, whose size is not
 * known, comes first and alone. Each of `workers` threads takes the next batch as soon as it is free, and the last one ends
 * no later than the mean load + (1 - 1 / workers) x the largest job: towards the end batches become smaller for that.
 */
export function startBatches(jobs: readonly Job[], workers: number): number[][] {
  const order = startOrder(jobs);
  const sized = order.filter((i) => !isStandardInput(jobs[i]));
  const sizeOf = (i: number | undefined): number => (i === undefined ? 0 : (jobs[i]?.sizeBytes ?? 0));
  const largestBytes = sizeOf(sized[0]);
  let leftBytes = sized.reduce((sum, i) => sum + sizeOf(i), 0);
  const threads = Math.max(1, workers);
  const batches = order.filter((i) => isStandardInput(jobs[i])).map((i) => [i]);
  for (let at = 0; at < sized.length; ) {
    // A batch of b bytes that ends last began when the others had at most leftBytes - b to share: so much keeps the bound.
    const mostBytes = ((threads - 1) * largestBytes + leftBytes) / threads;
    const batch: number[] = [];
    let bytes = 0;
    for (let costBytes = 0; at < sized.length && costBytes < batchBytes; at++) {
      const sizeBytes = sizeOf(sized[at]);
      if (batch.length > 0 && bytes + sizeBytes > mostBytes) break;
      batch.push(sized[at] as number);
      bytes += sizeBytes;
      costBytes += sizeBytes + batchBytes / 64;
    }
    leftBytes -= bytes;
    batches.push(batch);
  }
  return batches;
}

/** A job as it counts where it is asked which ones two threads are to share. */
export interface JobCost {
  /** In any unit, the same for all. */
  readonly cost: number;
  /** Whether most of it is decoding, which can be done beside the rest. */
  readonly compressed: boolean;
}

/** How long a job takes that two threads share: decoding is as much, and the rest is done meanwhile. */
const sharedPart = 0.75;

/**
 * How many of these jobs, largest first, are to be shared by two threads each, so that all are done soonest: none where
 * there are enough for every thread, since one thread wastes no time on waiting. Shared are the first that can be.
 */
export function countShared(jobs: readonly JobCost[], workers: number): number {
  const able = workers < 2 ? 0 : jobs.filter(({ compressed }) => compressed).length;
  const ends = Array.from({ length: Math.min(able, workers) + 1 }, (_, count) => endOf(jobs, count, workers));
  return ends.indexOf(Math.min(...ends));
}

function endOf(jobs: readonly JobCost[], shared: number, workers: number): number {
  const freeAt = Array<number>(Math.max(1, workers)).fill(0);
  let left = shared;
  for (const { cost, compressed } of jobs) {
    freeAt.sort((a, b) => a - b);
    const [first = 0, second = 0] = freeAt;
    if (compressed && left-- > 0) freeAt[0] = freeAt[1] = Math.max(first, second) + sharedPart * cost;
    else freeAt[0] = first + cost;
  }
  return Math.max(...freeAt);
}
