/**
 * The tar of a single pass, taken apart as it comes by: its table, its documents, an observation of every body. Which
 * body is a layer is told only by documents that may come last, so each body is looked into. Hostile input: at most one
 * decoder is open per pass besides the one at hand, and documents are kept up to a limit.
 */
import type { ArchiveEntry, TarIndex } from '../../archive/entry-table.js';
import { TableBuilder } from '../../archive/table-builder.js';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import { TarFeed, type TarFeedHandler } from '../../archive/tar/tar-feed.js';
import { contentBytesOf } from '../../model/content-size.js';
import type { Expansion } from '../expansion.js';
import type { BlobObservation, StreamJob, StreamObservation } from '../observation.js';
import type { WorkContext } from '../work-context.js';
import { StreamBody } from './stream-body.js';
import { StreamDocuments } from './stream-documents.js';

const startBytes = 512;

export class StreamPass implements TarFeedHandler {
  readonly #job: StreamJob;
  readonly #context: WorkContext;
  readonly #expansion: Expansion;
  readonly #feed: TarFeed;
  readonly #builder: TableBuilder;
  readonly #bodies = new Map<number, BlobObservation>();
  readonly #documents: StreamDocuments;
  readonly #start = new Uint8Array(startBytes);
  readonly #queue = { waitingBytes: 0, zeroBytes: 0, last: null as Promise<unknown> | null };
  /** By the algorithms of their digests. */
  readonly #empty = new Map<string, BlobObservation>();
  #started = 0;
  #body: StreamBody | null = null;
  /** Bodies that have ended and whose decoders have not. */
  #open: { readonly body: StreamBody; readonly result: Promise<BlobObservation> }[] = [];

  constructor(job: StreamJob, context: WorkContext, expansion: Expansion) {
    this.#job = job;
    this.#context = context;
    this.#expansion = expansion;
    this.#feed = new TarFeed('utf8', this, context.limits.extendedHeaderBytes);
    this.#builder = new TableBuilder(this.#feed.cursor, context.limits);
    this.#documents = new StreamDocuments(context.limits);
  }

  /** Whether the very first block is no tar header, so that reading on is of no use. */
  get isNoTar(): boolean {
    return this.#feed.problem?.offsetBytes === 0;
  }

  push(bytes: Buffer): void {
    if (this.#started < startBytes) this.#started += bytes.copy(this.#start, this.#started);
    this.#feed.push(bytes);
  }

  entry(entry: TarEntry, dataOffsetBytes: number): boolean {
    this.#builder.add(entry, dataOffsetBytes, Number.POSITIVE_INFINITY);
    const listed = this.#builder.entries.at(-1);
    if (this.#builder.overflow !== null) this.#feed.abandon(this.#builder.overflow);
    if (this.#builder.overflow !== null || listed?.type !== 'file' || listed.sparse?.refusal != null) return false;
    this.#documents.start(listed);
    this.#body = new StreamBody(listed, this.#job, this.#context, this.#expansion, this.#queue);
    return true;
  }

  body(bytes: Buffer): void {
    this.#documents.write(bytes);
    this.#body?.write(bytes);
  }

  zeros(sizeBytes: number): void {
    this.#documents.zeros(sizeBytes);
    this.#body?.zeros(sizeBytes);
  }

  bodyEnd(): void {
    const body = this.#body;
    this.#body = null;
    this.#documents.end();
    if (body === null) return;
    const result = body.end();
    if (!(result instanceof Promise)) {
      this.#bodies.set(body.entry.index, this.#shared(body.entry, result));
      return;
    }
    // Where it fails, `settle` hears of it.
    this.#queue.last = result.catch(() => {});
    this.#open.push({ body, result });
  }

  /** One observation for all bodies without a byte: the cheapest bomb is of these, and each copy has its way between threads. */
  #shared(entry: ArchiveEntry, observation: BlobObservation): BlobObservation {
    if (contentBytesOf(entry) > 0) return observation;
    const key = Object.keys(observation.digests).join();
    const known = this.#empty.get(key) ?? observation;
    this.#empty.set(key, known);
    return known;
  }

  /** Waits for the bodies that ended, and for what the current one has not taken yet. */
  async settle(): Promise<void> {
    for (const { body, result } of this.#open) this.#bodies.set(body.entry.index, await result);
    this.#open = [];
    this.#queue.last = null;
    this.#queue.zeroBytes = 0;
    await this.#body?.settle();
  }

  async finish(): Promise<Pick<StreamObservation, 'index' | 'isTar' | 'start' | 'bodies' | 'documents'>> {
    await this.settle();
    return {
      index: this.#index(),
      isTar: this.#builder.entries.length > 0 || this.#feed.ended,
      start: this.#start.subarray(0, this.#started),
      bodies: this.#bodies,
      documents: this.#documents.kept,
    };
  }

  #index(): TarIndex {
    return this.#builder.closeFeed(this.#feed);
  }

  close(): void {
    this.#body?.close();
    for (const { body } of this.#open) body.close();
  }
}
