/**
 * The inside of a layer, from its stored bytes: decompression, digest of the tar bytes, scan of the tar, in one pass.
 * A failure ends the looking-in and is kept; the caller goes on hashing the stored bytes. Hostile input: bombs are
 * bounded by `limits`, by what a compressed byte may become.
 */
import { LayerScan } from '../archive/layer-scan.js';
import { isTarHeader } from '../archive/tar/tar-start.js';
import { CodecError } from '../codec/codec-error.js';
import type { Decoder } from '../codec/decoder.js';
import { detectCodec } from '../codec/detect.js';
import { foreignCodec } from '../codec/foreign-start.js';
import type { Algorithm } from '../model/digest.js';
import { doubtOf } from '../model/file-list.js';
import { type Limits, limitMessage } from '../model/limits.js';
import type { Compression } from '../model/media-type.js';
import type { Expansion } from './expansion.js';
import { Hashers } from './hasher.js';
import type { LayerObservation, ProbeName } from './observation.js';
import { LayerProbes } from './probes.js';
import type { WorkContext } from './work-context.js';

/** How much of a body decides on its decoder; the same wherever it comes from, so that all ways give one answer. */
export const magicBytes = 512;

/**
 * Decoders tell the place of damage to the piece that they were given. Pieces end at multiples of this, and so the place
 * is told to such a multiple: the same wherever the bytes come from.
 */
export const placeStepBytes = 256 * 1024;

type Failure = Extract<LayerObservation, { ok: false }>;

export class LayerReader {
  readonly compression: Compression;
  readonly #decoder: Decoder | null;
  readonly #hashers: Hashers;
  readonly #expansion: Expansion;
  readonly #limits: Limits;
  #scan: LayerScan;
  #probes: LayerProbes | null = null;
  #decodedBytes = 0;
  #outBytes = 0;
  #failure: Failure | null = null;

  private constructor(
    decoder: { readonly codec: Compression; readonly decoder: Decoder | null },
    hashers: Hashers,
    context: WorkContext,
    expansion: Expansion,
  ) {
    this.compression = decoder.codec;
    this.#decoder = decoder.decoder;
    this.#hashers = hashers;
    this.#limits = context.limits;
    this.#scan = new LayerScan(context.limits);
    this.#expansion = expansion;
  }

  /**
   * Opens the reader that the first bytes ask for; a promise where a decoder has to be loaded first. `expansion`: the
   * count of the job that the layer is a part of; the caller feeds it.
   */
  static open(
    first: Uint8Array,
    algorithms: readonly Algorithm[],
    context: WorkContext,
    expansion: Expansion,
  ): LayerReader | Promise<LayerReader> {
    const hashers = new Hashers(context.engine, algorithms);
    const codec = detectCodec(first.subarray(0, magicBytes));
    if (codec === null) {
      const reader = new LayerReader({ codec: 'none', decoder: null }, hashers, context, expansion);
      const foreign = isTarHeader(Buffer.from(first.subarray(0, magicBytes))) ? null : foreignCodec(first);
      if (foreign !== null) reader.#refuse(`It is compressed with ${foreign}, which is not read here.`);
      return reader;
    }
    const make = (decoder: Decoder): LayerReader => new LayerReader({ codec, decoder }, hashers, context, expansion);
    const decoder = context.createDecoder(codec);
    return decoder instanceof Promise ? decoder.then(make) : make(decoder);
  }

  /** Looks at more than is verified; to be called before the first byte. */
  probe(names: readonly ProbeName[], context: WorkContext): void {
    if (names.length === 0) return;
    this.#probes = new LayerProbes(names, context);
    this.#scan = new LayerScan(context.limits, this.#probes);
  }

  /** Whether the digest of its content is that of the stored bytes: they are no compression, known or foreign. */
  get hashesStored(): boolean {
    return this.#decoder === null && this.#failure === null;
  }

  /** Whether `write` may return before it is done with the bytes. */
  get asynchronous(): boolean {
    return this.#decoder?.asynchronous ?? false;
  }

  /** Where its decoder takes the next bytes without copying them, if anywhere. */
  get inputPlace(): Buffer | null {
    return this.#decoder?.inputPlace ?? null;
  }

  /** Tar bytes so far. */
  get outBytes(): number {
    return this.#outBytes;
  }

  write(bytes: Buffer): void | Promise<void> {
    if (this.#failure !== null) return;
    if (this.#decoder === null) return this.#take(bytes);
    const decoder = this.#decoder;
    return this.#guard(() => this.#decode(decoder, bytes));
  }

  #decode(decoder: Decoder, bytes: Buffer): void | Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const end = Math.min(bytes.length, at + placeStepBytes - (this.#decodedBytes % placeStepBytes));
      const piece = bytes.subarray(at, end);
      const written = decoder.write(piece, this.#sink);
      this.#decodedBytes += piece.length;
      at = end;
      if (written instanceof Promise) return written.then(() => this.#decode(decoder, bytes.subarray(end)));
    }
  }

  /** The verdict on the layer, after its last byte. */
  finish(): LayerObservation | Promise<LayerObservation> {
    const ended = this.#failure === null ? this.#guard(() => this.#decoder?.end(this.#sink)) : undefined;
    return ended instanceof Promise ? ended.then(() => this.#result()) : this.#result();
  }

  close(): void {
    this.#decoder?.close();
  }

  #result(): LayerObservation {
    this.close();
    if (this.#failure !== null) return this.#failure;
    const tar = this.#scan.finish();
    return {
      ok: true,
      diffIds: this.#hashers.digests(),
      sizeBytes: this.#outBytes,
      tar,
      ...(this.#probes === null ? null : { found: this.#probes.finish(doubtOf(tar)) }),
    };
  }

  readonly #sink = (bytes: Uint8Array): void => {
    this.#expansion.emit(bytes.length);
    const { layerExpansionBytes } = this.#limits;
    if (this.#outBytes + bytes.length > layerExpansionBytes) {
      const message = limitMessage('layerExpansionBytes', layerExpansionBytes, 'the layer becomes more bytes');
      throw new CodecError('limit', message, this.#decodedBytes);
    }
    this.#take(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  };

  #take(bytes: Buffer): void {
    this.#outBytes += bytes.length;
    this.#hashers.update(bytes);
    this.#scan.push(bytes);
  }

  #guard(work: () => void | Promise<void>): void | Promise<void> {
    try {
      const result = work();
      return result instanceof Promise ? result.catch((error: unknown) => this.#fail(error)) : undefined;
    } catch (error) {
      this.#fail(error);
    }
  }

  #refuse(detail: string): void {
    this.#failure = { ok: false, limit: false, detail, offsetBytes: 0, unsupported: true };
  }

  #fail(error: unknown): void {
    if (!(error instanceof CodecError)) throw error;
    const offsetBytes = error.offsetBytes - (error.offsetBytes % placeStepBytes);
    const unsupported = error.code === 'unsupported' ? ({ unsupported: true } as const) : null;
    const doubt = error.mayBeDamage ? ({ mayBeDamage: true } as const) : null;
    const facts = { limit: error.code === 'limit', detail: error.message, offsetBytes };
    this.#failure = { ok: false, ...facts, ...unsupported, ...doubt };
    this.close();
  }
}
