/**
 * What observe-blob.ts does for a body, for bytes that are in memory already: a document's, once it was read. It stands
 * alone because commands that read documents only need neither decoders nor threads.
 */
import type { Algorithm } from '../model/digest.js';
import { type Engine, Hashers } from './hasher.js';
import type { BlobObservation } from './observation.js';

/** Observes the bytes of a document. */
export function observeBytes(bytes: Uint8Array, algorithms: readonly Algorithm[], engine: Engine): BlobObservation {
  const hashers = new Hashers(engine, algorithms);
  hashers.update(bytes);
  return { digests: hashers.digests(), storedBytes: bytes.length, compression: null, layer: null };
}
