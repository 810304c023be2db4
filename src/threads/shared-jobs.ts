/**
 * Which jobs two threads share: one decodes, the other does the rest. Only where a few large compressed bodies would keep
 * some threads at work while the others have nothing left: from the start, or in the last round of many that are as large.
 * What is compressed is told by the first bytes.
 */
import type { Codec } from '../codec/decoder.js';
import { detectCodec } from '../codec/detect.js';
import { VarveError } from '../model/error.js';
import { openBody } from '../observe/body-source.js';
import { magicBytes } from '../observe/layer-reader.js';
import type { Job } from '../observe/observation.js';
import { isStandardInput } from '../observe/observation.js';
import { batchBytes, chooseShared, type JobCost, startOrder } from './schedule.js';

/** To decode a byte takes so much longer than to hash it. */
const decodingCost = 8;
/** So many jobs for each thread are looked at: of more that are as large, a last round that is half empty is a tenth at most. */
export const lookedAtPerThread = 10;

/** Which jobs two threads are to share, and how many are to do all. */
export interface SharingSettings {
  readonly workers: number;
  /** Smaller ones are not shared. */
  readonly poolFromBytes: number;
  /** Those that more threads than two help with. */
  readonly split: ReadonlySet<number>;
}

/** Indexes of the jobs to be shared. */
export function findShared(
  jobs: readonly Job[],
  { workers, poolFromBytes, split }: SharingSettings,
): ReadonlySet<number> {
  const fromBytes = Math.max(poolFromBytes, batchBytes);
  const none: ReadonlySet<number> = new Set();
  if (workers < 2) return none;
  const order = startOrder(jobs).filter((i) => !isStandardInput(jobs[i]) && jobs[i]?.kind !== 'recode');
  const sizeOf = (i: number | undefined): number => (i === undefined ? 0 : (jobs[i]?.sizeBytes ?? 0));
  // None is large, or there are so many as large that every thread has enough to do nearly to the end.
  if (sizeOf(order[0]) < fromBytes || sizeOf(order[lookedAtPerThread * workers]) >= fromBytes) return none;
  const { costs, restCost } = costsOf(jobs, order, workers);
  const able = costs.map(({ cost, compressed }, place): JobCost => {
    const i = order[place] as number;
    return { cost, compressed: compressed && sizeOf(i) >= fromBytes && !split.has(i) };
  });
  return new Set(chooseShared(able, workers, restCost).map((place) => order[place] as number));
}

/** What the first of these jobs cost, as far as they are looked at, and all others together. */
export function costsOf(
  jobs: readonly Job[],
  order: readonly number[],
  threads: number,
): { readonly costs: JobCost[]; readonly restCost: number } {
  const most = lookedAtPerThread * threads;
  return {
    costs: order.slice(0, most).map((i) => costOf(jobs[i] as Job)),
    restCost: order.slice(most).reduce((sum, i) => sum + mostCostOf(jobs[i] as Job), 0),
  };
}

/** What a small job may cost, without a look at it: most of its kind are decoded, and the more they are the less is shared. */
function mostCostOf(job: Job): number {
  return job.sizeBytes * (job.kind === 'blob' && job.layer === null ? 1 : decodingCost);
}

function costOf(job: Job): JobCost {
  const compressed = isDecoded(job);
  return { cost: job.sizeBytes * (compressed ? decodingCost : 1), compressed };
}

/** Whether the bytes of a job are decoded, which takes most of its time. */
export function isDecoded(job: Job): boolean {
  return codecOf(job) !== null;
}

/** What the bytes of a job are decoded with, null where they are not; `unknown` where that is not looked at. */
export function codecOf(job: Job): Codec | 'unknown' | null {
  if (job.kind !== 'blob') return 'unknown';
  if (job.layer === null) return null;
  try {
    const body = openBody({ ...job, sizeBytes: Math.min(job.sizeBytes, magicBytes) });
    const first = Buffer.alloc(magicBytes);
    try {
      const read = body.read(first, 0);
      if (typeof read === 'number') return detectCodec(first.subarray(0, read));
      // Nobody waits for it here; what comes from elsewhere is compressed, as a rule.
      read.catch(() => {});
      return 'unknown';
    } finally {
      body.close();
    }
  } catch (error) {
    // Its job will say why it cannot be read.
    if (error instanceof VarveError) return null;
    throw error;
  }
}
