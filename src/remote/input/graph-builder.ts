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
import { ReferrerQuestions } from './referrer-questions.js';
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

/** After so many bytes of documents that were here already, tags are asked for their digest first. */
const repeatedBytesMost = 16 * 1024 * 1024;

/** Something that did not come, by its full name. */
interface UnreadPart {
  readonly path: string;
  readonly reason: string;
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
  readonly #questions: ReferrerQuestions | null;
  readonly #unread: UnreadPart[] = [];
  #manifests = 0;
  #documentsBytes = 0;
  /** Of documents that came again, since several tags mean one. */
  #repeatedBytes = 0;

  /** `parallel`: requests at a time; `referrers`: whether each manifest is asked for what refers to it. */
  constructor(
    reader: RegistryReader,
    registry: string,
    { limits, parallel, referrers }: { limits: GraphLimits; parallel: number; referrers: boolean },
  ) {
    this.#questions = referrers ? new ReferrerQuestions() : null;
    this.#reader = reader;
    this.registry = registry;
    this.#limits = limits;
    this.#parallel = parallel;
  }

  /** Fetches the document of a name; returns why there is none, or null. Throws VarveError `interrupted`. */
  async addRoot({ repository, reference, name }: WantedRoot): Promise<string | null> {
    if (!this.#hasRoom(0)) return 'a limit was reached before it was asked for';
    try {
      const place = { registry: this.registry, repository };
      const here = await this.#repeated(place, reference);
      const found = here ?? (await this.#reader.manifest(place, reference));
      if (found === null) return `there is no ${reference} in ${this.registry}/${repository}`;
      const { digest, sizeBytes, mediaType, bytes } = found;
      if (here === null && this.blobs.has(digest)) this.#repeatedBytes += sizeBytes;
      this.#takeManifest({ digest, sizeBytes, repository, bytes, problem: null });
      this.#questions?.add(digest, repository);
      this.roots.push({ digest, sizeBytes, mediaType, name });
      return null;
    } catch (error) {
      return reasonOf(error);
    }
  }

  /** A document that is here already, where many have come twice: thousands of tags may mean one that is large. */
  async #repeated(place: { readonly registry: string; readonly repository: string }, reference: string) {
    if (this.#repeatedBytes < repeatedBytesMost) return null;
    const said = await this.#reader.headManifest(place, reference);
    const bytes = said === null ? null : (this.blobs.get(said.digest)?.bytes ?? null);
    return said === null || bytes === null ? null : { ...said, sizeBytes: bytes.length, bytes };
  }

  /** Fetches what the documents so far lead to; returns what did not come. Throws VarveError `interrupted`. */
  async addBelow(): Promise<readonly UnreadPart[]> {
    const configs = new Map<Digest, Wanted>();
    await this.#addChildren(configs);
    // What refers to something may be referred to itself, as a list of packages that was signed.
    for (let depth = 0; depth < this.#limits.indexDepth && (await this.#addReferrers()); depth++) {
      await this.#addChildren(configs);
    }
    // They come as they are answered; results may not depend on that.
    this.roots.sort(byName);
    await inLanes(configs.values(), this.#parallel, (config) => this.#addConfig(config));
    const unread = [...this.blobs.values()].flatMap(({ digest, repository, problem }) =>
      problem === null ? [] : [{ path: this.#pathOf(repository, digest), reason: problem }],
    );
    return [...unread, ...this.#unread.sort((a, b) => (a.path < b.path ? -1 : 1))];
  }

  #pathOf(repository: string, digest: Digest): string {
    return `docker://${this.registry}/${repository}@${digest}`;
  }

  async #addChildren(configs: Map<Digest, Wanted>): Promise<void> {
    for (let depth = 0; this.#unfollowed.length > 0 && depth <= this.#limits.indexDepth; depth++) {
      const children = this.#follow(configs);
      await inLanes(children, this.#parallel, (child) => this.#addChild(child));
    }
  }

  /** Asks what refers to the manifests that were not asked about; returns whether something came that was not known. */
  async #addReferrers(): Promise<boolean> {
    const found = new Map<Digest, Wanted & { readonly subject: Digest }>();
    await inLanes(this.#questions?.take() ?? [], this.#parallel, async ({ digest, repository }) => {
      try {
        const list = await this.#reader.referrers({ registry: this.registry, repository }, digest);
        for (const { digest: own, sizeBytes } of list) {
          if (this.blobs.has(own) || !isAlgorithm(algorithmOf(own))) continue;
          const descriptor = { mediaType: '', digest: own, size: sizeBytes };
          this.#questions?.add(own, repository);
          const known = found.get(own);
          if (known === undefined || repository < known.repository) {
            found.set(own, { descriptor, digest: own, repository, subject: digest });
          }
        }
      } catch (error) {
        const reason = `what refers to it could not be asked: ${reasonOf(error)}`;
        this.#unread.push({ path: this.#pathOf(repository, digest), reason });
      }
    });
    const sorted = [...found.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
    await inLanes(sorted, this.#parallel, (referrer) => this.#addReferrer(referrer));
    return found.size > 0;
  }

  async #addReferrer({ digest, repository, subject }: Wanted & { readonly subject: Digest }): Promise<void> {
    if (!this.#hasRoom(0)) return;
    const path = this.#pathOf(repository, digest);
    try {
      const found = await this.#reader.manifest({ registry: this.registry, repository }, digest);
      if (found === null) {
        this.#unread.push({ path, reason: `it is listed as referring to ${subject}, and is not there` });
        return;
      }
      const { sizeBytes, mediaType, bytes } = found;
      this.#takeManifest({ digest, sizeBytes, repository, bytes, problem: null });
      this.roots.push({ digest, sizeBytes, mediaType, name: null });
    } catch (error) {
      this.#unread.push({ path, reason: reasonOf(error) });
    }
  }

  /** Takes the descriptors of all documents that were not followed; returns the manifests among them that are not here. */
  #follow(configs: Map<Digest, Wanted>): Wanted[] {
    const documents = this.#unfollowed.sort((a, b) => (a.digest < b.digest ? -1 : 1));
    this.#unfollowed = [];
    const children = new Map<Digest, Wanted>();
    for (const { digest, document, repository } of documents) {
      if (document.kind === 'index') {
        for (const child of wantedOf(document.document.manifests ?? [], repository)) {
          this.#questions?.addBelow(child.digest, digest);
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

/** Names in their order; what has none behind them, by its digest. */
function byName(a: RegistryRoot, b: RegistryRoot): number {
  const keyOf = ({ name, digest }: RegistryRoot): string => (name === null ? `1${digest}` : `0${name}`);
  const [own, other] = [keyOf(a), keyOf(b)];
  return own < other ? -1 : own > other ? 1 : 0;
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
