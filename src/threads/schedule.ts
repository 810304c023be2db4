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
 * The same order, small jobs put together so that a thread gets `fullBytes` to do at once. Standard input, whose size is not
 * known, comes first and alone. Each of `workers` threads takes the next batch as soon as it is free, and the last one ends
 * no later than the mean load + (1 - 1 / workers) x the largest job: towards the end batches become smaller for that.
 */
export function startBatches(jobs: readonly Job[], workers: number, fullBytes: number): number[][] {
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
    for (let costBytes = 0; at < sized.length && costBytes < fullBytes; at++) {
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
const sharedPart = 0.7;

/**
 * Which of these jobs, largest first, are to be shared by two threads each, so that all are done soonest; by their places.
 * Each whole job that there is a thread for wastes no time on waiting, so they are those that others would wait for: the
 * first, where they take longer than all that the others have, or the last, which would keep a few threads at work in the
 * last round. `restCost`: of what is small and fills up behind them. None where that ends nothing sooner.
 */
export function chooseShared(jobs: readonly JobCost[], workers: number, restCost: number): number[] {
  const able = workers < 2 ? [] : jobs.flatMap(({ compressed }, i) => (compressed ? i : []));
  let best: { readonly shared: number[]; readonly end: number } = {
    shared: [],
    end: endOf(jobs, [], workers, restCost),
  };
  for (let count = 1; count <= Math.min(able.length, workers); count++) {
    for (const shared of [able.slice(0, count), able.slice(-count)]) {
      const end = endOf(jobs, shared, workers, restCost);
      if (end < best.end) best = { shared, end };
    }
  }
  return best.shared;
}

/** The part of the time of all threads in which some have no job left, where none is shared. */
export function idlePart(jobs: readonly JobCost[], workers: number, restCost: number): number {
  const end = endOf(jobs, [], workers, restCost);
  const sum = jobs.reduce((all, { cost }) => all + cost, restCost);
  return end === 0 ? 0 : 1 - sum / (Math.max(1, workers) * end);
}

/** When all is done, each thread taking the next job as soon as it is free, and two at once one that they share. */
function endOf(jobs: readonly JobCost[], shared: readonly number[], workers: number, restCost: number): number {
  const halves = new Set(shared);
  const freeAt = Array<number>(Math.max(1, workers)).fill(0);
  for (const [i, { cost }] of jobs.entries()) {
    const first = placeOfLeast(freeAt, -1);
    const second = halves.has(i) ? placeOfLeast(freeAt, first) : first;
    const start = freeAt[second] ?? 0;
    freeAt[first] = freeAt[second] = start + (halves.has(i) ? sharedPart : 1) * cost;
  }
  const mean = (freeAt.reduce((sum, end) => sum + end, 0) + restCost) / freeAt.length;
  return Math.max(mean, ...freeAt);
}

/** Where the least value stands, `except` left out. */
function placeOfLeast(values: readonly number[], except: number): number {
  let least = except === 0 ? 1 : 0;
  for (let i = least + 1; i < values.length; i++) {
    if (i !== except && (values[i] as number) < (values[least] as number)) least = i;
  }
  return least;
}
