/**
 * What is inside blobs, by the digest of their stored bytes: such a blob has to be hashed, wherever it comes from, and need
 * not be decoded again.
 */

import { type Algorithm, algorithmOf, type Digest, encodedOf, isAlgorithm, tryParseDigest } from '../model/digest.js';
import { cacheVersion, parseCachedLayer } from '../model/results/cache-document.js';
import type { Engine } from '../observe/hasher.js';
import type { BlobObservation } from '../observe/observation.js';
import type { LayerFacts } from '../threads/shared-facts.js';
import type { CacheFolder } from './cache-folder.js';
import type { CachedContents } from './cached-contents.js';
import type { LayerMemory } from './memory.js';

export class CachedLayers implements LayerMemory {
  readonly #folder: CacheFolder;
  readonly #engine: Engine;
  readonly #contents: CachedContents;
  readonly #known = new Map<string, LayerFacts | null>();

  constructor(folder: CacheFolder, engine: Engine, contents: CachedContents) {
    this.#folder = folder;
    this.#engine = engine;
    this.#contents = contents;
  }

  factsOf(text: string, algorithms: readonly Algorithm[]): LayerFacts | null {
    const facts = this.#kept(text, algorithms);
    return facts === null ? null : this.#contents.complete(facts);
  }

  #kept(text: string, algorithms: readonly Algorithm[]): LayerFacts | null {
    const digest = tryParseDigest(text);
    if (digest === null || !isAlgorithm(algorithmOf(digest))) return null;
    let facts = this.#known.get(digest);
    if (facts === undefined) {
      facts = this.#read(digest);
      this.#known.set(digest, facts);
    }
    const { layer } = facts ?? { layer: null };
    const answers = layer !== null && (!layer.ok || algorithms.every((name) => layer.diffIds[name] !== undefined));
    return answers ? facts : null;
  }

  #read(digest: Digest): LayerFacts | null {
    const found = this.#folder.parse(nameOf(digest), parseCachedLayer);
    if (found === null || found.engine !== this.#engine) return null;
    if (found.digest === digest) return { compression: found.compression, layer: found.layer };
    this.#folder.refuse(nameOf(digest), 'it is about another layer');
    return null;
  }

  /** Keeps what was found inside a body. */
  keep(observation: BlobObservation): void {
    const { digests, compression, layer, cached } = this.#contents.keep(observation);
    if (cached !== undefined || compression === null || layer === null || (!layer.ok && layer.limit)) return;
    for (const digest of Object.values(digests)) {
      if (this.#kept(digest, layer.ok ? algorithmsOf(layer.diffIds) : []) !== null) continue;
      this.#known.set(digest, { compression, layer });
      const kept = {
        kind: 'varve.cached-layer',
        version: cacheVersion,
        engine: this.#engine,
        digest,
        compression,
        layer,
      };
      this.#folder.write(nameOf(digest), JSON.stringify(kept));
    }
  }
}

function nameOf(digest: Digest): string {
  return `layer-${algorithmOf(digest)}-${encodedOf(digest)}.json`;
}

function algorithmsOf(digests: Readonly<Record<string, unknown>>): Algorithm[] {
  return Object.keys(digests).filter(isAlgorithm);
}
