/**
 * The roots of a pack whose layers get other forms: each with its new documents, under the digests that these have. Roots that
 * become the same are one. What names the old digest of something goes, or follows where it signs nothing. Pure.
 */
import type { Digest } from '../../model/digest.js';
import { attestationSubjectAnnotation } from '../../model/foreign/annotations.js';
import type { DigestCheck, Sha256 } from '../../model/hashing.js';
import { tryParseReference } from '../../model/reference.js';
import type { Pack } from '../../model/results/pack.js';
import type { Work } from '../../model/work/work.js';
import { type Root, unitedRoots } from '../roots/image-roots.js';
import type { StoredContent } from '../stored-content.js';
import { BelowRoot } from './below-root.js';
import { isAboutForm } from './layer-types.js';
import { type DocumentFate, NewDocuments, type NewLayer } from './new-documents.js';
import { digestInTag } from './signed-things.js';

/** How the layers of a pack are stored. */
export interface Recoding {
  readonly form: 'smallest' | 'none' | 'gzip' | 'zstd';
  /** Of `gzip` and `zstd`; else null. */
  readonly level: number | null;
  /** The form of each layer that gets one, by its diffID. */
  readonly forms: ReadonlyMap<Digest, NewLayer>;
  /** What fits no longer is left out, instead of being refused. */
  readonly dropSignatures: boolean;
  readonly isDigest: DigestCheck;
}

/** The roots as they go in, and what is said of the change. */
export interface RecodedRoots {
  readonly roots: readonly Root[];
  readonly recoded: NonNullable<Pack['recoded']>;
  readonly signatures: Pack['signatures'];
  /** Roots that would have to be changed and cannot be, by digest, each with the reason. */
  readonly stuck: ReadonlyMap<Digest, string>;
}

/** Gives the layers of these roots their forms. */
export function* recodedRoots(
  roots: readonly Root[],
  content: StoredContent,
  recoding: Recoding,
  sha256: Sha256,
): Work<RecodedRoots> {
  const documents = new NewDocuments(
    { content, sha256, forms: recoding.forms, isDigest: recoding.isDigest },
    {
      present: new Set(roots.flatMap(({ blobs }) => [...blobs.keys()])),
      images: new Set(roots.flatMap(({ manifests }) => manifests.map(({ digest }) => digest))),
      made: new Map(roots.flatMap(({ digest, made }) => (made === null ? [] : [[digest, made] as const]))),
    },
  );
  const recoder = new RootRecoder(documents, recoding);
  const kept: Root[] = [];
  for (const root of roots) {
    yield;
    kept.push(...recoder.recoded(root));
  }
  const { form, level } = recoding;
  return {
    roots: unitedRoots(kept),
    signatures: recoder.signatures,
    stuck: recoder.stuck,
    recoded: {
      form,
      level,
      manifests: pairsOf(recoder.manifests),
      indexes: pairsOf(recoder.indexes),
      layers: sortedBy([...documents.layers], ([before]) => before).map(([before, { diffId, after }]) => ({
        diffId,
        before,
        after: after.digest,
      })),
      keptLayers: sortedBy([...documents.kept], ([digest]) => digest).map(([digest, reason]) => ({ digest, reason })),
      lostNames: sortedBy(recoder.lostNames, ({ name }) => name),
    },
  };
}

function pairsOf(map: ReadonlyMap<Digest, Digest>): { before: Digest; after: Digest }[] {
  return sortedBy([...map], ([before]) => before).map(([before, after]) => ({ before, after }));
}

function sortedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

class RootRecoder {
  readonly signatures: Pack['signatures'] = [];
  readonly stuck = new Map<Digest, string>();
  readonly manifests = new Map<Digest, Digest>();
  readonly indexes = new Map<Digest, Digest>();
  readonly lostNames: { name: string; manifestDigest: Digest }[] = [];
  readonly #documents: NewDocuments;
  readonly #recoding: Recoding;
  readonly #told = new Set<Digest>();

  constructor(documents: NewDocuments, recoding: Recoding) {
    this.#documents = documents;
    this.#recoding = recoding;
  }

  /** The root as it goes in; none where it is stuck or goes. */
  recoded(root: Root): Root[] {
    const outcome = this.#outcomeOf(root);
    if (outcome.kind === 'stuck') {
      this.stuck.set(root.digest, outcome.reason);
      return [];
    }
    if (outcome.kind === 'unfit') {
      this.#tell(root.digest, outcome.describes, root);
      return [];
    }
    const below = new BelowRoot(root, this.#documents, (digest, describes) => this.#tell(digest, describes, root));
    below.follow(root.digest);
    for (const [before, { after, isIndex }] of below.documents)
      (isIndex ? this.indexes : this.manifests).set(before, after);
    const { digest, sizeBytes } = outcome.kind === 'new' ? outcome : root;
    return [
      {
        ...root,
        digest,
        sizeBytes,
        mediaType: (outcome.kind === 'new' ? outcome.mediaType : null) ?? root.mediaType,
        made: outcome.kind === 'new' && root.made !== null ? outcome.text : root.made,
        texts: outcome.kind === 'new' ? below.texts : new Map([...root.texts, ...below.texts]),
        annotations: this.#annotations(root, digest),
        blobs: below.blobs,
        manifests: root.manifests.map((manifest) => ({
          ...manifest,
          digest: below.documents.get(manifest.digest)?.after ?? manifest.digest,
          layers: manifest.layers.map((layer, position) => this.#layerOf(manifest, layer, position)),
        })),
        references: this.#references(root, digest),
      },
    ];
  }

  /** A tag that means a digest goes with it. */
  #outcomeOf(root: Root): DocumentFate {
    for (const name of [...root.localTags, ...root.references]) {
      const describes = digestInTag(name);
      if (describes !== null && this.#documents.outcomeOf(describes).kind === 'new')
        return { kind: 'unfit', describes };
    }
    const annotations = root.annotations;
    return this.#documents.childOutcome({ digest: root.digest, size: root.sizeBytes, annotations }, root.digest);
  }

  #tell(digest: Digest, describes: Digest, root: Root): void {
    if (this.#told.has(digest)) return;
    this.#told.add(digest);
    const what = [...root.references, ...root.localTags].sort()[0] ?? digest;
    this.signatures.push({ what, digest, describes, dropped: this.#recoding.dropSignatures });
  }

  #layerOf({ config, layers, layerTypes }: Root['manifests'][number], layer: Digest, position: number): Digest {
    return this.#documents.formOf(config, layers.length, position, layerTypes[position] ?? '')?.digest ?? layer;
  }

  #annotations(root: Root, digest: Digest): Map<string, string> {
    if (digest === root.digest) return this.#followed(root.annotations);
    return this.#followed(new Map([...root.annotations].filter(([key]) => !isAboutForm(key))));
  }

  #followed(annotations: Map<string, string>): Map<string, string> {
    const described = annotations.get(attestationSubjectAnnotation);
    const outcome = described === undefined ? null : this.#documents.outcomeOf(described as Digest);
    return outcome?.kind === 'new'
      ? new Map(annotations).set(attestationSubjectAnnotation, outcome.digest)
      : annotations;
  }

  /** A name with a digest in it is true of that digest alone. */
  #references({ references, digest: before }: Root, digest: Digest): Set<string> {
    if (before === digest) return references;
    const kept = new Set<string>();
    for (const name of references) {
      const reference = tryParseReference(name);
      if (reference?.digest == null) kept.add(name);
      else {
        this.lostNames.push({ name, manifestDigest: digest });
        if (reference.tag !== null) kept.add(name.slice(0, name.indexOf('@')));
      }
    }
    return kept;
  }
}
