/**
 * One layer in another form: its tar is decoded, held against the diffID that it must have, and encoded anew, in one pass.
 * What comes out is measured and hashed, and written into a file where one is named. Hostile input: bombs end at the same
 * limits as for whoever verifies, and a body that is not the layer which it is said to be is told, never kept.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { CodecError } from '../codec/codec-error.js';
import { detectCodec } from '../codec/detect.js';
import { createEncoder, type Encoder } from '../codec/encode/encoder.js';
import { algorithmOf, isAlgorithm } from '../model/digest.js';
import { messageOf, OutputError } from '../model/error.js';
import { limitMessage } from '../model/limits.js';
import { openBody } from './body-source.js';
import { countExpanded } from './control.js';
import { Expansion } from './expansion.js';
import { Hashers } from './hasher.js';
import { magicBytes } from './layer-reader.js';
import type { RecodedLayer, RecodeJob } from './observation.js';
import { stepBytes, type WorkContext } from './work-context.js';

/** One read: what is decoded of it is encoded before anyone can stop it. */
const readBytes = 32 * 1024;

/**
 * Recodes one body. Throws VarveError `input-unreadable` where the file fails or has shrunk, `interrupted` on a stop.
 */
export async function recodeLayer(job: RecodeJob, context: WorkContext): Promise<RecodedLayer> {
  const algorithm = algorithmOf(job.diffId);
  if (!isAlgorithm(algorithm)) return { ok: false, detail: `nobody here can check a digest by ${algorithm}` };
  const tar = new Hashers(context.engine, [algorithm]);
  const output = new RecodedOutput(job, context);
  try {
    await decodeBody(job, context, (bytes) => {
      tar.update(bytes);
      output.write(bytes);
    });
    const found = tar.digests()[algorithm];
    if (found !== job.diffId) return { ok: false, detail: `expected the diffID ${job.diffId}, found ${found}` };
    return output.finish();
  } catch (error) {
    if (error instanceof CodecError) return { ok: false, detail: error.message };
    if (error instanceof OutputError) return { ok: false, detail: error.message, ofOutput: true };
    throw error;
  } finally {
    output.close();
  }
}

/** Hands on the tar of a layer, in pieces that are valid during the call. Throws CodecError too. */
async function decodeBody(job: RecodeJob, context: WorkContext, take: (bytes: Buffer) => void): Promise<void> {
  const source = openBody(job);
  const { layerExpansionBytes } = context.limits;
  let decoder: Awaited<ReturnType<WorkContext['createDecoder']>> | null = null;
  const expansion = new Expansion(context.limits, context.checkStop, (bytes) =>
    countExpanded(context.control, job.archive, bytes),
  );
  const sink = (bytes: Uint8Array): void => {
    expansion.emit(bytes.length);
    if (expansion.outBytes > layerExpansionBytes) {
      const message = limitMessage('layerExpansionBytes', layerExpansionBytes, 'the layer becomes more bytes');
      throw new CodecError('limit', message, 0);
    }
    take(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  };
  try {
    const buffer = context.buffer.subarray(0, readBytes);
    let workedBytes = 0;
    let toldBytes = 0;
    for (let at = 0; at < job.sizeBytes; ) {
      const reading = source.read(buffer, at);
      const chunk = buffer.subarray(0, typeof reading === 'number' ? reading : await reading);
      if (at === 0) {
        const codec = detectCodec(chunk.subarray(0, magicBytes));
        decoder = codec === null ? null : await context.createDecoder(codec);
      }
      at += chunk.length;
      const before = expansion.outBytes;
      expansion.feed(chunk.length);
      if (decoder === null) take(chunk);
      else await decoder.write(chunk, sink);
      workedBytes += chunk.length + expansion.outBytes - before;
      if (workedBytes < stepBytes && at < job.sizeBytes) continue;
      await context.step(at - toldBytes);
      toldBytes = at;
      workedBytes = 0;
    }
    await decoder?.end(sink);
  } finally {
    decoder?.close();
    source.close();
  }
}

/** What becomes of the tar. */
class RecodedOutput {
  readonly #encoder: Encoder | null;
  readonly #stored: Hashers;
  readonly #path: string | null;
  #fd: number | null = null;
  #sizeBytes = 0;
  #tarBytes = 0;

  constructor({ form, output }: RecodeJob, { engine }: WorkContext) {
    this.#stored = new Hashers(engine, ['sha256']);
    this.#path = output;
    this.#encoder = form.compression === 'none' ? null : createEncoder(form.compression, form.level);
    if (output !== null) this.#fd = this.#guarded(() => openSync(output, 'w', 0o600));
  }

  write(bytes: Buffer): void {
    this.#tarBytes += bytes.length;
    if (this.#encoder === null) this.#put(bytes);
    else this.#encoder.write(bytes, this.#put);
  }

  finish(): RecodedLayer {
    this.#encoder?.end(this.#put);
    const digest = this.#stored.digests().sha256;
    if (digest === undefined) throw new TypeError('a hash engine has no SHA-256');
    return { ok: true, digest, sizeBytes: this.#sizeBytes, tarBytes: this.#tarBytes };
  }

  close(): void {
    this.#encoder?.close();
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  readonly #put = (bytes: Uint8Array): void => {
    this.#stored.update(bytes);
    const fd = this.#fd;
    if (fd !== null) {
      this.#guarded(() => {
        for (let done = 0; done < bytes.length; ) {
          done += writeSync(fd, bytes, done, bytes.length - done, this.#sizeBytes + done);
        }
      });
    }
    this.#sizeBytes += bytes.length;
  };

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw new OutputError(`${this.#path} was not written: ${messageOf(cause)}`, { cause });
    }
  }
}
