/**
 * Layers that claim the same stored digest are looked into once: the first copy leads, later ones are only hashed and take
 * its facts when both turn out to be equal.
 */
import type { Algorithm } from '../model/digest.js';
import type { BlobJob, BlobObservation, BlobRequest } from './observation.js';

/** What is inside a body. */
export type LayerFacts = Pick<BlobObservation, 'compression' | 'layer'>;

/** What an earlier run has found inside blobs, by the digest of their stored bytes. */
export interface EarlierFacts {
  /** Null where nothing is known, or not by all of these algorithms. */
  factsOf(digest: string, algorithms: readonly Algorithm[]): LayerFacts | null;
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
