/**
 * One job on two threads: the first reads and decodes, the second does all else, by the code that does the whole job
 * where it is alone. The second gets what it would have read, and a decoder that only hands over what the first decoded of
 * just those bytes, errors included; so the result is the same whether a job was shared or not. Hostile input: a bomb is
 * judged by the second, which then tells the first to stop.
 */

import { CodecError, type CodecErrorCode } from '../codec/codec-error.js';
import type { Codec, Decoder, Sink } from '../codec/decoder.js';
import { detectCodec } from '../codec/detect.js';
import { checksumOf, type MemberChecks } from '../codec/gzip/checksum.js';
import { VarveError } from '../model/error.js';
import { openBody } from '../observe/body-source.js';
import { magicBytes, placeStepBytes } from '../observe/layer-reader.js';
import type { Job } from '../observe/observation.js';
import { isStandardInput } from '../observe/observation.js';
import { compressedChunkBytes } from '../observe/observe-blob.js';
import { piecesOf, readChunk, streamChunkBytes } from '../observe/stream/observe-stream.js';
import type { WorkContext } from '../observe/work-context.js';
import type { ByteSource } from '../sources/byte-source.js';
import { openSource } from '../sources/open-source.js';
import { type Relay, type RelayKind, RelayReader, RelayWriter } from './relay.js';

const nothing = new Uint8Array(0);

/**
 * The part of the first thread. `input`: what a third thread reads of standard input. Throws VarveError `interrupted`; what
 * makes the job fail is thrown in the other thread.
 */
export async function decodeForOther(job: Job, context: WorkContext, relay: Relay, input?: Relay): Promise<void> {
  const writer = new RelayWriter(relay, context);
  try {
    const source = input === undefined ? openJob(job) : openRelayed(job, context, input).source;
    try {
      await decodeAll(job, source, context, writer);
    } finally {
      source.close();
    }
  } catch (error) {
    // The other has its result, and nobody reads on for this one.
    if (writer.closed) return;
    if (!(error instanceof VarveError) || error.code !== 'input-unreadable') throw error;
    writer.put('unreadable', Buffer.from(error.message));
  }
}

function openJob(job: Job): ByteSource {
  return job.kind === 'blob' ? openBody(job) : openSource(job.location, undefined);
}

async function decodeAll(job: Job, source: ByteSource, context: WorkContext, writer: RelayWriter): Promise<void> {
  const chunkBytes = job.kind === 'blob' ? compressedChunkBytes : streamChunkBytes;
  let decoding: Decoding | null = null;
  try {
    for (let at = 0; !writer.closed; ) {
      context.checkStop();
      const chunk = await readChunk(source, writer.input.subarray(0, chunkBytes), at);
      if (chunk.length === 0) break;
      // Of an archive only the first bytes are looked at; how many they are is told of the others.
      if (job.kind === 'blob' || decoding === null) writer.put('stored', chunk);
      else writer.put('counted', Buffer.from(`${chunk.length}`));
      const codec = at === 0 ? detectCodec(chunk.subarray(0, magicBytes)) : null;
      if (codec !== null) decoding = await openDecoding(codec, context, writer);
      const pieces = job.kind === 'blob' ? blocksOf(chunk) : piecesOf(chunk);
      for (const piece of pieces) await decoding?.write(piece);
      at += chunk.length;
    }
    writer.put('end', nothing);
    await decoding?.end();
  } finally {
    decoding?.close();
  }
}

/** A decoder that leaves the checksums of long members to the thread that has less to do. */
async function openDecoding(codec: Codec, context: WorkContext, writer: RelayWriter): Promise<Decoding> {
  const put = (kind: RelayKind, value: number | Comparison): void =>
    writer.put(kind, Buffer.from(JSON.stringify(value)));
  const memberChecks: MemberChecks = {
    goOn: (checksum) => put('checksum', checksum),
    compare: (checksum, refusal) => put('compare', { checksum, refusal: toRefusal(refusal) }),
  };
  const { memory } = writer;
  return new Decoding(await context.createDecoder(codec, { output: () => writer.slot, memory, memberChecks }), writer);
}

/** The pieces in which a layer goes to its decoder. */
function blocksOf(chunk: Buffer): readonly Buffer[] {
  const blocks: Buffer[] = [];
  for (let at = 0; at < chunk.length; at += placeStepBytes) blocks.push(chunk.subarray(at, at + placeStepBytes));
  return blocks;
}

/** A decoder whose output goes to the other thread, until it fails or is no longer asked for. */
class Decoding {
  readonly #writer: RelayWriter;
  #decoder: Decoder | null;

  constructor(decoder: Decoder, writer: RelayWriter) {
    this.#decoder = decoder;
    this.#writer = writer;
  }

  write(piece: Buffer): Promise<void> {
    return this.#run((decoder) => decoder.write(piece, this.#sink));
  }

  end(): Promise<void> {
    return this.#run((decoder) => decoder.end(this.#sink));
  }

  async #run(step: (decoder: Decoder) => void | Promise<void>): Promise<void> {
    if (this.#writer.outputUnwanted) this.close();
    if (this.#decoder === null) return;
    try {
      await step(this.#decoder);
      this.#writer.put('pieceEnd', nothing);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#writer.put('refused', Buffer.from(JSON.stringify(toRefusal(error))));
      this.close();
    }
  }

  readonly #sink: Sink = (bytes) => this.#writer.put('decoded', bytes);

  close(): void {
    this.#decoder?.close();
    this.#decoder = null;
  }
}

/** A CodecError on its way. */
interface Refusal {
  readonly code: CodecErrorCode;
  readonly message: string;
  readonly offsetBytes: number;
}

const toRefusal = ({ code, message, offsetBytes }: CodecError): Refusal => ({ code, message, offsetBytes });
const fromRefusal = ({ code, message, offsetBytes }: Refusal): CodecError => new CodecError(code, message, offsetBytes);

/** The checksum that a member is to have, and what is to be said where it has another one. */
interface Comparison {
  readonly checksum: number;
  readonly refusal: Refusal;
}

/** What the second thread reads and decodes with. */
export interface Relayed {
  readonly source: ByteSource;
  readonly decoder: Decoder;
}

/** The part of the second thread: a source and a decoder for the same job. */
export function openRelayed(job: Job, context: WorkContext, relay: Relay): Relayed {
  const reader = new RelayReader(relay, context);
  let ended = false;
  const read = (target: Buffer): number => {
    const length = ended ? 0 : readStored(reader, target);
    // Less than decides on a decoder comes at the end alone. To look for more would pass over what became of it.
    ended ||= length < magicBytes;
    return length;
  };
  const source: ByteSource = {
    sizeBytes: isStandardInput(job) ? null : job.sizeBytes,
    seekable: false,
    read,
    identity: () => null,
    close: () => reader.close(),
  };
  return { source, decoder: new RelayedDecoder(reader) };
}

/** The next stored bytes, with all that was decoded of the last ones passed over; 0 at the end. */
function readStored(reader: RelayReader, target: Buffer): number {
  for (;;) {
    const kind = reader.next();
    if (kind === 'end') return 0;
    if (kind === 'unreadable') throw new VarveError('input-unreadable', reader.take(String));
    const read = reader.take((bytes) => readSlot(kind, bytes, target));
    if (read > 0) return read;
  }
}

function readSlot(kind: RelayKind, bytes: Buffer, target: Buffer): number {
  if (kind === 'counted') return Number(bytes);
  return kind === 'stored' ? bytes.copy(target) : 0;
}

class RelayedDecoder implements Decoder {
  readonly asynchronous = false;
  readonly #reader: RelayReader;
  /** Of the member that goes by, where the first thread has handed it over. */
  #checksum: number | null = null;

  constructor(reader: RelayReader) {
    this.#reader = reader;
  }

  /** Hands over what became of the next piece, which is just this one. */
  write(_input: Uint8Array, sink: Sink): void {
    for (;;) {
      const kind = this.#reader.next();
      if (kind === 'decoded') this.#reader.take((bytes) => this.#hand(bytes, sink));
      else if (kind === 'checksum') this.#checksum = this.#reader.take((bytes) => Number(bytes));
      else if (kind === 'compare') this.#compare(JSON.parse(this.#reader.take(String)) as Comparison);
      else if (kind === 'refused') throw fromRefusal(JSON.parse(this.#reader.take(String)) as Refusal);
      else if (kind === 'pieceEnd') break;
      else throw new TypeError(`the threads of a job have lost each other: ${kind} instead of what was decoded`);
    }
    this.#reader.take(() => {});
  }

  end(sink: Sink): void {
    if (this.#reader.next() === 'end') this.#reader.take(() => {});
    this.write(nothing, sink);
  }

  #hand(bytes: Buffer, sink: Sink): void {
    if (this.#checksum !== null && checksumOf !== undefined) this.#checksum = checksumOf(bytes, this.#checksum);
    sink(bytes);
  }

  #compare({ checksum, refusal }: Comparison): void {
    if (this.#checksum !== checksum) throw fromRefusal(refusal);
    this.#checksum = null;
  }

  close(): void {
    this.#reader.spareDecoded();
  }
}
