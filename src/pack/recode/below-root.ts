/** What lies below one root whose layers get other forms: its bodies, and the documents that are made for it. Pure. */
import { type Digest, tryParseDigest } from '../../model/digest.js';
import type { Descriptor, ManifestDocument } from '../../model/foreign/documents.js';
import type { Root } from '../roots/image-roots.js';
import type { NewDocuments } from './new-documents.js';

/** A document that has another digest now. */
export interface ChangedDocument {
  readonly after: Digest;
  readonly isIndex: boolean;
}

/** What lies below one root, as it is now. */
export class BelowRoot {
  readonly blobs = new Map<Digest, number>();
  /** Documents that are made here, by their digests. */
  readonly texts = new Map<Digest, string>();
  /** Those that were changed, by their digests before. */
  readonly documents = new Map<Digest, ChangedDocument>();
  readonly #root: Root;
  readonly #documents: NewDocuments;
  readonly #onUnfit: (digest: Digest, describes: Digest) => void;
  readonly #seen = new Set<Digest>();

  /** `onUnfit` is told what goes, since it may be a signature of something that has another digest now. */
  constructor(root: Root, documents: NewDocuments, onUnfit: (digest: Digest, describes: Digest) => void) {
    this.#root = root;
    this.#documents = documents;
    this.#onUnfit = onUnfit;
  }

  /** Takes a document with all that lies below it; each once. */
  follow(digest: Digest): void {
    const sizeBytes = this.#root.blobs.get(digest);
    if (sizeBytes === undefined || this.#seen.has(digest)) return;
    this.#seen.add(digest);
    const outcome = this.#documents.outcomeOf(digest);
    const found = this.#documents.documentOf(digest)?.document ?? null;
    if (outcome.kind === 'new') {
      this.blobs.set(outcome.digest, outcome.sizeBytes);
      this.texts.set(outcome.digest, outcome.text);
      this.documents.set(digest, { after: outcome.digest, isIndex: found?.kind === 'index' });
    } else this.blobs.set(digest, sizeBytes);
    if (found?.kind === 'index') this.#followChildren(found.document.manifests ?? []);
    if (found?.kind === 'manifest') this.#keepParts(digest, found.document);
  }

  #followChildren(children: readonly Descriptor[]): void {
    for (const child of children) {
      const below = tryParseDigest(child.digest);
      if (below === null || !this.#root.blobs.has(below)) continue;
      const outcome = this.#documents.childOutcome(child, below);
      if (outcome.kind === 'unfit') this.#onUnfit(below, outcome.describes);
      else this.follow(below);
    }
  }

  #keepParts(digest: Digest, { config, layers, blobs }: ManifestDocument): void {
    const image = this.#root.manifests.find((each) => each.digest === digest);
    const listed = layers ?? [];
    for (const part of [...(config == null ? [] : [config]), ...(blobs ?? [])]) this.#keep(part);
    for (const [position, layer] of listed.entries()) {
      const form =
        image === undefined
          ? null
          : this.#documents.formOf(image.config, listed.length, position, layer.mediaType ?? '');
      if (form === null) this.#keep(layer);
      else this.blobs.set(form.digest, form.sizeBytes);
    }
  }

  #keep(part: Descriptor): void {
    const digest = tryParseDigest(part.digest);
    const sizeBytes = digest === null ? undefined : this.#root.blobs.get(digest);
    if (digest !== null && sizeBytes !== undefined) this.blobs.set(digest, sizeBytes);
  }
}
