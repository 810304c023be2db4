/**
 * The plan of a scan's reading: which bodies are read how, and in which order. Largest first over all archives, so that
 * no thread is left with a giant at the end. Layers that claim the same stored digest are looked into once: the first
 * copy leads, later ones are only hashed and take its facts when both turn out to be equal.
 */
import type { SparseContent } from '../archive/entry-table.js';
import type { Algorithm } from '../model/digest.js';
import type { BlobJob, BlobObservation, Job } from './observation.js';

/** A body to be observed. */
export interface BlobRequest {
  readonly path: string;
  readonly offsetBytes: number;
  /** Of its content. */
  readonly sizeBytes: number;
  readonly sparse?: SparseContent | undefined;
  readonly algorithms: readonly Algorithm[];
  readonly layer: readonly Algorithm[] | null;
  /** The stored digest that is claimed for a layer; equal claims share one look inside. */
  readonly claimed: string | null;
}

/** What is inside a body. */
export type LayerFacts = Pick<BlobObservation, 'compression' | 'layer'>;

/** What an earlier run has found inside blobs, by the digest of their stored bytes. */
export interface EarlierFacts {
  /** Null where nothing is known, or not by all of these algorithms. */
  factsOf(digest: string, algorithms: readonly Algorithm[]): LayerFacts | null;
}

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

/** The one source that has no end to be seen: it is read in the main thread, which can be interrupted. */
export function isStandardInput(job: Job | undefined): boolean {
  return job?.kind === 'stream' && job.path === null;
}

/**
 * First round: every body is hashed; of layers with equal claims only the first is looked into, and none of which an
 * earlier run knows what is inside, if it is what it claims.
 */
export function planBlobs(
  requests: readonly BlobRequest[],
  earlier: EarlierFacts | null = null,
  facts: (request: number) => Pick<BlobJob, 'archive' | 'files'> = () => ({}),
): BlobJob[] {
  const led = new Set<string>();
  return requests.map((request, i) => {
    const { path, offsetBytes, sizeBytes, sparse, algorithms, claimed } = request;
    let { layer } = request;
    if (layer !== null && claimed !== null) {
      const key = JSON.stringify([claimed, sizeBytes, layer]);
      if (led.has(key) || earlier?.factsOf(claimed, layer)) layer = null;
      led.add(key);
    }
    const hole = sparse === undefined ? null : { sparse };
    return { kind: 'blob', path, offsetBytes, sizeBytes, ...hole, algorithms, layer, ...facts(i) };
  });
}

/**
 * Second round: layers that were only hashed take the facts of a copy with the same observed digest, or of an earlier run;
 * the indexes returned are those for which there is none, one for each distinct digest, to be looked into after all.
 */
export function shareFacts(
  requests: readonly BlobRequest[],
  observations: (BlobObservation | null)[],
  earlier: EarlierFacts | null = null,
): number[] {
  const known = new Map<string, BlobObservation>();
  // The copies may have been hashed by different algorithms: one digest in common says that they are equal.
  const keysOf = (i: number): string[] =>
    Object.values(observations[i]?.digests ?? {}).map((digest) => JSON.stringify([digest, requests[i]?.layer]));
  observations.forEach((observation, i) => {
    // What all layers of another archive became says nothing of this one.
    const says = observation?.layer != null && (observation.layer.ok || observation.layer.ofArchive !== true);
    if (says) for (const key of keysOf(i)) if (!known.has(key)) known.set(key, observation);
  });
  const again = new Map<string, number>();
  observations.forEach((observation, i) => {
    const algorithms = requests[i]?.layer ?? null;
    if (observation === null || observation.layer !== null || algorithms === null) return;
    const keys = keysOf(i);
    const copy = keys.map((key) => known.get(key)).find((found) => found !== undefined);
    const facts = copy ?? earlierFacts(observation, algorithms, earlier);
    if (facts !== null) observations[i] = withFacts(observation, facts);
    else if (!keys.some((key) => again.has(key))) for (const key of keys) again.set(key, i);
  });
  return [...new Set(again.values())];
}

function withFacts(observation: BlobObservation, { compression, layer, cached }: FoundFacts): BlobObservation {
  return { ...observation, compression, layer, ...(cached === undefined ? null : { cached: 'layer' }) };
}

type FoundFacts = LayerFacts & Pick<BlobObservation, 'cached'>;

function earlierFacts(
  { digests }: BlobObservation,
  algorithms: readonly Algorithm[],
  earlier: EarlierFacts | null,
): FoundFacts | null {
  for (const digest of Object.values(digests)) {
    const facts = earlier?.factsOf(digest, algorithms);
    if (facts) return { ...facts, cached: 'layer' };
  }
  return null;
}
