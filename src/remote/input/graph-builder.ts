/**
 * Fetches what manifests and configs tell of a registry, each document once, a few at a time; no layer. Hostile input: a
 * registry may name what it does not have, answer with anything, and let indexes lead in circles; each digest is asked for
 * once in a repository, and how many documents and bytes there are is limited.
 */
import { algorithmOf, type Digest, isAlgorithm, tryParseDigest } from '../../model/digest.js';
import { messageOf, VarveError } from '../../model/error.js';
import { type Finding, finding } from '../../model/finding.js';
import {
  type Descriptor,
  type ManifestDocument,
  type ManifestOrIndex,
  parseManifestOrIndex,
} from '../../model/foreign/documents.js';
import { type Limits, limitMessage } from '../../model/limits.js';
import { parseLayerType, recipeType } from '../../model/media-type.js';
import { finished } from '../../model/work/work.js';
import { inLanes } from './lanes.js';
import type { GraphBlob, RegistryGraph, RegistryRoot } from './registry-graph.js';
import type { RegistryReader } from './registry-reader.js';

type GraphLimits = Pick<Limits, 'documentBytes' | 'documentsBytes' | 'manifests' | 'indexDepth' | 'entries'>;

/** One image or index that somebody names. */
export interface WantedRoot {
  readonly repository: string;
  /** Tag or digest. */
  readonly reference: string;
  /** In full. */
  readonly name: string;
}

/** A document to be fetched. */
interface Wanted {
  readonly descriptor: Descriptor;
  readonly digest: Digest;
  readonly repository: string;
}

export class GraphBuilder implements RegistryGraph {
  readonly registry: string;
  readonly roots: RegistryRoot[] = [];
  readonly blobs = new Map<Digest, GraphBlob>();
  readonly findings: Finding[] = [];
  readonly #reader: RegistryReader;
  readonly #limits: GraphLimits;
  readonly #parallel: number;
  readonly #limitsHit = new Set<string>();
  /** Manifests and indexes whose descriptors are still to be followed, with the repository that has them. */
  #unfollowed: { readonly digest: Digest; readonly repository: string; readonly document: ManifestOrIndex }[] = [];
  #manifests = 0;
  #documentsBytes = 0;

  /** `parallel`: requests at a time. */
  constructor(
    reader: RegistryReader,
    registry: string,
    { limits, parallel }: { limits: GraphLimits; parallel: number },
  ) {
    this.#reader = reader;
    this.registry = registry;
    this.#limits = limits;
    this.#parallel = parallel;
  }

  /** Fetches the document of a name; returns why there is none, or null. Throws VarveError `interrupted`. */
  async addRoot({ repository, reference, name }: WantedRoot): Promise<string | null> {
    if (!this.#hasRoom(0)) return 'a limit was reached before it was asked for';
    try {
      const found = await this.#reader.manifest({ registry: this.registry, repository }, reference);
      if (found === null) return `there is no ${reference} in ${this.registry}/${repository}`;
      const { digest, sizeBytes, mediaType, bytes } = found;
      this.#takeManifest({ digest, sizeBytes, repository, bytes, problem: null });
      this.roots.push({ digest, sizeBytes, mediaType, name });
      return null;
    } catch (error) {
      return reasonOf(error);
    }
  }

  /** Fetches what the documents so far lead to; returns what did not come. Throws VarveError `interrupted`. */
  async addBelow(): Promise<readonly { readonly path: string; readonly reason: string }[]> {
    // Names come as they are answered; results may not depend on that.
    this.roots.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    const configs = new Map<Digest, Wanted>();
    for (let depth = 0; this.#unfollowed.length > 0 && depth <= this.#limits.indexDepth; depth++) {
      const children = this.#follow(configs);
      await inLanes(children, this.#parallel, (child) => this.#addChild(child));
    }
    await inLanes(configs.values(), this.#parallel, (config) => this.#addConfig(config));
    return [...this.blobs.values()].flatMap(({ digest, repository, problem }) =>
      problem === null ? [] : [{ path: `docker://${this.registry}/${repository}@${digest}`, reason: problem }],
    );
  }

  /** Takes the descriptors of all documents that were not followed; returns the manifests among them that are not here. */
  #follow(configs: Map<Digest, Wanted>): Wanted[] {
    const documents = this.#unfollowed.sort((a, b) => (a.digest < b.digest ? -1 : 1));
    this.#unfollowed = [];
    const children = new Map<Digest, Wanted>();
    for (const { document, repository } of documents) {
      if (document.kind === 'index') {
        for (const child of wantedOf(document.document.manifests ?? [], repository)) {
          if (!this.blobs.has(child.digest)) children.set(child.digest, child);
        }
        continue;
      }
      this.#followManifest(document.document, repository, configs);
    }
    return [...children.values()];
  }

  #followManifest({ config, layers, blobs }: ManifestDocument, repository: string, configs: Map<Digest, Wanted>): void {
    for (const own of wantedOf(config == null ? [] : [config], repository)) configs.set(own.digest, own);
    for (const layer of wantedOf([...(layers ?? []), ...(blobs ?? [])], repository)) {
      const { mediaType } = layer.descriptor;
      if (mediaType === recipeType) configs.set(layer.digest, layer);
      else if (!parseLayerType(mediaType ?? '').foreign) this.#list(layer, null);
    }
  }

  async #addChild(wanted: Wanted): Promise<void> {
    const { digest, repository } = wanted;
    if (!this.#hasRoom(0)) return;
    try {
      const found = await this.#reader.manifest({ registry: this.registry, repository }, digest);
      // What is not there is missed by whoever reads the index.
      if (found === null) return;
      this.#takeManifest({ digest, sizeBytes: found.sizeBytes, repository, bytes: found.bytes, problem: null });
    } catch (error) {
      this.#list(wanted, reasonOf(error));
    }
  }

  async #addConfig(wanted: Wanted): Promise<void> {
    const { digest, repository } = wanted;
    const known = this.blobs.get(digest);
    if (known !== undefined && known.bytes !== null) return;
    const sizeBytes = sizeOf(wanted);
    if (sizeBytes > this.#limits.documentBytes || !this.#hasRoom(sizeBytes)) {
      this.#list(wanted, null);
      return;
    }
    try {
      const bytes = await this.#reader.blobDocument({ registry: this.registry, repository }, { digest, sizeBytes });
      this.#documentsBytes += bytes.length;
      this.blobs.set(digest, { digest, sizeBytes: bytes.length, repository, bytes, problem: null });
    } catch (error) {
      if (!isAbsent(error)) this.#list(wanted, reasonOf(error));
    }
  }

  #takeManifest(blob: GraphBlob & { readonly bytes: Buffer }): void {
    const { digest, bytes, repository } = blob;
    if (this.blobs.get(digest)?.bytes != null) return;
    this.#manifests += 1;
    this.#documentsBytes += bytes.length;
    this.blobs.set(digest, blob);
    const parsed = finished(parseManifestOrIndex(bytes.toString('utf8')));
    if (parsed.ok) this.#unfollowed.push({ digest, repository, document: parsed.value });
  }

  /** Notes a blob by what its descriptor says. */
  #list(wanted: Wanted, problem: string | null): void {
    const { digest, repository } = wanted;
    if (this.blobs.has(digest)) return;
    this.blobs.set(digest, { digest, sizeBytes: sizeOf(wanted), repository, bytes: null, problem });
  }

  /** Whether one more document of that size may be held; a limit that is reached is told once. */
  #hasRoom(sizeBytes: number): boolean {
    const { manifests, documentsBytes } = this.#limits;
    if (this.#manifests >= manifests) return this.#refuse('manifests', 'the registry has more manifests and indexes');
    if (this.#documentsBytes + sizeBytes > documentsBytes) {
      return this.#refuse('documentsBytes', 'the documents of this registry have more bytes');
    }
    return true;
  }

  #refuse(name: 'manifests' | 'documentsBytes', found: string): false {
    if (!this.#limitsHit.has(name)) {
      this.#limitsHit.add(name);
      const message = limitMessage(name, this.#limits[name], `${found}, and the others were not fetched`);
      this.findings.push(finding('limit-exceeded', message));
    }
    return false;
  }
}

/** The descriptors that name something which can be asked for and checked. */
function wantedOf(descriptors: readonly Descriptor[], repository: string): Wanted[] {
  return descriptors.flatMap((descriptor) => {
    const digest = tryParseDigest(descriptor.digest);
    return digest !== null && isAlgorithm(algorithmOf(digest)) ? [{ descriptor, digest, repository }] : [];
  });
}

function sizeOf({ descriptor }: Wanted): number {
  return Math.max(0, descriptor.size);
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 404;
}

/** Why something did not come. Throws what is no answer of a registry: an interruption, a fault of ours. */
function reasonOf(error: unknown): string {
  const isTold =
    error instanceof VarveError && error.code !== 'interrupted' && error.code !== 'internal' && error.code !== 'usage';
  if (!isTold) throw error;
  return messageOf(error);
}
