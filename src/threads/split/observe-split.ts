/**
 * A job whose gzip others decode ahead. What it finds is believed only where all is well; whatever is wrong is found anew
 * by this thread alone, from the first byte, so that every finding is the one of a thread without help. Until then
 * nothing is counted that all jobs count together.
 */
import { GuardedDecoder } from '../../codec/guarded-decoder.js';
import { openSplitDecoder } from '../../codec/gzip/split-gzip.js';
import { VarveError } from '../../model/error.js';
import { type Control, countExpanded, reserveListBytes } from '../../observe/control.js';
import type { BlobJob, BlobObservation, Digests, StreamJob, StreamObservation } from '../../observe/observation.js';
import { observeBlob } from '../../observe/observe-blob.js';
import { observeStream } from '../../observe/stream/observe-stream.js';
import type { WorkContext } from '../../observe/work-context.js';
import { hashStored, openStored } from './helping-thread.js';
import { SegmentWork } from './segment-work.js';
import {
  bellOf,
  claimHashing,
  closeSplit,
  hashing,
  hashingStage,
  lostHelpers,
  type Slots,
  type Split,
  takeDigests,
  waitForBell,
} from './split.js';
import { ThreadInOrder } from './thread-in-order.js';

const waitMs = 100;

/** The jobs that can be split. */
export type SplitKind = BlobJob | StreamJob;

/** Null where the job is to be done by one thread alone. Throws VarveError `interrupted`. */
export async function observeSplit(
  job: SplitKind,
  context: WorkContext,
  { split, slots }: { readonly split: Split; readonly slots: Slots },
): Promise<BlobObservation | StreamObservation | null> {
  const own = openStored(job);
  try {
    const work = new SegmentWork(split, slots, own);
    const inOrder = new ThreadInOrder(split, slots, work, context.checkStop);
    const lost = lostHelpers(slots);
    const control = apart(context.control);
    const before = countsOf(job, control);
    const observed = await observeInOrder(job, { ...context, control }, inOrder, split);
    if (!isWell(observed)) return null;
    const isLost = (): boolean => lostHelpers(slots) !== lost;
    const complete =
      job.kind === 'blob' && !('bodies' in observed) ? withDigests(job, observed, context, split, isLost) : observed;
    return count(job, context, control, before) ? complete : null;
  } catch (error) {
    if (error instanceof VarveError && error.code === 'interrupted') throw error;
    return null;
  } finally {
    own.close();
    closeSplit(split, slots);
  }
}

/** The same stop, and counts that begin where those of all stand and are given up with the trial. */
function apart(control: Control): Control {
  return { ...control, expandedBytes: control.expandedBytes.slice(), listedBytes: control.listedBytes.slice() };
}

interface Counts {
  readonly expanded: bigint;
  readonly listed: bigint;
}

function countsOf(job: SplitKind, { expandedBytes, listedBytes }: Control): Counts {
  return { expanded: expandedBytes[archiveOf(job)] ?? 0n, listed: listedBytes[0] ?? 0n };
}

function archiveOf(job: SplitKind): number {
  return job.kind === 'blob' ? job.archive : 0;
}

function observeInOrder(
  job: SplitKind,
  context: WorkContext,
  inOrder: ThreadInOrder,
  split: Split,
): Promise<BlobObservation | StreamObservation> {
  const decoder = openSplitDecoder(inOrder);
  if (decoder === null) throw new TypeError('no kernel here');
  const guarded = new GuardedDecoder(decoder);
  if (job.kind === 'stream') return observeStream(job, context, undefined, () => guarded);
  const algorithms = hashingStage(split) === hashing.unwanted ? job.algorithms : [];
  return observeBlob({ ...job, algorithms }, { ...context, createDecoder: () => guarded });
}

/** Whether nothing in it could be told otherwise where the pieces of output are others. */
function isWell(observation: BlobObservation | StreamObservation): boolean {
  if (!('bodies' in observation)) return observation.layer === null || observation.layer.ok;
  const limited = [...observation.bodies.values()].some(({ layer }) => layer !== null && !layer.ok && layer.limit);
  return observation.failure === null && !limited;
}

/** With the digests of the stored bytes: a helper's, or, where none has them, this thread's own. */
function withDigests(
  job: BlobJob,
  observation: BlobObservation,
  context: WorkContext,
  split: Split,
  lost: () => boolean,
): BlobObservation {
  for (;;) {
    const bell = bellOf(split);
    const at = hashingStage(split);
    if (at === hashing.unwanted) return observation;
    if (at === hashing.done) return { ...observation, digests: takeDigests(split) };
    if (lost() || claimHashing(split)) return { ...observation, digests: hashAlone(job, context) };
    context.checkStop();
    waitForBell(split, bell, waitMs);
  }
}

function hashAlone(job: BlobJob, context: WorkContext): Digests {
  const source = openStored(job);
  try {
    return hashStored(job, source, context);
  } finally {
    source.close();
  }
}

/** Adds what the trial has counted to the counts of all; false, with nothing added, where that is too much. */
function count(job: SplitKind, { control, limits }: WorkContext, trial: Control, before: Counts): boolean {
  const archive = archiveOf(job);
  const expanded = Number((trial.expandedBytes[archive] ?? 0n) - before.expanded);
  const listed = Number((trial.listedBytes[0] ?? 0n) - before.listed);
  const allExpanded = countExpanded(control, archive, expanded);
  const allListed = reserveListBytes(control, listed);
  const isListed = listed === 0 || allListed <= limits.fileListsBytes;
  if (isListed && (expanded === 0 || allExpanded <= limits.archiveExpansionBytes)) return true;
  countExpanded(control, archive, -expanded);
  reserveListBytes(control, -listed);
  return false;
}
