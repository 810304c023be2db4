/**
 * The documents of a single pass, kept as they come by, since nobody can go back for them: every body that looks like
 * JSON and every one that has a document's name, each up to a size, all up to a budget. Documents that every format
 * knows by name have a budget of their own, so that a thousand JSON blobs cannot crowd them out. Hostile input: what is
 * kept is bounded.
 */
import { beginsAsDocument } from '../../archive/document-reader.js';
import type { ArchiveEntry } from '../../archive/entry-table.js';
import { contentBytesOf } from '../../model/content-size.js';
import type { Limits } from '../../model/limits.js';

const knownDocument = /^(?:.*\/)?(?:index\.json|manifest\.json|oci-layout|repositories|json)$/;
/** One for all: an archive may have very many empty entries. */
const empty = new Uint8Array(0);
const noStart = Buffer.alloc(0);

export class StreamDocuments {
  /** By entry. */
  readonly kept = new Map<number, Uint8Array>();
  readonly #limits: Pick<Limits, 'documentBytes' | 'documentsBytes'>;
  readonly #spentBytes = { known: 0, other: 0 };
  #entry: ArchiveEntry | null = null;
  #document: Uint8Array | null = null;
  #received = 0;

  constructor(documentLimits: Pick<Limits, 'documentBytes' | 'documentsBytes'>) {
    this.#limits = documentLimits;
  }

  start(entry: ArchiveEntry): void {
    this.#entry = entry;
    this.#document = null;
    this.#received = 0;
  }

  write(bytes: Buffer): void {
    const entry = this.#entry;
    if (entry === null) return;
    if (this.#received === 0 && this.#isWanted(entry, bytes)) this.#document = new Uint8Array(contentBytesOf(entry));
    if (this.#document !== null) bytes.copy(this.#document, this.#received);
    this.#received += bytes.length;
  }

  /** So many zeros, as a document has before they are overwritten; none begins with one unless by its name. */
  zeros(sizeBytes: number): void {
    if (this.#received === 0) this.write(noStart);
    this.#received += sizeBytes;
  }

  /** The body is complete. */
  end(): void {
    const entry = this.#entry;
    this.#entry = null;
    if (entry === null) return;
    const document = this.#document ?? (contentBytesOf(entry) === 0 ? empty : null);
    if (document === null) return;
    this.#spentBytes[budgetOf(entry)] += document.length;
    this.kept.set(entry.index, document);
  }

  #isWanted(entry: ArchiveEntry, start: Buffer): boolean {
    const { documentBytes, documentsBytes } = this.#limits;
    const sizeBytes = contentBytesOf(entry);
    if (sizeBytes > documentBytes) return false;
    if (this.#spentBytes[budgetOf(entry)] + sizeBytes > documentsBytes) return false;
    return budgetOf(entry) === 'known' || beginsAsDocument(start);
  }
}

function budgetOf({ name }: ArchiveEntry): 'known' | 'other' {
  return knownDocument.test(name) ? 'known' : 'other';
}
