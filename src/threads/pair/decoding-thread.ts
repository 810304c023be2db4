/**
 * One job on two threads: the first decodes, the second does all else, by the code that does the whole job where it is
 * alone. It reads for both, and has a decoder that only hands over what the first decoded of just those bytes, errors
 * included; so the result is the same whether a job was shared or not. Hostile input: a bomb is judged by the second, which
 * then tells the first to stop.
 */

import { CodecError, type CodecErrorCode } from '../../codec/codec-error.js';
import type { Codec, Decoder, Sink } from '../../codec/decoder.js';
import { detectCodec } from '../../codec/detect.js';
import { checksumOf, type MemberChecks } from '../../codec/gzip/checksum.js';
import { VarveError } from '../../model/error.js';
import { openBody } from '../../observe/body-source.js';
import { magicBytes, placeStepBytes } from '../../observe/layer-reader.js';
import type { Job } from '../../observe/observation.js';
import { compressedChunkBytes } from '../../observe/observe-blob.js';
import { piecesOf, streamChunkBytes } from '../../observe/stream/observe-stream.js';
import type { WorkContext } from '../../observe/work-context.js';
import type { ByteSource } from '../../sources/byte-source.js';
import { openSource } from '../../sources/open-source.js';
import { piecesRead, ReadAhead } from './read-ahead.js';
import { closeRelay, type Relay, type RelayKind, RelayReader, RelayWriter } from './relay.js';

const nothing = new Uint8Array(0);

/** The part of the first thread. Throws VarveError `interrupted`; what makes the job fail is thrown in the other thread. */
export async function decodeForOther(job: Job, context: WorkContext, relay: Relay): Promise<void> {
  const writer = new RelayWriter(relay, context);
  let decoding: Decoding | null = null;
  try {
    let isFirst = true;
    for (const chunk of piecesRead(relay, context)) {
      context.checkStop();
      const codec = isFirst ? detectCodec(chunk.subarray(0, magicBytes)) : null;
      isFirst = false;
      if (codec !== null) decoding = await openDecoding(codec, context, writer);
      const pieces = job.kind === 'blob' ? blocksOf(chunk) : piecesOf(chunk);
      for (const piece of pieces) await decoding?.write(piece);
    }
    await decoding?.end();
  } catch (error) {
    // The other has its result, and nobody reads on for this one.
    if (!writer.closed) throw error;
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

/** The part of the second thread: a source and a decoder for the same job. `input`: what a third thread reads of standard input. */
export function openRelayed(job: Job, context: WorkContext, relay: Relay, input?: Relay): Relayed {
  const chunkBytes = job.kind === 'blob' ? compressedChunkBytes : streamChunkBytes;
  const stored = input === undefined ? openJob(job, relay) : openInput(new RelayReader(input, context));
  const source = new ReadAhead(stored, relay, chunkBytes);
  return { source, decoder: new RelayedDecoder(new RelayReader(relay, context)) };
}

function openJob(job: Job, relay: Relay): ByteSource {
  try {
    return job.kind === 'blob' ? openBody(job) : openSource(job.location, undefined);
  } catch (error) {
    // Nothing will come for the other thread.
    closeRelay(relay);
    throw error;
  }
}

/** What another thread has read, as a source. */
function openInput(reader: RelayReader): ByteSource {
  const read = (target: Buffer): number => {
    const kind = reader.next();
    if (kind === 'unreadable') throw new VarveError('input-unreadable', reader.take(String));
    return kind === 'end' ? 0 : reader.take((bytes) => bytes.copy(target));
  };
  return { sizeBytes: null, seekable: false, read, identity: () => null, close: () => reader.close() };
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
