/**
 * One entry table on its way to claims: documents read, format recognised, and the digests of those documents taken
 * while their bytes are at hand. A table whose images lie in sub-folders becomes several archives here.
 */
import type { DocumentAccount, DocumentBudget } from '../archive/document-budget.js';
import { beginsAsDocument, DocumentReader, type DocumentSource, glimpse } from '../archive/document-reader.js';
import { EntryNames } from '../archive/entry-names.js';
import type { ArchiveEntry, EntryTable } from '../archive/entry-table.js';
import { splitTable } from '../archive/nested-table.js';
import type { ArchiveClaims } from '../formats/claims.js';
import { readArchive } from '../formats/read-archive.js';
import { contentBytesOf } from '../model/content-size.js';
import { algorithmOf, isAlgorithm } from '../model/digest.js';
import { messageOf } from '../model/error.js';
import { finding } from '../model/finding.js';
import type { Limits } from '../model/limits.js';
import type { ArchiveRecord } from '../model/results/inventory.js';
import type { RunAccount, RunBudget } from '../model/work/run-budget.js';
import { isRestDue } from '../model/work/work.js';
import { digestBytes, type Engine } from '../observe/hasher.js';
import type { BlobObservation } from '../observe/observation.js';
import { observeBytes } from '../observe/observe-bytes.js';
import { observeEnds } from '../observe/observe-ends.js';
import { startsTar } from '../observe/tar-start.js';
import type { Steps } from '../sources/steps.js';
import { type EntryRequest, requestsOf } from '../threads/requests.js';
import { archiveRecord, unreadableRecord } from '../verify/archive-record.js';
import type { ObservedArchive } from '../verify/observed.js';

/** What was observed of bodies before their claims were read. */
export interface KnownBodies {
  /** All that is asked of a body, or null. */
  bodyOf(request: EntryRequest, entry: ArchiveEntry): BlobObservation | null;
  /** Takes what was observed of a body that was not known. */
  keep(request: EntryRequest, observation: BlobObservation): void;
  /** Whether a body that cannot be read again begins as a tar; null where that is not known. */
  isTar?(entry: ArchiveEntry): boolean | null;
}

export interface OpenOptions {
  readonly engine: Engine;
  readonly known: KnownBodies;
  readonly limits: Limits;
  /** What the documents of the run may come to. */
  readonly budget: DocumentBudget;
  /** Whether the documents stay at hand when their claims are known. */
  readonly keepsDocuments: boolean;
  /** What the run may hold of images, names, layers and findings. */
  readonly held: RunBudget;
}

/** An archive whose claims are known and whose observations come in. */
export class ArchiveInProgress {
  readonly claims: ArchiveClaims;
  /** Bodies that still have to be read. */
  readonly requests: readonly EntryRequest[];
  readonly bodies = new Map<number, BlobObservation>();
  readonly failed = new Map<number, string>();
  /** The bytes of its documents, by entry; none unless they are kept. */
  readonly documents: ReadonlyMap<number, Buffer>;
  readonly #engine: Engine;

  private constructor(
    claims: ArchiveClaims,
    documents: ReadonlyMap<number, Buffer>,
    requests: readonly EntryRequest[],
    { engine, keepsDocuments }: OpenOptions,
  ) {
    this.claims = claims;
    this.documents = keepsDocuments ? documents : new Map();
    this.requests = requests;
    this.#engine = engine;
  }

  /** Takes what is known of its bodies, and the digests of the documents at hand. */
  static *open(
    claims: ArchiveClaims,
    documents: ReadonlyMap<number, Buffer>,
    options: OpenOptions,
  ): Steps<ArchiveInProgress> {
    const { engine, known } = options;
    const left: EntryRequest[] = [];
    const archive = new ArchiveInProgress(claims, documents, left, options);
    for (const request of yield* requestsOf(claims)) {
      if (isRestDue()) yield;
      const entry = claims.table.entries[request.entry];
      const before = entry === undefined ? null : known.bodyOf(request, entry);
      const bytes = before === null && request.layer === null ? documents.get(request.entry) : undefined;
      const observation = bytes === undefined ? before : observeBytes(bytes, request.algorithms, engine);
      if (observation === null) left.push(request);
      else archive.bodies.set(request.entry, observation);
      if (observation !== null && bytes !== undefined) known.keep(request, observation);
    }
    return archive;
  }

  /** Takes the first and last bytes of each layer for what is left to read: its compression, the size that it claims. */
  peek(source: DocumentSource): void {
    // Nothing of a body that lies elsewhere is here.
    if (source.kind === 'fetched') return;
    for (const request of this.requests) {
      const entry = this.claims.table.entries[request.entry];
      if (entry === undefined || request.layer === null) continue;
      try {
        const file = source.kind === 'file' ? source.file : null;
        this.bodies.set(
          entry.index,
          glimpse(this.claims.table, entry, file, (body) =>
            observeEnds(body.start, (sizeBytes) => body.end(sizeBytes), contentBytesOf(entry)),
          ),
        );
      } catch (error) {
        this.failed.set(entry.index, messageOf(error));
      }
    }
  }

  /** Takes the observations of a single pass, filed by the entry's place in the whole archive, as far as they are asked for. */
  take(bodies: ReadonlyMap<number, BlobObservation>): void {
    for (const request of this.requests) {
      const entry = this.claims.table.entries[request.entry];
      const observation = entry === undefined ? undefined : bodies.get(entry.sourceIndex);
      if (observation === undefined) continue;
      // The pass had to look into everything; what is no layer has no say about its inside.
      this.bodies.set(
        request.entry,
        request.layer === null ? { ...observation, compression: null, layer: null } : observation,
      );
    }
  }

  /** Its record; `source`: what was found of the files that it lies in. */
  *record(verified: boolean, source: Pick<ObservedArchive, 'streamed' | 'changed' | 'parts'>): Steps<ArchiveRecord> {
    const inline = this.claims.inline.map(({ digest, base64 }) => {
      const algorithm = algorithmOf(digest);
      return isAlgorithm(algorithm) ? digestBytes(this.#engine, algorithm, Buffer.from(base64, 'base64')) : null;
    });
    const { bodies, failed } = this;
    const { streamed, changed, parts } = source;
    return yield* archiveRecord(this.claims, { streamed, changed, parts, bodies, failed, inline }, verified);
  }
}

/** Images in sub-folders of sub-folders are followed so far. */
const maxNesting = 8;

/** Opens a table: the archives that it holds, or the record that says why it holds none. */
export function* openTable(
  table: EntryTable,
  source: DocumentSource,
  options: OpenOptions,
  inner: { readonly depth: number; readonly account: DocumentAccount; readonly held: RunAccount } = {
    depth: 0,
    account: options.budget.account(),
    held: options.held.account(),
  },
): Steps<(ArchiveInProgress | ArchiveRecord)[]> {
  const { limits, known } = options;
  const tooMany = inner.depth === 0 ? inner.held.take('runEntries', table.entries.length) : null;
  if (tooMany !== null) return [givenUp(table, tooMany)];
  const names = yield* EntryNames.of(table, limits);
  const documents = new DocumentReader(source, limits, inner.account);
  const readDocument = (entry: ArchiveEntry) => documents.read(entry);
  // Of a body that lies elsewhere nothing is known but what it is called.
  const isUnseen = source.kind === 'fetched' ? false : null;
  const isTar = (entry: ArchiveEntry) => documents.look(entry, startsTar) ?? known.isTar?.(entry) ?? isUnseen;
  const mayBeDocument = (entry: ArchiveEntry) => documents.look(entry, beginsAsDocument);
  const read = yield* readArchive({ table, names, limits, held: inner.held, readDocument, isTar, mayBeDocument });
  if (read.kind === 'image') return [yield* ArchiveInProgress.open(read.claims, documents.bytes, options)];
  if (read.kind === 'nested' && inner.depth < maxNesting) {
    const whole = { ...table, findings: [...table.findings, ...read.findings] };
    const below = { ...inner, depth: inner.depth + 1 };
    const parts: (ArchiveInProgress | ArchiveRecord)[] = [];
    for (const part of splitTable(whole, read.folders)) parts.push(...(yield* openTable(part, source, options, below)));
    return parts;
  }
  const { path, filePath, sizeBytes, compression, findings } = table;
  const faults = findings.filter((found) => found.severity === 'error');
  const reason = read.kind === 'nested' ? `its images lie more than ${maxNesting} sub-folders deep` : read.reason;
  const facts = { sizeBytes, compression, findings: faults, ...(path === filePath ? null : { nestedIn: filePath }) };
  return [unreadableRecord(path, 'not-an-image-archive', reason, facts)];
}

/** The record of an archive that is not looked at, since the run holds too much already. */
function givenUp({ path, sizeBytes, compression }: EntryTable, reason: string): ArchiveRecord {
  const facts = { sizeBytes, compression, findings: [finding('limit-exceeded', reason)] };
  return unreadableRecord(path, 'input-unreadable', reason, facts);
}
