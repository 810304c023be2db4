/**
 * The documents of images → what a transfer has to bring: each manifest and index that is wanted, with all that it names.
 * Pure but for where the documents come from. Hostile input: indexes that name themselves or lie in each other without end,
 * one digest with two sizes, more descriptors than anybody has; all of it is bounded, and named.
 */
import type { ContentBlob } from '../content/transfer/content.js';
import type { ContentNode, ContentRole } from '../content/transfer/transfer-plan.js';
import { algorithmOf, type Digest, isAlgorithm, tryParseDigest } from '../model/digest.js';
import { VarveError } from '../model/error.js';
import {
  type Descriptor,
  type IndexDocument,
  type ManifestDocument,
  type ManifestOrIndex,
  parseManifestOrIndex,
} from '../model/foreign/documents.js';
import { type Limits, limitMessage } from '../model/limits.js';
import { dockerManifest, dockerManifestList, ociIndex, ociManifest, parseLayerType } from '../model/media-type.js';
import { finished } from '../model/work/work.js';

/** A manifest of an image or of something else, with what it holds. */
export interface GraphManifest {
  readonly digest: Digest;
  readonly document: ManifestDocument;
  /** What the index says of it; null where no index names it. */
  readonly descriptor: Descriptor | null;
}

/** Which of the manifests of an index are wanted. Throws VarveError where none is. */
export type ChildChoice = (index: IndexDocument) => readonly Descriptor[];

/** Where documents come from; null where one is not there. */
export type DocumentFinder = (blob: ContentBlob) => Promise<Buffer | null>;

export interface GraphSettings {
  /** How the image is called, for messages. */
  readonly name: string;
  readonly limits: Limits;
  readonly choose: ChildChoice;
  readonly documentOf: DocumentFinder;
}

/** All that one root needs. */
export interface ImageGraph {
  readonly root: ContentNode;
  readonly nodes: ReadonlyMap<Digest, ContentNode>;
  readonly documents: ReadonlyMap<Digest, Buffer>;
  /** In the order in which they are named. */
  readonly manifests: readonly GraphManifest[];
  /** Layers that nobody distributes: they stay where they are. */
  readonly foreign: readonly ContentBlob[];
  /** What indexes name and was not chosen. */
  readonly absent: readonly Descriptor[];
}

/** Follows the documents of an image from its root, which is at hand. Throws VarveError where something of it is wrong. */
export async function readImageGraph(root: ContentBlob, bytes: Buffer, settings: GraphSettings): Promise<ImageGraph> {
  const reading = new GraphReading(settings);
  const node = await reading.follow(root, bytes, null, 0);
  return { root: node, ...reading.found };
}

/** What a document calls itself, else what it is called. */
function documentType({ kind, document }: ManifestOrIndex, said: string): string {
  const known: readonly string[] = kind === 'index' ? [ociIndex, dockerManifestList] : [ociManifest, dockerManifest];
  if (document.mediaType != null && document.mediaType !== '') return document.mediaType;
  return known.find((type) => type === said) ?? (kind === 'index' ? ociIndex : ociManifest);
}

class GraphReading {
  readonly found = {
    nodes: new Map<Digest, ContentNode>(),
    documents: new Map<Digest, Buffer>(),
    manifests: [] as GraphManifest[],
    foreign: [] as ContentBlob[],
    absent: [] as Descriptor[],
  };
  readonly #settings: GraphSettings;

  constructor(settings: GraphSettings) {
    this.#settings = settings;
  }

  async follow(blob: ContentBlob, bytes: Buffer, descriptor: Descriptor | null, depth: number): Promise<ContentNode> {
    const { name, limits } = this.#settings;
    if (depth > limits.indexDepth)
      throw this.#refusal(limitMessage('indexDepth', limits.indexDepth, 'indexes inside indexes'));
    if (this.found.documents.size >= limits.manifests) {
      throw this.#refusal(limitMessage('manifests', limits.manifests, 'manifests of one image'));
    }
    const parsed = finished(parseManifestOrIndex(bytes.toString('utf8')));
    if (!parsed.ok) throw this.#refusal(`${blob.digest} is no manifest that can be read: ${parsed.problem}`);
    const mediaType = documentType(parsed.value, blob.mediaType);
    this.found.documents.set(blob.digest, bytes);
    const role = parsed.value.kind;
    const needs =
      parsed.value.kind === 'index'
        ? await this.#followIndex(parsed.value.document, depth)
        : this.#manifestParts(parsed.value.document, blob.digest, descriptor);
    const node = { digest: blob.digest, sizeBytes: bytes.length, mediaType, role, needs };
    if (node.sizeBytes !== blob.sizeBytes) {
      throw this.#refusal(`${blob.digest}: expected ${blob.sizeBytes} bytes, found ${node.sizeBytes} (${name})`);
    }
    this.found.nodes.set(blob.digest, node);
    return node;
  }

  async #followIndex(index: IndexDocument, depth: number): Promise<Digest[]> {
    const chosen = new Set(this.#settings.choose(index));
    const needs: Digest[] = [];
    for (const child of index.manifests ?? []) {
      if (!chosen.has(child)) {
        this.found.absent.push(child);
        continue;
      }
      const blob = this.#blobOf(child);
      needs.push(blob.digest);
      if (this.found.documents.has(blob.digest)) continue;
      const bytes = await this.#settings.documentOf(blob);
      if (bytes === null) throw this.#refusal(`${blob.digest}, which its index names, is not there`);
      await this.follow(blob, bytes, child, depth + 1);
    }
    return needs;
  }

  #manifestParts(document: ManifestDocument, digest: Digest, descriptor: Descriptor | null): Digest[] {
    const { limits } = this.#settings;
    this.found.manifests.push({ digest, document, descriptor });
    const layers = [...(document.layers ?? []), ...(document.blobs ?? [])];
    if (layers.length > limits.layers)
      throw this.#refusal(limitMessage('layers', limits.layers, 'layers of one image'));
    const needs = document.config == null ? [] : [this.#part(document.config, 'config')];
    for (const layer of layers) {
      if (parseLayerType(layer.mediaType ?? '').foreign) this.found.foreign.push(this.#blobOf(layer));
      else needs.push(this.#part(layer, 'layer'));
    }
    return needs;
  }

  #part(descriptor: Descriptor, role: ContentRole): Digest {
    const blob = this.#blobOf(descriptor);
    const known = this.found.nodes.get(blob.digest);
    if (known !== undefined && known.sizeBytes !== blob.sizeBytes) {
      throw this.#refusal(`${blob.digest} is said to have ${known.sizeBytes} bytes, and ${blob.sizeBytes}`);
    }
    if (known === undefined) this.found.nodes.set(blob.digest, { ...blob, role, needs: [] });
    return blob.digest;
  }

  #blobOf({ digest, size, mediaType }: Descriptor): ContentBlob {
    const parsed = tryParseDigest(digest);
    if (parsed === null || size < 0) {
      throw this.#refusal(`a descriptor in it is none: ${JSON.stringify(String(digest).slice(0, 100))}, ${size} bytes`);
    }
    if (!isAlgorithm(algorithmOf(parsed))) {
      throw this.#refusal(`nobody here can check a digest by ${algorithmOf(parsed)}`);
    }
    return { digest: parsed, sizeBytes: size, mediaType: mediaType ?? '' };
  }

  #refusal(reason: string): VarveError {
    return new VarveError('input-unreadable', `${this.#settings.name}: ${reason}`);
  }
}
