/**
 * Stored bytes that are hashed by jobs of their own. Where a few large compressed layers are nearly all that there is, a thread
 * goes on with the longest of them when the others have nothing left. The digest of its stored bytes is the part that
 * another one can do without a word between the two; it comes last, and whoever is free does it. They are read
 * once more for that, a moment after they were read first.
 */
import type { BlobJob, BlobObservation, Job, JobResult } from '../observe/observation.js';
import { idlePart, startOrder } from './schedule.js';
import { costsOf, isDecoded } from './shared-jobs.js';

/** The least and the most of a layer: less is not worth it, more may no longer lie in the page cache. */
const apartFromBytes = 4 * 1024 * 1024;
const apartToBytes = 256 * 1024 * 1024;
/** Of more for each thread none has much to do at the end, to read them once more would be all that there is of it. */
const mostPerThread = 2;
/** So much of the time of all threads is to be without work: to read the bytes again takes a fiftieth of a job. */
const worthIdlePart = 0.05;

/** The jobs of a run as they are done. */
export interface HashedApart {
  /** Those of the run, each at its place, and behind them the hashing, largest first. */
  readonly jobs: readonly Job[];
  /** Of the hashing: to be done last. */
  readonly batches: readonly (readonly number[])[];
  /** The results of the jobs of the run, as if each had done all of it. */
  join(results: readonly JobResult[]): JobResult[];
}

/** Null where each job does all of its work. */
export function hashApart(given: readonly Job[], threads: number): HashedApart | null {
  const order = startOrder(given);
  const { costs, restCost } = costsOf(given, order, threads);
  if (idlePart(costs, threads, restCost) < worthIdlePart) return null;
  const large = order.filter((i) => isLarge(given[i] as Job));
  if (large.length === 0 || large.length > mostPerThread * threads) return null;
  const jobs = [...given];
  for (const i of large) {
    const job = given[i] as BlobJob;
    jobs[i] = { ...job, algorithms: [], layer: [...new Set([...job.algorithms, ...(job.layer ?? [])])] };
    jobs.push({ ...job, layer: null, probes: [] });
  }
  return {
    jobs,
    batches: large.map((_, position) => [given.length + position]),
    join: (results) => {
      const joined = results.slice(0, given.length);
      for (const [position, i] of large.entries()) {
        joined[i] = join(results[i] as JobResult, results[given.length + position] as JobResult);
      }
      return joined;
    },
  };
}

function isLarge(job: Job): boolean {
  const { sizeBytes } = job;
  return sizeBytes >= apartFromBytes && sizeBytes <= apartToBytes && job.kind === 'blob' && isDecoded(job);
}

/** What fails is the result of both. */
function join(inside: JobResult, stored: JobResult): JobResult {
  if (!inside.ok || !stored.ok) return inside.ok ? stored : inside;
  const { digests } = stored.value as BlobObservation;
  return { ok: true, value: { ...(inside.value as BlobObservation), digests } };
}
