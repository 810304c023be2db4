/**
 * The small documents of one archive, read on request and at most once. Their bytes are kept until their digests were
 * taken, so that no document is read a second time to be hashed; how much is kept is limited.
 */
import { isUtf8 } from 'node:buffer';
import { contentBytesOf } from '../model/content-size.js';
import { messageOf, VarveError } from '../model/error.js';
import { finding } from '../model/finding.js';
import { type Limits, limitMessage } from '../model/limits.js';
import type { LocalSource } from '../sources/byte-source.js';
import { openLocal } from '../sources/local-source.js';
import { isLocal, type Location } from '../sources/location.js';
import type { DocumentAccount } from './document-budget.js';
import { readContent } from './entry-content.js';
import type { ArchiveEntry, DocumentRead, EntryTable } from './entry-table.js';
import { repairedText } from './repaired-text.js';

/** Where documents come from: a file that can be sought, files of a folder, what a single pass has kept, or what was fetched. */
export type DocumentSource =
  | { readonly kind: 'file'; readonly file: LocalSource }
  | { readonly kind: 'folder' }
  | { readonly kind: 'kept'; readonly documents: ReadonlyMap<number, Uint8Array> }
  /** What was fetched from elsewhere, by entry, and why the rest of what was asked for did not come. */
  | {
      readonly kind: 'fetched';
      readonly documents: ReadonlyMap<number, Buffer>;
      readonly unread: ReadonlyMap<number, string>;
    };

const documentStart = /^\s*(?:[[{]|$)/;
const lookBytes = 64;

/** Whether a body with these first bytes may be a document: JSON with an object or a list in it. */
export function beginsAsDocument(start: Buffer): boolean {
  return documentStart.test(start.toString('latin1', 0, lookBytes));
}

/** How much is read. */
export type DocumentLimits = Pick<Limits, 'documentBytes' | 'documentsBytes'>;

export class DocumentReader {
  /** Bytes of the documents read so far, by entry. */
  readonly bytes = new Map<number, Buffer>();
  readonly #source: DocumentSource;
  readonly #limits: DocumentLimits;
  readonly #account: DocumentAccount | null;
  #total = 0;
  /** Of all documents that a pass has kept; null until it is asked for. */
  #keptBytes: number | null = null;

  /** `account`: where the documents of a run are counted together. */
  constructor(source: DocumentSource, limits: DocumentLimits, account: DocumentAccount | null = null) {
    this.#source = source;
    this.#limits = limits;
    this.#account = account;
  }

  /** The text of a whole file entry. Never throws: what cannot be had is a finding. */
  read(entry: ArchiveEntry): DocumentRead {
    const known = this.bytes.get(entry.index);
    if (known !== undefined) return textOf(known);
    const { documentBytes, documentsBytes } = this.#limits;
    const sizeBytes = contentBytesOf(entry);
    if (entry.sparse?.refusal != null) return unreadable(entry, entry.sparse.refusal);
    if (sizeBytes > documentBytes) {
      return refuse(entry, limitMessage('documentBytes', documentBytes, `a document has ${sizeBytes} bytes`));
    }
    if (this.#total + sizeBytes > documentsBytes) {
      return refuse(
        entry,
        limitMessage('documentsBytes', documentsBytes, 'the documents of this archive have more bytes'),
      );
    }
    try {
      const bytes = this.#load(entry);
      if (bytes === null) return this.#refuseUnkept(entry);
      const problem = this.#account?.take(bytes) ?? null;
      if (problem !== null) return refuse(entry, problem);
      this.#total += sizeBytes;
      this.bytes.set(entry.index, bytes);
      return textOf(bytes);
    } catch (error) {
      return unreadable(entry, messageOf(error));
    }
  }

  /** A pass keeps all that may be a document, as long as there is room. */
  #refuseUnkept(entry: ArchiveEntry): DocumentRead {
    const { documentsBytes } = this.#limits;
    if (this.#source.kind === 'fetched')
      return unreadable(entry, 'it was not fetched, since it is no document of an image');
    if (this.#bytesKept() + contentBytesOf(entry) > documentsBytes) {
      return refuse(entry, limitMessage('documentsBytes', documentsBytes, 'more bytes of documents came before it'));
    }
    const at = { subject: entry.name, offsetBytes: entry.offsetBytes };
    return { ok: false, finding: finding('document-invalid', 'no JSON: it begins as something else', at) };
  }

  #bytesKept(): number {
    if (this.#keptBytes === null && this.#source.kind === 'kept') {
      this.#keptBytes = [...this.#source.documents.values()].reduce((sum, { length }) => sum + length, 0);
    }
    return this.#keptBytes ?? 0;
  }

  /** What `judge` says of the first bytes of a body (512, or all there are); null where they cannot be had. */
  look(entry: ArchiveEntry, judge: (start: Buffer) => boolean): boolean | null {
    try {
      const start = this.#startOf(entry);
      return start === null ? null : judge(start);
    } catch {
      // Whoever reads all of the body will say why it cannot be read.
      return null;
    }
  }

  #startOf(entry: ArchiveEntry): Buffer | null {
    const source = this.#source;
    const isAtHand = source.kind === 'kept' || source.kind === 'fetched';
    const known = this.bytes.get(entry.index) ?? (isAtHand ? this.#load(entry) : null);
    if (known !== null || isAtHand) return known?.subarray(0, startBytes) ?? null;
    return glimpseOf(entry, source.kind === 'file' ? source.file : null, entry.location, ({ start }) => start);
  }

  #load(entry: ArchiveEntry): Buffer | null {
    if (this.#source.kind === 'kept') {
      const kept = this.#source.documents.get(entry.sourceIndex);
      return kept === undefined ? null : Buffer.from(kept.buffer, kept.byteOffset, kept.byteLength);
    }
    if (this.#source.kind === 'fetched') {
      const problem = this.#source.unread.get(entry.index);
      if (problem !== undefined) throw new VarveError('input-unreadable', problem);
      return this.#source.documents.get(entry.index) ?? null;
    }
    if (this.#source.kind === 'file') return readBody(this.#source.file, entry);
    const file = openBesides(entry.location);
    try {
      return readBody(file, entry);
    } finally {
      file.close();
    }
  }
}

function textOf(bytes: Buffer): DocumentRead {
  return isUtf8(bytes)
    ? { ok: true, text: bytes.toString('utf8') }
    : { ok: true, text: repairedText(bytes), isRepaired: true };
}

function unreadable({ name }: ArchiveEntry, message: string): DocumentRead {
  return { ok: false, finding: finding('input-unreadable', message, { subject: name }) };
}

function refuse(entry: ArchiveEntry, message: string): DocumentRead {
  return {
    ok: false,
    finding: finding('limit-exceeded', message, { subject: entry.name, offsetBytes: entry.offsetBytes }),
  };
}

function readBody(file: LocalSource, entry: ArchiveEntry): Buffer {
  // Filled as a whole, or not used: small ones share their memory, and cost no page of their own.
  const bytes = Buffer.allocUnsafe(contentBytesOf(entry));
  const length = readContent(file, entry, bytes, 0);
  if (length < bytes.length) throw new VarveError('input-unreadable', 'the file became shorter while it was read');
  return bytes;
}

/** How much of the start of a body is looked at where it is not read: what a magic number needs. */
const startBytes = 512;

/** The ends of a body: the first bytes (512, or fewer where it is shorter), and the last ones where they are asked for. */
export class BodyGlimpse {
  readonly start: Buffer;
  readonly #file: LocalSource;
  readonly #entry: ArchiveEntry;

  constructor(file: LocalSource, entry: ArchiveEntry) {
    this.#file = file;
    this.#entry = entry;
    this.start = this.#read(0, Math.min(startBytes, contentBytesOf(entry)));
  }

  /** The last bytes, that many or fewer; what was read already is not read again. */
  end(sizeBytes: number): Buffer {
    const contentBytes = contentBytesOf(this.#entry);
    if (contentBytes <= this.start.length) return this.start.subarray(-sizeBytes);
    return this.#read(Math.max(0, contentBytes - sizeBytes), Math.min(sizeBytes, contentBytes));
  }

  #read(fromBytes: number, sizeBytes: number): Buffer {
    const bytes = Buffer.allocUnsafe(sizeBytes);
    return bytes.subarray(0, readContent(this.#file, this.#entry, bytes, fromBytes));
  }
}

/** Looks at the ends of a body, in `file` or, where that is null, in a file of its own. Throws VarveError `input-unreadable`. */
export function glimpse<T>(
  table: EntryTable,
  entry: ArchiveEntry,
  file: LocalSource | null,
  look: (body: BodyGlimpse) => T,
): T {
  return glimpseOf(entry, file, entry.location ?? table.location, look);
}

function glimpseOf<T>(
  entry: ArchiveEntry,
  file: LocalSource | null,
  location: Location | null,
  look: (body: BodyGlimpse) => T,
): T {
  const own = file ?? openBesides(location);
  try {
    return look(new BodyGlimpse(own, entry));
  } finally {
    if (file === null) own.close();
  }
}

/** Opens what is read at once, in the middle of other work: a file of a folder. Throws VarveError `input-unreadable`. */
function openBesides(location: Location | null): LocalSource {
  if (location !== null && isLocal(location)) return openLocal(location);
  throw new VarveError('input-unreadable', 'its bytes cannot be read by position');
}
