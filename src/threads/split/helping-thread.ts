/**
 * A thread that has nothing else to do: it decodes ahead for split files that others read in order, for one after the
 * other, that with the most left first. It ends with the last of them, or where no more can be of use.
 */
import { openBody } from '../../observe/body-source.js';
import { Hashers } from '../../observe/hasher.js';
import type { BlobJob, Digests, Job } from '../../observe/observation.js';
import type { WorkContext } from '../../observe/work-context.js';
import type { ByteSource } from '../../sources/byte-source.js';
import { openSource } from '../../sources/open-source.js';
import { SegmentWork } from './segment-work.js';
import {
  bellOf,
  claimHashing,
  countHelper,
  helperCountOf,
  isClosed,
  putDigests,
  reachedSegment,
  type Slots,
  type Split,
  stage,
  stageOf,
  waitForBell,
} from './split.js';

/** A job that is split, with what its threads share. */
export interface SplitJob {
  readonly job: Job;
  readonly split: Split;
}

/** More do not make it faster: then hashing takes all the time. */
export const mostHelpers = 6;
const waitMs = 100;

/** Helps until there is nothing to be helped with. Throws VarveError `interrupted`. */
export function helpOthers(jobs: readonly SplitJob[], slots: Slots, context: WorkContext): void {
  for (;;) {
    const most = mostLeft(jobs);
    if (most === null) return;
    help(most, slots, context);
  }
}

function mostLeft(jobs: readonly SplitJob[]): SplitJob | null {
  let most: { readonly job: SplitJob; readonly left: number } | null = null;
  for (const job of jobs) {
    const { split } = job;
    const helpers = helperCountOf(split);
    if (isClosed(split) || helpers >= mostHelpers) continue;
    const left = (split.stages.length - reachedSegment(split)) / (helpers + 1);
    // At the end of a file there is nothing to be helped with.
    if (left >= 1 && left > (most?.left ?? 0)) most = { job, left };
  }
  return most?.job ?? null;
}

function help({ job, split }: SplitJob, slots: Slots, context: WorkContext): void {
  const source = openStored(job);
  countHelper(split, 1);
  try {
    if (job.kind === 'blob' && claimHashing(split)) putDigests(split, hashStored(job, source, context));
    const work = new SegmentWork(split, slots, source);
    while (!isClosed(split) && reachedSegment(split) < split.stages.length) {
      const bell = bellOf(split);
      if (resolveNext(split, work) || work.decodeNext()) continue;
      context.checkStop();
      waitForBell(split, bell, waitMs);
    }
  } finally {
    countHelper(split, -1);
    source.close();
  }
}

/** Resolves the first stretch that waits for it. */
function resolveNext(split: Split, work: SegmentWork): boolean {
  for (let segment = reachedSegment(split); segment < split.stages.length; segment++) {
    const at = stageOf(split, segment);
    if (at === stage.open) return false;
    if (at === stage.placed && work.resolve(segment)) return true;
  }
  return false;
}

/** The stored bytes of a job, for a thread of its own. Throws VarveError `input-unreadable`. */
export function openStored(job: Job): ByteSource {
  return job.kind === 'blob' ? openBody(job) : openSource(job.location, undefined);
}

/** The digests of the stored bytes. Throws VarveError `input-unreadable`, `interrupted`. */
export function hashStored(job: BlobJob, source: ByteSource, context: WorkContext): Digests {
  const hashers = new Hashers(context.engine, job.algorithms);
  for (let at = 0; at < job.sizeBytes; ) {
    context.checkStop();
    const read = source.read(context.buffer, at);
    if (typeof read !== 'number') throw new TypeError('a split file is read at once');
    hashers.update(context.buffer.subarray(0, read));
    at += read;
  }
  return hashers.digests();
}
