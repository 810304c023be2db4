/**
 * What a scan remembers: the one way in which it asks for what earlier runs observed, and tells what it has observed
 * itself. A scan without a cache has a memory that knows nothing and keeps nothing, so that no stage asks whether there
 * is one.
 */
import type { BlobObservation, BlobRequest, StreamObservation } from '../observe/observation.js';
import type { EarlierFacts } from '../threads/shared-facts.js';

export interface Memory {
  /** What is inside blobs, wherever they lie. */
  readonly layers: LayerMemory;
  /** What is known of a source; to be asked for before the source is read. */
  source(path: string): SourceMemory;
  /** Ends the use. */
  close(): void;
}

export interface LayerMemory extends EarlierFacts {
  keep(observation: BlobObservation): void;
}

/** What is known of one source, an archive or the files of a layout. */
export interface SourceMemory {
  /** Takes the identity of a file of the source; to be called before any of its bytes are read. */
  watch(path: string): void;
  /** What is known of a body, if it answers all that is asked. */
  bodyOf(request: BlobRequest): BlobObservation | null;
  keep(request: BlobRequest, observation: BlobObservation): void;
  /** What a pass over the whole file gave, or null. */
  pass(path: string): StreamObservation | null;
  keepPass(path: string, observed: StreamObservation): void;
  /** Whether a file that an answer was given for is no longer what it was. */
  isStale(): boolean;
  /** Keeps what was told, for the files that are still what they were before they were read. */
  save(): void;
}

const noSource: SourceMemory = {
  watch: () => {},
  bodyOf: () => null,
  keep: () => {},
  pass: () => null,
  keepPass: () => {},
  isStale: () => false,
  save: () => {},
};

/** The memory of a scan without a cache, and of what cannot be read twice. */
export const noMemory: Memory = {
  layers: { factsOf: () => null, keep: () => {} },
  source: () => noSource,
  close: () => {},
};
