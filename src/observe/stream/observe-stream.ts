/**
 * An archive that cannot be sought (standard input, or compressed as a whole): one pass gives its entry table, its
 * documents and the observation of every body. This module reads and decodes; `StreamPass` takes the tar apart. Hostile
 * input: memory is bounded by `limits`; a bomb ends the pass.
 */
import { blockBytes } from '../../archive/tar/tar-header.js';
import { isTarHeader } from '../../archive/tar/tar-start.js';
import { CodecError } from '../../codec/codec-error.js';
import type { Codec, Decoder } from '../../codec/decoder.js';
import { detectCodec } from '../../codec/detect.js';
import { type Finding, finding } from '../../model/finding.js';
import type { ByteSource } from '../../sources/byte-source.js';
import { openSource } from '../../sources/open-source.js';
import { Expansion } from '../expansion.js';
import { magicBytes } from '../layer-reader.js';
import type { StreamJob, StreamObservation } from '../observation.js';
import type { WorkContext } from '../work-context.js';
import { StreamPass } from './stream-pass.js';

/** Between two looks at decoders inside that cannot answer at once: what they have not yet taken is held. */
export const streamChunkBytes = 64 * 1024;
/** Checksum and size behind the content of a gzip member (RFC 1952, section 2.3.1). */
const trailerBytes = 8;

/** Observes a whole archive. Throws VarveError `input-unreadable` when it cannot be read, `interrupted` on a stop. */
export async function observeStream(
  job: StreamJob,
  context: WorkContext,
  source: ByteSource = openSource(job.location, context.main?.signal),
  createDecoder: WorkContext['createDecoder'] = context.createDecoder,
): Promise<StreamObservation> {
  const expansion = new Expansion(context.limits, context.checkStop);
  const pass = new StreamPass(job, context, expansion);
  let outer = new OuterDecoder(null, expansion, pass);
  let sizeBytes = 0;
  let failure: StreamObservation['failure'] = null;
  let compression: StreamObservation['compression'] = 'none';
  let twoFormats: readonly Finding[] = [];
  try {
    for (;;) {
      const chunk = await readChunk(source, context.buffer.subarray(0, streamChunkBytes), sizeBytes);
      const codec = sizeBytes === 0 ? detectCodec(chunk.subarray(0, magicBytes)) : null;
      if (codec !== null) {
        compression = codec;
        if (isTarHeader(chunk)) twoFormats = [bothFormats(codec)];
        outer = new OuterDecoder(await createDecoder(codec), expansion, pass);
      }
      sizeBytes += chunk.length;
      failure = await outer.take(chunk);
      await pass.settle();
      if (chunk.length === 0 || failure !== null || pass.isNoTar) break;
      await context.step(chunk.length);
    }
    const passed = await pass.finish();
    const index = { ...passed.index, findings: [...twoFormats, ...passed.index.findings] };
    return { ...passed, compression, sizeBytes: source.sizeBytes ?? sizeBytes, failure, index };
  } finally {
    source.close();
    outer.close();
    pass.close();
  }
}

function bothFormats(codec: Codec): Finding {
  const message = `the file is ${codec} and, as its bytes stand, a tar as well: what decompresses it first (docker, containerd, podman) reads other entries than what takes it for a tar (GNU tar, Python, crane)`;
  return finding('readers-disagree', message, { expected: codec, actual: 'a tar', offsetBytes: 0 });
}

/**
 * A chunk of at least `magicBytes` unless the end is near, the first one of a whole header: a pipe may hand over a magic
 * number in two pieces.
 */
export async function readChunk(
  source: Pick<ByteSource, 'read'>,
  target: Buffer,
  positionBytes: number,
): Promise<Buffer> {
  let length = 0;
  const wanted = positionBytes === 0 ? Math.min(blockBytes, target.length) : magicBytes;
  while (length < wanted) {
    const n = await source.read(target.subarray(length), positionBytes + length);
    if (n === 0) break;
    length += n;
  }
  return target.subarray(0, length);
}

/**
 * A decoder does not say what it wrote in the call that fails, so that output is lost. With the last bytes in a piece of
 * their own a wrong checksum behind all content costs none of it: the archive is damaged, and not unreadable. More pieces
 * would save more, and cost every archive that is whole.
 */
export function piecesOf(chunk: Buffer): readonly Buffer[] {
  const trailerAt = Math.max(0, chunk.length - trailerBytes);
  return [chunk.subarray(0, trailerAt), chunk.subarray(trailerAt)].filter(({ length }) => length > 0);
}

/** The compression of the archive as a whole, if it has one. */
class OuterDecoder {
  readonly #decoder: Decoder | null;
  readonly #expansion: Expansion;
  readonly #pass: StreamPass;

  constructor(decoder: Decoder | null, expansion: Expansion, pass: StreamPass) {
    this.#decoder = decoder;
    this.#expansion = expansion;
    this.#pass = pass;
  }

  /** Passes a chunk on, an empty one as the end; returns why it could not be decoded. */
  async take(chunk: Buffer): Promise<StreamObservation['failure']> {
    this.#expansion.feed(chunk.length);
    try {
      if (this.#decoder === null) this.#pass.push(chunk);
      else if (chunk.length > 0) for (const piece of piecesOf(chunk)) await this.#decoder.write(piece, this.#sink);
      else await this.#decoder.end(this.#sink);
      return null;
    } catch (error) {
      if (error instanceof CodecError) return { code: error.code, detail: error.message.replace(/\.$/, '') };
      throw error;
    }
  }

  readonly #sink = (bytes: Uint8Array): void => {
    this.#expansion.emit(bytes.length);
    this.#pass.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  };

  close(): void {
    this.#decoder?.close();
  }
}
