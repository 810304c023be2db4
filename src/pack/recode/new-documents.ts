/**
 * What becomes of each manifest and index of a pack whose layers get other forms: it stays, is written anew under a digest of
 * its own, or goes, since it may be a signature of something that has another digest now. Pure; each document is looked at
 * once. Its bytes are held against its digest, so what refers to what can form no circle.
 */
import { type Digest, tryParseDigest } from '../../model/digest.js';
import { attestationSubjectAnnotation } from '../../model/foreign/annotations.js';
import {
  type Descriptor,
  type IndexDocument,
  type ManifestDocument,
  type ManifestOrIndex,
  parseManifestOrIndex,
} from '../../model/foreign/documents.js';
import type { DigestCheck, Sha256 } from '../../model/hashing.js';
import { finished } from '../../model/work/work.js';
import type { StoredContent } from '../stored-content.js';
import { ImageConfigs } from './layer-forms.js';
import { type LayerCompression, layerTypeOf, ociTypeOf, unchangedReason } from './layer-types.js';
import { type DocumentChanges, type ListChanges, type NewTarget, rewritten } from './rewritten-documents.js';
import { isUnsigned } from './signed-things.js';

/** The form that a layer gets wherever it stands. */
export interface NewLayer {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly compression: LayerCompression;
}

/** What becomes of a document. */
export type DocumentFate =
  | { readonly kind: 'same' }
  | {
      readonly kind: 'new';
      readonly digest: Digest;
      readonly sizeBytes: number;
      readonly text: string;
      /** Null where it stays. */
      readonly mediaType: string | null;
    }
  /** It fits no longer what it describes. */
  | { readonly kind: 'unfit'; readonly describes: Digest }
  /** It would have to be changed, and cannot be. */
  | { readonly kind: 'stuck'; readonly reason: string };

/** What the documents of a pack are looked at with. */
export interface DocumentTools {
  readonly content: StoredContent;
  readonly forms: ReadonlyMap<Digest, NewLayer>;
  readonly isDigest: DigestCheck;
  readonly sha256: Sha256;
}

const same: DocumentFate = { kind: 'same' };

/** The documents of a pack. */
export class NewDocuments {
  /** Of images: each layer that gets another form, by its digest before. */
  readonly layers = new Map<Digest, { readonly diffId: Digest; readonly after: NewLayer }>();
  /** Layers that stay as they are, each with the reason. */
  readonly kept = new Map<Digest, string>();
  readonly #tools: DocumentTools;
  readonly #configs: ImageConfigs;
  /** What goes in: nothing else can be described. */
  readonly #present: ReadonlySet<Digest>;
  readonly #images: ReadonlySet<Digest>;
  readonly #made: ReadonlyMap<Digest, string>;
  readonly #outcomes = new Map<Digest, DocumentFate>();

  /** `made`: manifests that are stored nowhere, by digest. */
  constructor(
    tools: DocumentTools,
    {
      present,
      images,
      made,
    }: {
      readonly present: ReadonlySet<Digest>;
      readonly images: ReadonlySet<Digest>;
      readonly made: ReadonlyMap<Digest, string>;
    },
  ) {
    this.#tools = tools;
    this.#configs = new ImageConfigs(tools.content, tools.isDigest);
    this.#present = present;
    this.#images = images;
    this.#made = made;
  }

  /** What becomes of the document with that digest. */
  outcomeOf(digest: Digest): DocumentFate {
    const known = this.#outcomes.get(digest);
    if (known !== undefined) return known;
    // What leads back to itself has a wrong digest somewhere, and is refused where that is found.
    this.#outcomes.set(digest, same);
    const outcome = this.#present.has(digest) ? this.#outcome(digest) : same;
    this.#outcomes.set(digest, outcome);
    return outcome;
  }

  /** What a layer of an image becomes, in manifests under any digest. */
  formOf(config: Digest, count: number, position: number, mediaType: string): NewLayer | null {
    const diffId = this.#configs.diffIdsOf(config, count)[position];
    if (diffId == null || unchangedReason(mediaType) !== null) return null;
    return this.#tools.forms.get(diffId) ?? null;
  }

  /** The manifest or index under that digest, whose bytes have it; null where it is neither. */
  documentOf(digest: Digest): { readonly text: string; readonly document: ManifestOrIndex } | null {
    const text = this.#made.get(digest) ?? this.#stored(digest);
    const parsed = text === null ? null : finished(parseManifestOrIndex(text));
    return text === null || parsed?.ok !== true ? null : { text, document: parsed.value };
  }

  #stored(digest: Digest): string | null {
    const { content, isDigest } = this.#tools;
    return (
      content
        .documentsOf(digest)
        .find((bytes) => isDigest(bytes, digest))
        ?.toString('utf8') ?? null
    );
  }

  #outcome(digest: Digest): DocumentFate {
    const found = this.documentOf(digest);
    if (found === null) return same;
    const { text, document } = found;
    if (text.includes('\ufffd')) return { kind: 'stuck', reason: `${digest} is not written in UTF-8` };
    return document.kind === 'index'
      ? this.#index(digest, text, document.document)
      : this.#manifest(digest, text, document.document);
  }

  #manifest(digest: Digest, text: string, document: ManifestDocument): DocumentFate {
    const isImage = this.#images.has(digest);
    const subject = this.#movedSubject(document.subject ?? null, isImage || isUnsigned(document));
    if (subject?.kind === 'unfit') return subject;
    const { changes, ...types } = isImage ? this.#layerChanges(document) : { changes: noChanges, ...sameTypes };
    return this.#written(digest, text, { list: 'layers', changes, subject: subject?.target ?? null, ...types });
  }

  #layerChanges(document: ManifestDocument): Omit<DocumentChanges, 'list' | 'subject'> {
    const { config, layers } = document;
    const listed = layers ?? [];
    const targets = new Map<number, NewTarget>();
    let hasZstd = false;
    const configDigest = tryParseDigest(config?.digest);
    const diffIds = configDigest === null ? [] : this.#configs.diffIdsOf(configDigest, listed.length);
    for (const [position, layer] of listed.entries()) {
      const before = tryParseDigest(layer.digest);
      const diffId = diffIds[position] ?? null;
      const mediaType = layer.mediaType ?? '';
      if (before === null) continue;
      const reason = unchangedReason(mediaType) ?? (diffId === null ? 'nothing says which layer it is' : null);
      if (reason !== null) this.kept.set(before, reason);
      const after = reason === null && diffId !== null ? this.#tools.forms.get(diffId) : undefined;
      if (after === undefined || diffId === null || after.digest === before) continue;
      this.layers.set(before, { diffId, after });
      targets.set(position, { ...after, mediaType: layerTypeOf(mediaType, after.compression) });
      hasZstd ||= after.compression === 'zstd';
    }
    const changes = { ...noChanges, targets };
    return hasZstd ? inTypesOfOci(document, changes) : { changes, ...sameTypes };
  }

  #index(digest: Digest, text: string, document: IndexDocument): DocumentFate {
    const targets = new Map<number, NewTarget>();
    const described = new Map<number, Digest>();
    const gone = new Set<number>();
    let left = 0;
    let isRetyped = false;
    let unfit: DocumentFate | null = null;
    for (const [position, child] of (document.manifests ?? []).entries()) {
      const below = tryParseDigest(child.digest);
      if (below === null || !this.#present.has(below)) continue;
      const outcome = this.childOutcome(child, below);
      if (outcome.kind === 'stuck') return outcome;
      if (outcome.kind === 'unfit') {
        gone.add(position);
        unfit ??= outcome;
      } else left++;
      isRetyped ||= outcome.kind === 'new' && outcome.mediaType !== null;
      if (outcome.kind === 'new') targets.set(position, outcome);
      const target = this.#describedBy(child);
      if (outcome.kind !== 'unfit' && target?.kind === 'new') described.set(position, target.digest);
    }
    if (gone.size > 0 && left === 0) return unfit ?? same;
    const changes = { ...noChanges, targets, described, gone };
    const mediaType = isRetyped ? ociTypeOf(document.mediaType ?? '') : null;
    return this.#written(digest, text, { list: 'manifests', changes, subject: null, ...sameTypes, mediaType });
  }

  /** What becomes of what a descriptor points to; the descriptor itself may say what that describes. */
  childOutcome(child: Descriptor, digest: Digest): DocumentFate {
    const own = this.outcomeOf(digest);
    const describes = tryParseDigest(child.annotations?.get(attestationSubjectAnnotation));
    if (own.kind === 'unfit' || describes === null || this.#describedBy(child)?.kind !== 'new') return own;
    const found = this.documentOf(digest)?.document;
    return found?.kind === 'manifest' && isUnsigned(found.document) ? own : { kind: 'unfit', describes };
  }

  #describedBy({ annotations }: Descriptor): DocumentFate | null {
    const describes = tryParseDigest(annotations?.get(attestationSubjectAnnotation));
    return describes === null ? null : this.outcomeOf(describes);
  }

  #movedSubject(
    subject: Descriptor | null,
    follows: boolean,
  ): { readonly kind: 'moved'; readonly target: NewTarget } | Extract<DocumentFate, { kind: 'unfit' }> | null {
    const describes = tryParseDigest(subject?.digest);
    const outcome = describes === null ? same : this.outcomeOf(describes);
    if (describes === null || outcome.kind === 'same' || outcome.kind === 'stuck') return null;
    if (outcome.kind === 'unfit' || !follows) return { kind: 'unfit', describes };
    return { kind: 'moved', target: outcome };
  }

  #written(digest: Digest, text: string, wanted: DocumentChanges): DocumentFate {
    const { changes, subject } = wanted;
    if (changes.targets.size + changes.described.size + changes.gone.size === 0 && subject === null) return same;
    const made = rewritten(text, wanted);
    if (made === null) {
      const reason = `${digest} is written so that its digests cannot be changed without another change`;
      return { kind: 'stuck', reason };
    }
    return {
      kind: 'new',
      digest: this.#tools.sha256([made], 'utf8'),
      sizeBytes: Buffer.byteLength(made),
      text: made,
      mediaType: wanted.mediaType,
    };
  }
}

const noChanges: ListChanges = { targets: new Map(), types: new Map(), described: new Map(), gone: new Set() };
const sameTypes = { mediaType: null, configType: null };

/** The same changes of a manifest, and the types of OCI in the place of docker's. */
function inTypesOfOci(
  { mediaType, config, layers }: ManifestDocument,
  { targets, ...changes }: ListChanges,
): Omit<DocumentChanges, 'list' | 'subject'> {
  const types = new Map<number, string>();
  for (const [position, layer] of (layers ?? []).entries()) {
    const type = ociTypeOf(layer.mediaType ?? '');
    if (type !== null && !targets.has(position)) types.set(position, type);
  }
  const retyped = [...targets].map(([position, target]): [number, NewTarget] => {
    return [position, { ...target, mediaType: ociTypeOf(target.mediaType ?? '') ?? target.mediaType }];
  });
  return {
    changes: { ...changes, targets: new Map(retyped), types },
    mediaType: ociTypeOf(mediaType ?? ''),
    configType: ociTypeOf(config?.mediaType ?? ''),
  };
}
