/**
 * What would be found in an archive as it is to be, before it is written: its documents are read from where they will come
 * from, its claims are laid beside what the bytes were seen to be, by the same code as in a scan.
 */
import { isUtf8 } from 'node:buffer';
import { beginsAsDocument } from '../../archive/document-reader.js';
import { EntryNames } from '../../archive/entry-names.js';
import type { ArchiveEntry, DocumentRead, EntryTable } from '../../archive/entry-table.js';
import { repairedText } from '../../archive/repaired-text.js';
import type { BodyPlace } from '../../content/copy-body.js';
import type { ArchiveClaims } from '../../formats/claims.js';
import { readArchive } from '../../formats/read-archive.js';
import { algorithmOf, isAlgorithm } from '../../model/digest.js';
import { messageOf, VarveError } from '../../model/error.js';
import { finding } from '../../model/finding.js';
import { limitMessage } from '../../model/limits.js';
import type { ArchiveRecord } from '../../model/results/inventory.js';
import { RunBudget } from '../../model/work/run-budget.js';
import { openBody } from '../../observe/body-source.js';
import { digestBytes, type Engine } from '../../observe/hasher.js';
import type { BlobObservation } from '../../observe/observation.js';
import { observeBytes } from '../../observe/observe-bytes.js';
import { startsTar, wasTar } from '../../observe/tar-start.js';
import { arrived, type Steps } from '../../sources/steps.js';
import { requestsOf } from '../../threads/requests.js';
import { archiveRecord, recordedEntries } from '../../verify/archive-record.js';
import { type DamagedArchive, type Draft, isWholeBody, sizeOfSlot } from './damaged-archive.js';
import type { Slot } from './slots.js';
import type { SourceBodies } from './source-bodies.js';

/** What an archive is found to be. */
export interface Evaluation {
  readonly claims: ArchiveClaims;
  readonly record: ArchiveRecord;
  /** Positions in the record by those of the slots. */
  readonly positions: ReadonlyMap<number, number>;
}

const startBytes = 512;

/** Evaluates a draft; null where nothing in it says that it holds images. */
export function* evaluate(
  damaged: DamagedArchive,
  draft: Draft,
  sources: SourceBodies,
  engine: Engine,
): Steps<Evaluation | null> {
  const table = tableOf(damaged, draft);
  const { limits } = damaged;
  const slotOf = ({ index }: ArchiveEntry): Slot => slotAt(draft, index);
  // Documents are asked for in the middle of pure work: all that may be one is at hand before.
  yield* readDocuments(draft, limits.documentBytes);
  const names = yield* EntryNames.of(table, limits);
  const look = (entry: ArchiveEntry, judge: (start: Buffer) => boolean): boolean | null => {
    const bytes = bytesOf(slotOf(entry));
    return bytes === null ? null : judge(bytes.subarray(0, startBytes));
  };
  const read = yield* readArchive({
    table,
    names,
    limits,
    held: new RunBudget(limits).account(),
    readDocument: (entry) => documentOf(slotOf(entry), limits.documentBytes),
    isTar: (entry) => look(entry, startsTar) ?? wasTar(slotOf(entry).observation ?? undefined),
    mayBeDocument: (entry) => look(entry, beginsAsDocument),
  });
  if (read.kind !== 'image') return null;
  const bodies = new Map<number, BlobObservation>();
  for (const request of yield* requestsOf(read.claims)) {
    yield;
    const seen = observationOf(slotAt(draft, request.entry), request, sources, engine);
    if (seen !== null) bodies.set(request.entry, seen);
  }
  const failed = new Map(
    draft.slots.flatMap(({ failure, origin }, i) =>
      failure === null || origin.kind === 'healed' ? [] : [[i, failure] as const],
    ),
  );
  const inline = read.claims.inline.map(({ digest, base64 }) => {
    const algorithm = algorithmOf(digest);
    return isAlgorithm(algorithm) ? digestBytes(engine, algorithm, Buffer.from(base64, 'base64')) : null;
  });
  const observed = { streamed: false, changed: null, parts: [], bodies, failed, inline };
  const record = yield* archiveRecord(read.claims, observed, true);
  const positions = new Map(recordedEntries(table).map(({ index }, position) => [index, position]));
  return { claims: read.claims, record, positions };
}

function slotAt({ slots }: Draft, index: number): Slot {
  const slot = slots[index];
  if (slot === undefined) throw new RangeError(`no entry ${index}`);
  return slot;
}

function tableOf({ table }: DamagedArchive, { slots, end, findings }: Draft): EntryTable {
  let position = 0;
  let structureBytes = 0;
  const entries = slots.map((slot, index): ArchiveEntry => {
    const { head, body, padding, entry } = slot;
    const offsetBytes = position + (head === null ? 0 : entry.offsetBytes - headStart(slot));
    const dataOffsetBytes = position + (head?.sizeBytes ?? 0);
    const storedBytes = isWholeBody(slot) ? entry.sizeBytes : body.sizeBytes;
    const structure = { headerBytes: head?.sizeBytes ?? 0, paddingBytes: padding?.sizeBytes ?? 0 };
    structureBytes += structure.headerBytes + structure.paddingBytes;
    if (table.container === 'tar') position = dataOffsetBytes + body.sizeBytes + structure.paddingBytes;
    const place = table.container === 'tar' ? { offsetBytes, dataOffsetBytes } : null;
    return { ...entry, ...place, index, sourceIndex: index, storedBytes, structureBytes: structure };
  });
  const bodyBytes = entries.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
  const endBytes = end?.sizeBytes ?? 0;
  const sizeBytes = bodyBytes + structureBytes + endBytes;
  const overhead = {
    headerBytes: entries.reduce((sum, entry) => sum + entry.structureBytes.headerBytes, 0),
    paddingBytes: entries.reduce((sum, entry) => sum + entry.structureBytes.paddingBytes, 0),
    endBytes,
    trailingBytes: 0,
  };
  return { ...table, entries, sizeBytes, tarBytes: sizeBytes, overhead, truncated: false, findings };
}

/** A header begins where the entry before ended, unless something stands between that belongs to none. */
function headStart({ head, entry }: Slot): number {
  return head?.kind === 'stretch' ? head.offsetBytes : entry.offsetBytes;
}

const documents = new WeakMap<Slot, Buffer | string>();

/** Reads the bodies that are small enough for a document, once. */
function* readDocuments({ slots }: Draft, mostBytes: number): Steps<void> {
  for (const slot of slots) {
    if (slot.entry.type !== 'file' || documents.has(slot) || !isWholeBody(slot)) continue;
    const { document } = slot;
    if (document !== null) documents.set(slot, document);
    else if (slot.failure !== null && slot.origin.kind === 'own') documents.set(slot, slot.failure);
    else documents.set(slot, yield* startOf(slot, mostBytes));
    yield;
  }
}

/** All of a body that may be a document, or its first bytes. */
function* startOf(slot: Slot, mostBytes: number): Steps<Buffer | string> {
  const { body, entry } = slot;
  if (body.kind === 'bytes') return body.bytes;
  let place: Pick<BodyPlace, 'location' | 'offsetBytes' | 'sparse'>;
  if (body.kind === 'stretch') place = { ...body, sparse: entry.sparse };
  else {
    if (body.isDecoded) return 'it is no document';
    const known = body.copies.find(({ document }) => document !== null)?.document ?? null;
    if (known !== null) return known;
    const first = body.copies.find(({ outer }) => outer === 'none');
    if (first === undefined) return 'it lies in an archive that is compressed as a whole';
    const { location, entry: stored } = first;
    place = { location, offsetBytes: stored.dataOffsetBytes, sparse: stored.sparse };
  }
  return yield* readStart(place, sizeOfSlot(slot), mostBytes);
}

/** All of a body that may be a document, or its first bytes; why they cannot be had. */
export function* readStart(
  place: Pick<BodyPlace, 'location' | 'offsetBytes' | 'sparse'>,
  sizeBytes: number,
  mostBytes: number,
): Steps<Buffer | string> {
  try {
    const opened = openBody({ ...place, sizeBytes });
    try {
      const start = Buffer.alloc(Math.min(sizeBytes, startBytes));
      yield* arrived(opened.read(start, 0));
      if (sizeBytes <= start.length || sizeBytes > mostBytes || !beginsAsDocument(start)) return start;
      const bytes = Buffer.alloc(sizeBytes);
      yield* arrived(opened.read(bytes, 0));
      return bytes;
    } finally {
      opened.close();
    }
  } catch (error) {
    if (error instanceof VarveError && error.code === 'input-unreadable') return messageOf(error);
    throw error;
  }
}

/** The bytes of a small body, or the first ones of a larger; null where they cannot be had. */
export function bytesOf(slot: Slot): Buffer | null {
  const known = documents.get(slot);
  return known === undefined || typeof known === 'string' ? null : known;
}

function documentOf(slot: Slot, mostBytes: number): DocumentRead {
  const { entry } = slot;
  const known = documents.get(slot) ?? 'its bytes are not there';
  const sizeBytes = sizeOfSlot(slot);
  const at = { subject: entry.name, offsetBytes: entry.offsetBytes };
  if (typeof known === 'string') return { ok: false, finding: finding('input-unreadable', known, at) };
  if (sizeBytes > mostBytes) {
    const message = limitMessage('documentBytes', mostBytes, `a document has ${sizeBytes} bytes`);
    return { ok: false, finding: finding('limit-exceeded', message, at) };
  }
  if (known.length < sizeBytes) {
    return { ok: false, finding: finding('document-invalid', 'no JSON: it begins as something else', at) };
  }
  return isUtf8(known)
    ? { ok: true, text: known.toString('utf8') }
    : { ok: true, text: repairedText(known), isRepaired: true };
}

function observationOf(
  slot: Slot,
  { algorithms, layer }: { readonly algorithms: Parameters<typeof observeBytes>[1]; readonly layer: unknown },
  sources: SourceBodies,
  engine: Engine,
): BlobObservation | null {
  const bytes = bytesOf(slot);
  const isAll = bytes !== null && bytes.length === sizeOfSlot(slot);
  const seen = slot.observation ?? (isAll ? observeBytes(bytes, algorithms, engine) : null);
  if (seen === null || layer === null || seen.layer !== null) return seen;
  const inside = Object.values(seen.digests).flatMap((digest) => sources.insideOf(digest) ?? [])[0];
  return inside ?? seen;
}
