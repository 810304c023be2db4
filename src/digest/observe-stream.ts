/**
 * An archive that cannot be sought (standard input, or compressed as a whole): one pass gives its entry table, its
 * documents and the observation of every body. Which body is a layer is told only by documents that may come last, so
 * each body is looked into. Hostile input: memory is bounded by `limits`; a bomb ends the pass.
 */
import { readSync } from 'node:fs';
import { openByteFile } from '../archive/byte-file.js';
import type { ArchiveEntry } from '../archive/entry-table.js';
import type { TarEntry } from '../archive/tar-cursor.js';
import { TarFeed, type TarFeedHandler } from '../archive/tar-feed.js';
import { TableBuilder } from '../archive/table-builder.js';
import { CodecError, createDecoder, type Decoder, detectCodec } from '../codec/decoder.js';
import { type Algorithm, isAlgorithm } from '../model/digest.js';
import { messageOf, VarveError } from '../model/error.js';
import { limits } from '../model/limits.js';
import { isBomb } from './layer-reader.js';
import type { BlobObservation, StreamJob, StreamObservation } from './observation.js';
import { BlobReader } from './observe-blob.js';
import { acquireLargeWindow, type WorkContext } from './work-context.js';

// Between two looks at slow decoders inside; small, since what they have not yet taken is held.
const readBytes = 64 * 1024;
/** Bytes that wait for decoders that cannot answer at once. */
const waitingBytes = 64 * 1024 * 1024;
const startBytes = 512;
/** The longest magic number that is looked for. */
const magicBytes = 16;
const knownDocument = /^(?:.*\/)?(?:index\.json|manifest\.json|oci-layout|repositories|json)$/;

/** Observes a whole archive. Throws VarveError `input-unreadable` when it cannot be read, `interrupted` on a stop. */
export async function observeStream(job: StreamJob, context: WorkContext): Promise<StreamObservation> {
  const source = openSource(job.path);
  const pass = new StreamPass(job, context);
  let decoder: Decoder | null = null;
  let sizeBytes = 0;
  let failure: StreamObservation['failure'] = null;
  let compression: StreamObservation['compression'] = 'none';
  const sink = (bytes: Uint8Array): void => pass.push(sizeBytes, bytes);
  try {
    for (;;) {
      const chunk = readChunk(source, context.buffer.subarray(0, readBytes), sizeBytes);
      const codec = sizeBytes === 0 ? detectCodec(chunk) : null;
      if (codec !== null) {
        compression = codec;
        decoder = await createDecoder(codec, { acquireLargeWindow: () => acquireLargeWindow(context.control) });
      }
      sizeBytes += chunk.length;
      if (failure === null) failure = await decodeChunk(decoder, chunk, sink);
      await pass.settle();
      if (chunk.length === 0 || pass.hopeless) break;
      await context.step(chunk.length);
    }
    return { compression, sizeBytes, failure, ...(await pass.finish()) };
  } finally {
    source.close();
    decoder?.close();
    pass.close();
  }
}

/** A chunk of at least `startBytes` unless the end is near: a pipe may hand over a magic number in two pieces. */
function readChunk(source: Source, target: Buffer, positionBytes: number): Buffer {
  let length = 0;
  while (length < startBytes) {
    const n = source.read(target.subarray(length), positionBytes + length);
    if (n === 0) break;
    length += n;
  }
  return target.subarray(0, length);
}

/** Passes a chunk on, an empty one as the end; returns why it could not be decoded. */
async function decodeChunk(
  decoder: Decoder | null,
  chunk: Buffer,
  sink: (bytes: Uint8Array) => void,
): Promise<StreamObservation['failure']> {
  try {
    if (decoder === null) sink(chunk);
    else if (chunk.length > 0) await decoder.write(chunk, sink);
    else await decoder.end(sink);
    return null;
  } catch (error) {
    if (error instanceof CodecError) return { code: error.code, detail: error.message };
    throw error;
  }
}

interface Source {
  read(target: Buffer, positionBytes: number): number;
  close(): void;
}

function openSource(path: string | null): Source {
  if (path === null) return { read: readStandardInput, close: () => {} };
  const file = openByteFile(path);
  return { read: (target, positionBytes) => file.readAt(target, positionBytes), close: () => file.close() };
}

const pause = new Int32Array(new SharedArrayBuffer(4));

function readStandardInput(target: Buffer): number {
  for (;;) {
    try {
      return readSync(0, target, 0, target.length, null);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EOF') return 0;
      // A pipe that another process set to non-blocking: wait, as a blocking read would.
      if (code !== 'EAGAIN')
        throw new VarveError('input-unreadable', `standard input: ${messageOf(error)}`, { cause: error });
      Atomics.wait(pause, 0, 0, 5);
    }
  }
}

class StreamPass implements TarFeedHandler {
  readonly #job: StreamJob;
  readonly #context: WorkContext;
  readonly #feed = new TarFeed('utf8', this);
  readonly #builder = new TableBuilder(this.#feed.cursor);
  readonly #bodies = new Map<number, BlobObservation>();
  readonly #documents = new Map<number, Uint8Array>();
  readonly #dropped: number[] = [];
  readonly #start = Buffer.alloc(startBytes);
  #started = 0;
  #outBytes = 0;
  #documentBytes = 0;
  #body: StreamBody | null = null;
  #open = new Set<StreamBody>();

  constructor(job: StreamJob, context: WorkContext) {
    this.#job = job;
    this.#context = context;
  }

  /** Whether the very first block is no tar header, so that reading on is of no use. */
  get hopeless(): boolean {
    return this.#feed.problem?.offsetBytes === 0;
  }

  push(inBytes: number, bytes: Uint8Array): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#started < startBytes) this.#started += chunk.copy(this.#start, this.#started);
    this.#outBytes += chunk.length;
    if (isBomb(inBytes, this.#outBytes))
      throw new CodecError('limit', `expansionRatio: ${inBytes} bytes became ${this.#outBytes}`, inBytes);
    this.#feed.push(chunk);
  }

  entry(entry: TarEntry, dataOffsetBytes: number): boolean {
    this.#builder.add(entry, dataOffsetBytes, Number.POSITIVE_INFINITY);
    if (this.#builder.overflow !== null) {
      this.#feed.abandon(this.#builder.overflow);
      return false;
    }
    if (entry.type !== 'file') return false;
    this.#body = new StreamBody(this.#builder.entries.at(-1) as ArchiveEntry, this.#job.bodies, this.#context);
    return true;
  }

  body(bytes: Buffer): void {
    this.#body?.write(bytes);
  }

  bodyEnd(): void {
    const body = this.#body;
    this.#body = null;
    if (body === null) return;
    this.#keepDocument(body);
    body.end();
    this.#open.add(body);
  }

  #keepDocument(body: StreamBody): void {
    const document = body.takeDocument();
    if (document === null) return;
    if (!knownDocument.test(body.entry.name)) this.#documentBytes += document.length;
    if (this.#documentBytes > limits.documentsBytes && !knownDocument.test(body.entry.name))
      this.#dropped.push(body.entry.index);
    else this.#documents.set(body.entry.index, document);
  }

  /** Waits for the bodies that ended, and for what the current one has not taken yet. */
  async settle(): Promise<void> {
    for (const body of this.#open) this.#bodies.set(body.entry.index, await body.result());
    this.#open = new Set();
    await this.#body?.settle();
  }

  async finish(): Promise<Pick<StreamObservation, 'index' | 'isTar' | 'start' | 'bodies' | 'documents' | 'dropped'>> {
    await this.settle();
    return {
      index: this.#builder.closeFeed(this.#feed),
      isTar: this.#builder.entries.length > 0 || this.#feed.ended,
      start: this.#start.subarray(0, this.#started),
      bodies: this.#bodies,
      documents: this.#documents,
      dropped: this.#dropped,
    };
  }

  close(): void {
    this.#body?.close();
    for (const body of this.#open) body.close();
  }
}

/** One body of a streamed archive. Bytes for a decoder that answers later are copied and wait, up to a limit. */
class StreamBody {
  readonly entry: ArchiveEntry;
  readonly #context: WorkContext;
  readonly #hash: boolean;
  #reader: BlobReader | Promise<BlobReader> | null = null;
  #chain: Promise<void> | null = null;
  #waiting = 0;
  #document: Buffer | null = null;
  #received = 0;
  #first: Buffer = Buffer.alloc(0);

  constructor(entry: ArchiveEntry, hash: boolean, context: WorkContext) {
    this.entry = entry;
    this.#hash = hash;
    this.#context = context;
  }

  write(bytes: Buffer): void {
    const before = this.#received;
    this.#received += bytes.length;
    if (before < startBytes) this.#first = Buffer.concat([this.#first, bytes.subarray(0, startBytes - before)]);
    if (before === 0 && mayBeDocument(this.entry, bytes)) this.#document = Buffer.allocUnsafe(this.entry.sizeBytes);
    if (this.#document !== null) bytes.copy(this.#document, before);
    if (!this.#hash) return;
    // The magic number decides on the reader; a piece too short for it waits for the next one.
    if (this.#received < Math.min(magicBytes, this.entry.sizeBytes)) return;
    this.#pass(this.#reader === null && before > 0 ? Buffer.concat([this.#first.subarray(0, before), bytes]) : bytes);
  }

  /** The body as a document, once; null where it cannot be one. */
  takeDocument(): Buffer | null {
    const document = this.#document;
    this.#document = null;
    return document ?? (this.entry.sizeBytes === 0 ? Buffer.alloc(0) : null);
  }

  #pass(bytes: Buffer): void {
    this.#reader ??= this.#openReader();
    const reader = this.#reader;
    if (this.#chain === null && !(reader instanceof Promise) && !reader.asynchronous) {
      reader.write(bytes);
      return;
    }
    this.#waiting += bytes.length;
    if (this.#waiting > waitingBytes)
      throw new CodecError('limit', `more than ${waitingBytes} bytes wait for a decoder`, 0);
    const copy = Buffer.from(bytes);
    this.#chain = (this.#chain ?? Promise.resolve()).then(async () => {
      await (await reader).write(copy);
      this.#waiting -= copy.length;
    });
  }

  #openReader(): BlobReader | Promise<BlobReader> {
    const algorithms = algorithmsFor(this.entry.name);
    return BlobReader.open(this.#first, algorithms, [...new Set<Algorithm>(['sha256', ...algorithms])], this.#context);
  }

  end(): void {
    if (this.#hash) this.#reader ??= this.#openReader();
  }

  async settle(): Promise<void> {
    await this.#chain;
  }

  async result(): Promise<BlobObservation> {
    await this.#chain;
    if (this.#reader === null) {
      return {
        digests: {},
        storedBytes: this.entry.sizeBytes,
        compression: detectCodec(this.#first) ?? 'none',
        layer: null,
      };
    }
    return (await this.#reader).finish();
  }

  close(): void {
    void Promise.resolve(this.#reader).then((reader) => reader?.close());
  }
}

function mayBeDocument(entry: ArchiveEntry, bytes: Buffer): boolean {
  if (entry.sizeBytes > limits.documentBytes) return false;
  return /^\s*[[{]/.test(bytes.toString('latin1', 0, magicBytes)) || knownDocument.test(entry.name);
}

/** A streamed blob is hashed by the algorithm of its own name, since nothing else is known yet. */
function algorithmsFor(name: string): Algorithm[] {
  const algorithm = /^blobs\/([^/]+)\//.exec(name)?.[1] ?? 'sha256';
  return [isAlgorithm(algorithm) ? algorithm : 'sha256'];
}
