/**
 * The hot path: one body, read once by position into the thread's buffer, hashed, and for a layer looked into.
 */
import { openByteFile } from '../archive/byte-file.js';
import type { Algorithm } from '../model/digest.js';
import { VarveError } from '../model/error.js';
import { type Engine, Hashers } from './hasher.js';
import { LayerReader } from './layer-reader.js';
import type { BlobJob, BlobObservation } from './observation.js';
import { chunkBytes, stepBytes, type WorkContext } from './work-context.js';

/** Observes one body. Throws VarveError `input-unreadable` when the file fails or has shrunk, `interrupted` on a stop. */
export async function observeBlob(job: BlobJob, context: WorkContext): Promise<BlobObservation> {
  const file = openByteFile(job.path);
  let reader: BlobReader | null = null;
  try {
    let at = 0;
    let pending = 0;
    do {
      const chunk = context.buffer.subarray(0, Math.min(chunkBytes, job.sizeBytes - at));
      if (file.readAt(chunk, job.offsetBytes + at) < chunk.length) {
        throw new VarveError(
          'input-unreadable',
          `${job.path}: shorter than when its entries were read; it was changed meanwhile`,
        );
      }
      reader ??= await BlobReader.open(chunk, job.algorithms, job.layer, context);
      const written = reader.write(chunk);
      if (written !== undefined) await written;
      at += chunk.length;
      pending += chunk.length;
      if (pending >= stepBytes || at === job.sizeBytes) {
        await context.step(pending);
        pending = 0;
      }
    } while (at < job.sizeBytes);
    return await reader.finish();
  } finally {
    reader?.close();
    file.close();
  }
}

/** One body as it arrives: digests of its bytes, and of what is inside. Streamed archives use it too. */
export class BlobReader {
  readonly #stored: Hashers | null;
  readonly #layer: LayerReader | null;
  #storedBytes = 0;

  private constructor(stored: Hashers | null, layer: LayerReader | null) {
    this.#stored = stored;
    this.#layer = layer;
  }

  static open(
    first: Buffer,
    algorithms: readonly Algorithm[],
    layerAlgorithms: readonly Algorithm[] | null,
    context: WorkContext,
  ): BlobReader | Promise<BlobReader> {
    if (layerAlgorithms === null) return new BlobReader(new Hashers(context.engine, algorithms), null);
    const all = [...new Set([...algorithms, ...layerAlgorithms])];
    const make = (layer: LayerReader): BlobReader =>
      // An uncompressed layer has one digest for both: its bytes are hashed once.
      new BlobReader(layer.compression === 'none' ? null : new Hashers(context.engine, algorithms), layer);
    const layer = LayerReader.open(first, all, context);
    return layer instanceof Promise ? layer.then(make) : make(layer);
  }

  get asynchronous(): boolean {
    return this.#layer?.asynchronous ?? false;
  }

  write(bytes: Buffer): void | Promise<void> {
    this.#storedBytes += bytes.length;
    this.#stored?.update(bytes);
    return this.#layer?.write(bytes);
  }

  async finish(): Promise<BlobObservation> {
    const layer = this.#layer === null ? null : await this.#layer.finish();
    const digests = this.#stored?.digests() ?? (layer?.ok ? layer.diffIds : {});
    return { digests, storedBytes: this.#storedBytes, compression: this.#layer?.compression ?? null, layer };
  }

  close(): void {
    this.#layer?.close();
  }
}

/** Observes bytes that are in memory already, as a document's are once it was read. */
export function observeBytes(bytes: Uint8Array, algorithms: readonly Algorithm[], engine: Engine): BlobObservation {
  const hashers = new Hashers(engine, algorithms);
  hashers.update(bytes);
  return { digests: hashers.digests(), storedBytes: bytes.length, compression: null, layer: null };
}
