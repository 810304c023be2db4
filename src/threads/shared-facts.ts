/**
 * Layers that claim the same stored digest are looked into once: the first copy leads, later ones are only hashed and take
 * its facts when both turn out to be equal.
 */
import type { Algorithm } from '../model/digest.js';
import type { BlobJob, BlobObservation, BlobRequest, ProbeName } from '../observe/observation.js';

/** What is inside a body. */
export type LayerFacts = Pick<BlobObservation, 'compression' | 'layer'>;

/** What an earlier run has found inside blobs, by the digest of their stored bytes. */
export interface EarlierFacts {
  /** Null where nothing is known, or not by all of these algorithms. */
  factsOf(digest: string, algorithms: readonly Algorithm[]): LayerFacts | null;
}

/** A body of a scan, with what was observed of it so far. */
export interface BodyInProgress {
  readonly request: BlobRequest;
  /** The number of its archive in the run. */
  readonly archive: number;
  /** Null until it was read, and where it could not be. */
  observation: BlobObservation | null;
}

/** The job that hashes a body; `looks`: and looks into it, where it is a layer. */
export function blobJob({ request, archive }: BodyInProgress, probes: readonly ProbeName[], looks = true): BlobJob {
  const { location, offsetBytes, sizeBytes, sparse, algorithms, layer } = request;
  const hole = sparse === undefined ? null : { sparse };
  return {
    kind: 'blob',
    location,
    offsetBytes,
    sizeBytes,
    ...hole,
    algorithms,
    layer: looks ? layer : null,
    archive,
    probes,
  };
}

/**
 * First round: every body is hashed. These are looked into: of layers with equal claims the first, and none of which an
 * earlier run knows what is inside, if it is what it claims.
 */
export function leadersOf<Body extends BodyInProgress>(
  bodies: readonly Body[],
  earlier: EarlierFacts,
): ReadonlySet<Body> {
  const led = new Set<string>();
  return new Set(
    bodies.filter(({ request: { claimed, sizeBytes, layer } }) => {
      if (layer === null || claimed === null) return layer !== null;
      const key = JSON.stringify([claimed, sizeBytes, layer]);
      const isFirst = !led.has(key);
      led.add(key);
      return isFirst && earlier.factsOf(claimed, layer) === null;
    }),
  );
}

/**
 * Second round: layers that were only hashed take the facts of a copy with the same observed digest, or of an earlier run.
 * Returned are those for which there is none, one for each distinct digest, to be looked into after all.
 */
export function shareFacts<Body extends BodyInProgress>(bodies: readonly Body[], earlier: EarlierFacts): Body[] {
  const known = new Map<string, BlobObservation>();
  for (const { request, observation } of bodies) {
    // What all layers of another archive became says nothing of this one.
    if (observation?.layer == null || (!observation.layer.ok && observation.layer.ofArchive === true)) continue;
    for (const key of keysOf(request, observation)) if (!known.has(key)) known.set(key, observation);
  }
  const again = new Map<string, Body>();
  for (const body of bodies) {
    const { request, observation } = body;
    if (observation === null || observation.layer !== null || request.layer === null) continue;
    const keys = keysOf(request, observation);
    const copy = keys.map((key) => known.get(key)).find((found) => found !== undefined);
    const facts = copy ?? earlierFacts(observation, request.layer, earlier);
    if (facts !== null) body.observation = withFacts(observation, facts);
    else if (!keys.some((key) => again.has(key))) for (const key of keys) again.set(key, body);
  }
  return [...new Set(again.values())];
}

/** The copies may have been hashed by different algorithms: one digest in common says that they are equal. */
function keysOf({ layer }: BlobRequest, { digests }: BlobObservation): string[] {
  return Object.values(digests).map((digest) => JSON.stringify([digest, layer]));
}

function withFacts(observation: BlobObservation, { compression, layer, cached }: FoundFacts): BlobObservation {
  return { ...observation, compression, layer, ...(cached === undefined ? null : { cached: 'layer' }) };
}

type FoundFacts = LayerFacts & Pick<BlobObservation, 'cached'>;

function earlierFacts(
  { digests }: BlobObservation,
  algorithms: readonly Algorithm[],
  earlier: EarlierFacts,
): FoundFacts | null {
  for (const digest of Object.values(digests)) {
    const facts = earlier.factsOf(digest, algorithms);
    if (facts) return { compression: facts.compression, layer: facts.layer, cached: 'layer' };
  }
  return null;
}
