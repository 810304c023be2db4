/**
 * An archive as something that content is written to: each blob at the place that it has in the plan, so that several come at
 * a time and nothing is written twice. The archive is there when all of it is, and right; else what was there before.
 */
import { paddingOf } from '../archive/tar/tar-cursor.js';
import { type NewOutput, newFile } from '../content/new-output.js';
import type { ContentBlob, ContentWriter, OpenContent, PutOutcome, PutReport } from '../content/transfer/content.js';
import { checked } from '../content/transfer/content-check.js';
import type { Digest } from '../model/digest.js';
import { StoreError } from '../model/error.js';
import type { Engine } from '../observe/hasher.js';
import type { LayoutDocument } from '../pack/layout-documents.js';
import { blobPath } from '../pack/layout-documents.js';
import { type TarStructure, tarStructure } from '../pack/tar-structure.js';

/** Where everything of an archive is going to be. */
export interface ArchivePlan {
  readonly documents: readonly LayoutDocument[];
  /** In the order of their names, each once. */
  readonly blobs: readonly ContentBlob[];
  readonly structure: TarStructure;
}

/** Plans an archive of these blobs, with these documents before them. */
export async function planArchive(
  documents: readonly LayoutDocument[],
  blobs: Iterable<ContentBlob>,
): Promise<ArchivePlan> {
  const ordered = [...blobs].sort((a, b) => (blobPath(a.digest) < blobPath(b.digest) ? -1 : 1));
  const files = [
    ...documents.map(({ name, text }) => ({ name, sizeBytes: Buffer.byteLength(text) })),
    ...ordered.map(({ digest, sizeBytes }) => ({ name: blobPath(digest), sizeBytes })),
  ];
  return { documents, blobs: ordered, structure: await tarStructure(files) };
}

export interface ArchiveWriterSettings {
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
}

const zeros = Buffer.alloc(1024);

/** Writes content into a new archive. */
export class ArchiveWriter implements ContentWriter {
  readonly #path: string;
  readonly #plan: ArchivePlan;
  readonly #settings: ArchiveWriterSettings;
  readonly #output: NewOutput;
  readonly #positions: ReadonlyMap<Digest, number>;
  readonly #there = new Set<Digest>();

  /** Begins it beside its place. Throws OutputError. */
  constructor(path: string, plan: ArchivePlan, settings: ArchiveWriterSettings) {
    this.#path = path;
    this.#plan = plan;
    this.#settings = settings;
    const { documents, blobs, structure } = plan;
    this.#positions = new Map(blobs.map(({ digest }, i) => [digest, documents.length + i]));
    this.#output = newFile(path);
    for (const [i, { text }] of documents.entries()) this.#write(i, Buffer.from(text), 0);
    this.#output.write('', zeros, structure.sizeBytes - zeros.length);
  }

  async has({ digest }: ContentBlob): Promise<boolean> {
    return this.#there.has(digest);
  }

  async put(blob: ContentBlob, open: OpenContent, report: PutReport): Promise<PutOutcome> {
    const { digest, sizeBytes } = blob;
    const file = this.#positions.get(digest);
    const planned = file === undefined ? undefined : this.#plan.blobs[file - this.#plan.documents.length];
    if (file === undefined || planned?.sizeBytes !== sizeBytes) {
      throw new StoreError(`${digest} of ${sizeBytes} bytes has no place in ${this.#path}`);
    }
    let position = 0;
    for await (const bytes of checked(blob, open, this.#settings)) {
      this.#write(file, bytes, position);
      position += bytes.length;
      report.onBytes(bytes.length);
    }
    if (sizeBytes === 0) this.#write(file, zeros.subarray(0, 0), 0);
    report.onVerify();
    this.#there.add(digest);
    return { how: 'written' };
  }

  /** Its names stand in its documents, which are planned. */
  async tag(name: string, { digest }: ContentBlob): Promise<void> {
    if (!this.#there.has(digest)) throw new StoreError(`${digest} is not there to be tagged ${name}`);
  }

  async finish(): Promise<void> {
    const lacking = this.#plan.blobs.find(({ digest }) => !this.#there.has(digest));
    if (lacking !== undefined) throw new StoreError(`${this.#path} was not written: ${lacking.digest} has not come`);
    this.#output.commit();
  }

  /** Leaves what was there; after `finish` it does nothing. */
  abandon(): void {
    this.#output.abandon();
  }

  /** Bytes of a file of it; its header before the first of them, and what fills the last block behind the last. */
  #write(file: number, bytes: Uint8Array, positionBytes: number): void {
    const { structure, documents, blobs } = this.#plan;
    const offsetBytes = structure.offsetsBytes[file] ?? 0;
    const header = structure.headers[file];
    if (positionBytes === 0 && header !== undefined) this.#output.write('', header, offsetBytes - header.length);
    this.#output.write('', bytes, offsetBytes + positionBytes);
    const sizeBytes = blobs[file - documents.length]?.sizeBytes ?? bytes.length;
    if (positionBytes + bytes.length < sizeBytes) return;
    this.#output.write('', zeros.subarray(0, paddingOf(sizeBytes)), offsetBytes + sizeBytes);
  }
}
