/**
 * The plan of a scan's reading: which bodies are read how, and in which order. Largest first over all archives, so that
 * no thread is left with a giant at the end. Layers that claim the same stored digest are looked into once: the first
 * copy leads, later ones are only hashed and take its facts when both turn out to be equal.
 */
import type { Algorithm } from '../model/digest.js';
import type { BlobJob, BlobObservation, Job } from './observation.js';

/** A body to be observed. */
export interface BlobRequest {
  readonly path: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly algorithms: readonly Algorithm[];
  readonly layer: readonly Algorithm[] | null;
  /** The stored digest that is claimed for a layer; equal claims share one look inside. */
  readonly claimed: string | null;
}

/** Job indexes in the order in which they start: largest first, ties as given. */
export function startOrder(jobs: readonly Job[]): number[] {
  return jobs.map((_, i) => i).sort((a, b) => (jobs[b]?.sizeBytes ?? 0) - (jobs[a]?.sizeBytes ?? 0) || a - b);
}

/** First round: every body is hashed; of layers with equal claims only the first is looked into. */
export function planBlobs(requests: readonly BlobRequest[]): BlobJob[] {
  const led = new Set<string>();
  return requests.map((request) => {
    const { path, offsetBytes, sizeBytes, algorithms, claimed } = request;
    let { layer } = request;
    if (layer !== null && claimed !== null) {
      const key = shareKey(request);
      if (led.has(key)) layer = null;
      led.add(key);
    }
    return { kind: 'blob', path, offsetBytes, sizeBytes, algorithms, layer };
  });
}

function shareKey(request: BlobRequest): string {
  return `${request.claimed} ${request.sizeBytes} ${request.layer?.join()}`;
}

/**
 * Second round: layers that were only hashed take the facts of a copy with the same observed digest; the indexes
 * returned are those for which there is none, one for each distinct digest, to be looked into after all.
 */
export function shareFacts(requests: readonly BlobRequest[], observations: (BlobObservation | null)[]): number[] {
  const known = new Map<string, BlobObservation>();
  const keyOf = (i: number): string => JSON.stringify([observations[i]?.digests, requests[i]?.layer]);
  observations.forEach((observation, i) => {
    if (observation?.layer && !known.has(keyOf(i))) known.set(keyOf(i), observation);
  });
  const again = new Map<string, number>();
  observations.forEach((observation, i) => {
    if (observation === null || observation.layer !== null || requests[i]?.layer === null) return;
    const facts = known.get(keyOf(i));
    if (facts !== undefined) observations[i] = { ...observation, compression: facts.compression, layer: facts.layer };
    else if (!again.has(keyOf(i))) again.set(keyOf(i), i);
  });
  return [...again.values()];
}
