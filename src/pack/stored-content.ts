/**
 * What a set of archives holds, by digest: where equal bodies lie, and what the documents among them say. A copy that is
 * known to be wrong, cut or unreadable is none; what a copy is called is a claim, and is checked when it is copied. A document
 * that gives another size than it has is wrong itself: that takes the copy from nobody who gives the right one.
 */
import { storedForm } from '../analysis/set/stored-copies.js';
import { contentBytesOf } from '../model/content-size.js';
import type { Digest } from '../model/digest.js';
import type { Finding } from '../model/finding.js';
import { type ManifestOrIndex, parseManifestOrIndex } from '../model/foreign/documents.js';
import type { Work } from '../model/work/work.js';
import { finished } from '../model/work/work.js';
import type { PlacedBody } from '../scan/archive-places.js';
import type { PlacedScan } from '../scan/scan.js';

/** A rest is asked for in less time than so many take. */
const entriesTogether = 64;

/** One body of which the bytes are said to have a digest. */
export interface Copy extends PlacedBody {
  /** Of its archive. */
  readonly path: string;
  /** Position of its archive. */
  readonly archive: number;
  readonly sizeBytes: number;
}

/** The bodies of a scan. */
export class StoredContent {
  /** IDs of images by the digests of their manifests. */
  readonly imageIds: ReadonlyMap<Digest, string>;
  readonly #copies = new Map<string, Copy[]>();
  readonly #documents = new Map<string, ManifestOrIndex | null>();

  private constructor(imageIds: ReadonlyMap<Digest, string>) {
    this.imageIds = imageIds;
  }

  /** The bodies that a scan has found; yields wherever whoever makes it may rest. */
  static *of({ inventory, places }: PlacedScan): Work<StoredContent> {
    const imageIds = new Map<Digest, string>();
    const content = new StoredContent(imageIds);
    for (const [archive, { path, entries, images, findings }] of inventory.archives.entries()) {
      yield;
      const missized = missizedOf(findings);
      for (const { id, manifestDigests } of images) for (const digest of manifestDigests) imageIds.set(digest, id);
      for (const [entry, record] of entries.entries()) {
        if (entry % entriesTogether === 0) yield;
        const body = places[archive]?.bodies[entry];
        if (body === undefined || record.role === 'document' || !isWhole(body)) continue;
        if (record.intact === false && !missized.has(record.name)) continue;
        content.#add(storedForm(archive, entry, record), {
          entry: body.entry,
          location: body.location,
          outer: body.outer,
          document: body.document,
          path,
          archive,
          sizeBytes: contentBytesOf(body.entry),
        });
      }
    }
    // What can be sought is read first.
    for (const copies of content.#copies.values()) copies.sort((a, b) => effortOf(a) - effortOf(b));
    return content;
  }

  /** The bodies with that digest and size, the best to read first. */
  copiesOf(digest: string, sizeBytes: number): readonly Copy[] {
    return (this.#copies.get(digest) ?? []).filter((copy) => copy.sizeBytes === sizeBytes);
  }

  /** The size of the first body with that digest; null where there is none. */
  sizeOf(digest: string): number | null {
    return this.#copies.get(digest)?.[0]?.sizeBytes ?? null;
  }

  /** The documents that were read under that digest; whether they have it is for the caller to see. */
  documentsOf(digest: string): readonly Buffer[] {
    return (this.#copies.get(digest) ?? []).flatMap(({ document }) => (document === null ? [] : [document]));
  }

  /** The manifest or index with that digest; null where it is something else or not there. */
  documentOf(digest: string): ManifestOrIndex | null {
    const known = this.#documents.get(digest);
    if (known !== undefined) return known;
    const bytes = this.#copies.get(digest)?.find(({ document }) => document !== null)?.document ?? null;
    const parsed = bytes === null ? null : finished(parseManifestOrIndex(bytes.toString('utf8')));
    const document = parsed?.ok ? parsed.value : null;
    this.#documents.set(digest, document);
    return document;
  }

  #add(form: string, copy: Copy): void {
    const known = this.#copies.get(form);
    if (known === undefined) this.#copies.set(form, [copy]);
    else known.push(copy);
  }
}

/** Entries of which nothing is wrong but a size that some document gives. */
function missizedOf(findings: readonly Finding[]): ReadonlySet<string> {
  const missized = new Set<string>();
  const wrong = new Set<string>();
  for (const { code, severity, subject } of findings) {
    if (subject === null || severity !== 'error') continue;
    (code === 'size-mismatch' ? missized : wrong).add(subject);
  }
  return new Set([...missized].filter((name) => !wrong.has(name)));
}

function isWhole({ entry }: PlacedBody): boolean {
  return entry.type === 'file' && entry.storedBytes === entry.sizeBytes && entry.sparse?.refusal == null;
}

function effortOf({ outer }: PlacedBody): number {
  return outer === 'none' ? 0 : 1;
}
