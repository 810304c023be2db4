/**
 * The hot path: one body, read once by position into the thread's buffer, hashed, and for a layer looked into.
 */
import type { ByteSource } from '../sources/byte-source.js';
import { openBody } from './body-source.js';
import { countExpanded } from './control.js';
import { Expansion } from './expansion.js';
import { Hashers } from './hasher.js';
import { LayerReader } from './layer-reader.js';
import type { BlobJob, BlobObservation, LayerObservation } from './observation.js';
import { chunkBytes, stepBytes, type WorkContext } from './work-context.js';

/** One read of a body that a decoder takes: it may make a thousand times as much of it before anyone can stop it. */
export const compressedChunkBytes = 256 * 1024;

/** Observes one body. Throws VarveError `input-unreadable` when the file fails or has shrunk, `interrupted` on a stop. */
export async function observeBlob(
  job: BlobJob,
  context: WorkContext,
  source: ByteSource = openBody(job),
): Promise<BlobObservation> {
  const account = (bytes: number): number => countExpanded(context.control, job.archive, bytes);
  const expansion = new Expansion(context.limits, context.checkStop, account);
  let reader: BlobReader | null = null;
  try {
    let at = 0;
    // Into the place of a decoder nobody reads who waits for the bytes: it may be another's by then.
    let isLate = true;
    let readBytes = 0;
    let workBytes = 0;
    do {
      const wantedBytes = reader?.wantedBytes ?? (job.layer === null ? chunkBytes : compressedChunkBytes);
      const place = (isLate ? null : reader?.inputPlace) ?? context.buffer.subarray(0, wantedBytes);
      const reading = source.read(place, at);
      isLate = typeof reading !== 'number';
      const chunk = place.subarray(0, typeof reading === 'number' ? reading : await reading);
      reader ??= await BlobReader.open(chunk, job, context, expansion);
      expansion.feed(chunk.length);
      const decodedBefore = reader.decodedBytes;
      const written = reader.write(chunk);
      if (written !== undefined) await written;
      at += chunk.length;
      readBytes += chunk.length;
      workBytes += chunk.length + reader.decodedBytes - decodedBefore;
      if (workBytes >= stepBytes || at === job.sizeBytes) {
        await context.step(readBytes);
        readBytes = 0;
        workBytes = 0;
      }
    } while (at < job.sizeBytes);
    return await reader.finish();
  } finally {
    reader?.close();
    source.close();
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

  /** Opens a reader for a body with these first bytes. `expansion`: the count of the job; the caller feeds it. */
  static open(
    first: Buffer,
    wanted: Pick<BlobJob, 'algorithms' | 'layer' | 'probes'>,
    context: WorkContext,
    expansion: Expansion,
  ): BlobReader | Promise<BlobReader> {
    const { algorithms, layer: inside } = wanted;
    if (inside === null) return new BlobReader(new Hashers(context.engine, algorithms), null);
    const all = [...new Set([...algorithms, ...inside])];
    const make = (layer: LayerReader): BlobReader => {
      layer.probe(wanted.probes, context);
      // An uncompressed layer has one digest for both: its bytes are hashed once.
      return new BlobReader(layer.hashesStored ? null : new Hashers(context.engine, algorithms), layer);
    };
    const layer = LayerReader.open(first, all, context, expansion);
    return layer instanceof Promise ? layer.then(make) : make(layer);
  }

  get asynchronous(): boolean {
    return this.#layer?.asynchronous ?? false;
  }

  /** How many bytes it likes to get at a time. */
  get wantedBytes(): number {
    return this.#stored === null || this.#layer === null ? chunkBytes : compressedChunkBytes;
  }

  /** Where to read to what is written next, if it matters. */
  get inputPlace(): Buffer | null {
    return this.#layer?.inputPlace ?? null;
  }

  /** Bytes that came out of its decoder so far; none where it has none. */
  get decodedBytes(): number {
    return this.#stored === null ? 0 : (this.#layer?.outBytes ?? 0);
  }

  write(bytes: Buffer): void | Promise<void> {
    this.#storedBytes += bytes.length;
    this.#stored?.update(bytes);
    return this.#layer?.write(bytes);
  }

  finish(): BlobObservation | Promise<BlobObservation> {
    const layer = this.#layer === null ? null : this.#layer.finish();
    return layer instanceof Promise ? layer.then((ended) => this.#result(ended)) : this.#result(layer);
  }

  #result(layer: LayerObservation | null): BlobObservation {
    const digests = this.#stored?.digests() ?? (layer?.ok ? layer.diffIds : {});
    return { digests, storedBytes: this.#storedBytes, compression: this.#layer?.compression ?? null, layer };
  }

  close(): void {
    this.#layer?.close();
  }
}
