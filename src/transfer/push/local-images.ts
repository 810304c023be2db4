/**
 * The images of a store or of archives that can be pushed, by the names that they have there, with all that they need and what
 * describes them. Pure but for the documents that the scan has at hand.
 */
import { type Digest, tryParseDigest } from '../../model/digest.js';
import { VarveError } from '../../model/error.js';
import type { Limits } from '../../model/limits.js';
import { formatReference, type Reference } from '../../model/reference.js';
import type { Root } from '../../pack/roots/image-roots.js';
import { StoredContent } from '../../pack/stored-content.js';
import { textHasher } from '../../scan/hash-text.js';
import type { PlacedScan } from '../../scan/scan.js';
import { inTurns } from '../../sources/steps.js';
import { type PlannedRoot, planLoad } from '../../store/load-plan.js';
import { type ImageGraph, readImageGraph } from '../image-graph.js';

/** All that can be pushed of what a scan has found. */
export class LocalImages {
  readonly content: StoredContent;
  readonly #planned: readonly PlannedRoot[];
  readonly #leftOut: readonly { readonly what: string; readonly reason: string }[];
  readonly #limits: Limits;

  private constructor(
    content: StoredContent,
    planned: readonly PlannedRoot[],
    leftOut: readonly { readonly what: string; readonly reason: string }[],
    limits: Limits,
  ) {
    this.content = content;
    this.#planned = planned;
    this.#leftOut = leftOut;
    this.#limits = limits;
  }

  /** Throws VarveError `interrupted`. */
  static async of(scan: PlacedScan, limits: Limits, signal: AbortSignal | undefined): Promise<LocalImages> {
    const content = await inTurns(StoredContent.of(scan), signal);
    const { archives, leftOut } = await inTurns(planLoad(scan, content, textHasher('node')), signal);
    return new LocalImages(content, archives.flat(), leftOut, limits);
  }

  /** The root with a name; the last archive that gives it has the say, as in a load. Throws VarveError `usage`. */
  named(reference: Reference): Root {
    const name = formatReference(reference);
    const holder = this.#planned.findLast(({ root, names }) =>
      reference.digest === null
        ? names.some((own) => own.isReference && own.name === name)
        : root.digest === reference.digest,
    );
    if (holder !== undefined) return holder.root;
    const reason = this.#leftOut.find(({ what }) => what === name)?.reason;
    const why = reason ?? 'nothing here has that name; varve tag gives an image of the store another one';
    throw new VarveError('usage', `${name} cannot be pushed: ${why}`);
  }

  /**
   * The root of an image: one of these manifests and indexes, or where its archive has none, that of which the manifest is made.
   * Throws VarveError `usage`.
   */
  ofImage({ digests, id }: { readonly digests: readonly string[]; readonly id: string }, word: string): Root {
    const holder =
      this.#planned.findLast(({ root }) => digests.includes(root.digest)) ??
      this.#planned.findLast(({ root }) => root.manifests.length === 1 && root.manifests[0]?.imageId === id);
    if (holder !== undefined) return holder.root;
    const reason = this.#leftOut.find(({ what }) => what === id || what.endsWith(word))?.reason;
    throw new VarveError('usage', `${word} cannot be pushed: ${reason ?? 'it is not whole here'}`);
  }

  /** The names of a repository, in order. */
  namesIn({ domain, path }: Pick<Reference, 'domain' | 'path'>): string[] {
    const start = `${domain}/${path}:`;
    const names = this.#planned.flatMap(({ names: own }) =>
      own.flatMap(({ name, isReference }) => (isReference ? name : [])),
    );
    return [...new Set(names)].filter((name) => name.startsWith(start) && !name.includes('@')).sort();
  }

  /** All that a root needs, as far as it is here. Throws VarveError where a document is not right. */
  async graphOf(root: Root): Promise<ImageGraph> {
    const documentOf = (digest: Digest): Buffer | null => {
      const text = root.texts.get(digest);
      return text === undefined ? (this.content.documentsOf(digest)[0] ?? null) : Buffer.from(text);
    };
    const bytes = documentOf(root.digest);
    if (bytes === null) throw new VarveError('input-unreadable', `${root.digest} is not here`);
    return readImageGraph(root, bytes, {
      name: [...root.references][0] ?? root.digest,
      limits: this.#limits,
      choose: ({ manifests }) => (manifests ?? []).filter(({ digest }) => root.blobs.has(digest as Digest)),
      documentOf: async ({ digest }) => documentOf(digest),
    });
  }

  /** The roots that describe one of these documents, or one of those that do, each behind what it describes. */
  referrersOf(digests: Iterable<Digest>): Root[] {
    const known = new Set(digests);
    const found = new Map<Digest, Root>();
    for (let before = -1; before !== found.size; ) {
      before = found.size;
      for (const { root } of this.#planned) {
        if (found.has(root.digest) || known.has(root.digest)) continue;
        const document = this.content.documentOf(root.digest);
        const subject = document?.kind === 'manifest' ? tryParseDigest(document.document.subject?.digest) : null;
        if (subject === null || !(known.has(subject) || found.has(subject))) continue;
        found.set(root.digest, root);
      }
    }
    return [...found.values()];
  }

  /** The repositories of a registry under whose names a blob lies here, so that the registry may have it there. */
  repositoriesWith(digest: Digest, registry: string): string[] {
    const start = `${registry}/`;
    const names = this.#planned
      .filter(({ root }) => root.blobs.has(digest))
      .flatMap(({ names: own }) => own.flatMap(({ name, isReference }) => (isReference ? name : [])));
    const repositories = names
      .filter((name) => name.startsWith(start))
      .map((name) => name.slice(start.length).replace(/[@:].*$/s, ''));
    return [...new Set(repositories)];
  }
}
