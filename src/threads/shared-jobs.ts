/**
 * Which jobs two threads share: one decodes, the other does the rest. Only where a few large compressed bodies would keep
 * some threads at work while the others have nothing left. What is compressed is told by the first bytes.
 */
import { detectCodec } from '../codec/detect.js';
import { VarveError } from '../model/error.js';
import { openBody } from '../observe/body-source.js';
import { magicBytes } from '../observe/layer-reader.js';
import type { Job } from '../observe/observation.js';
import { isStandardInput } from '../observe/observation.js';
import { batchBytes, countShared, type JobCost, startOrder } from './schedule.js';

/** To decode a byte takes so much longer than to hash it. */
const decodingCost = 8;
/** So many jobs for each thread are looked at; what comes behind is small beside them. */
const lookedAtPerThread = 4;

/** Indexes of the jobs to be shared. `poolFromBytes`: smaller ones are not. */
export function findShared(jobs: readonly Job[], workers: number, poolFromBytes: number): ReadonlySet<number> {
  const fromBytes = Math.max(poolFromBytes, batchBytes);
  const none: ReadonlySet<number> = new Set();
  if (workers < 2) return none;
  const totalBytes = jobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const order = startOrder(jobs).filter((i) => !isStandardInput(jobs[i]) && jobs[i]?.kind !== 'recode');
  const largestBytes = jobs[order[0] ?? -1]?.sizeBytes ?? 0;
  // Where no job is larger than what each thread gets, all threads have enough to do to the end.
  if (largestBytes < fromBytes || largestBytes * workers <= totalBytes) return none;
  const candidates = order.slice(0, lookedAtPerThread * workers);
  const costs = candidates.map((i) => costOf(jobs[i] as Job, fromBytes));
  const able = candidates.filter((_, k) => costs[k]?.compressed);
  return new Set(able.slice(0, countShared(costs, workers)));
}

function costOf(job: Job, fromBytes: number): JobCost {
  const compressed = isDecoded(job);
  const cost = job.sizeBytes * (compressed ? decodingCost : 1);
  return { cost, compressed: compressed && job.sizeBytes >= fromBytes };
}

/** Whether the bytes of a job are decoded, which takes most of its time. */
export function isDecoded(job: Job): boolean {
  if (job.kind !== 'blob') return true;
  if (job.layer === null) return false;
  try {
    const body = openBody({ ...job, sizeBytes: Math.min(job.sizeBytes, magicBytes) });
    const first = Buffer.alloc(magicBytes);
    try {
      const read = body.read(first, 0);
      if (typeof read === 'number') return detectCodec(first.subarray(0, read)) !== null;
      // Nobody waits for it here; what comes from elsewhere is compressed, as a rule.
      read.catch(() => {});
      return true;
    } finally {
      body.close();
    }
  } catch (error) {
    // Its job will say why it cannot be read.
    if (error instanceof VarveError) return false;
    throw error;
  }
}
