/**
 * What makes compressed bytes of plain ones: pushed, bounded and synchronous, on the native handle beneath zlib's streams.
 * The same bytes in give the same bytes out, however they are cut: the native encoder gets blocks of one size. What is
 * written says nothing of when, where or on which system it was made. Another version of zlib or zstd, which come with
 * Node, may make other bytes of the same content.
 */
import zlib from 'node:zlib';
import type { Sink } from '../decoder.js';
import { ZlibHandle } from '../gzip/zlib-handle.js';

/** What can be made. */
export type EncodedForm = 'gzip' | 'zstd';

/** Levels that each takes, and the one that is meant where none is named: those of the programs `gzip` and `zstd`. */
export const encoderLevels: Readonly<
  Record<EncodedForm, { readonly least: number; readonly most: number; readonly usual: number }>
> = {
  gzip: { least: 1, most: 9, usual: 6 },
  // Higher ones take windows that many readers refuse.
  zstd: { least: 1, most: 19, usual: 3 },
};

/** Makes one stream. */
export interface Encoder {
  /** Takes all of `bytes`; what comes out is valid during the call of `sink` only. Throws what `sink` throws. */
  write(bytes: Uint8Array, sink: Sink): void;
  /** Writes the rest. */
  end(sink: Sink): void;
  /** Releases native memory; may be called at any time and more than once. */
  close(): void;
}

const blockBytes = 256 * 1024;

/** Behind the eight bytes of magic, method, flags and time, and one of extra flags: the system. */
const gzipSystemAt = 9;
/** What RFC 1952 calls unknown, as Go writes it; zlib writes the system that it was built on. */
const unknownSystem = 255;

type CreateZstdCompress = (options: { readonly params: Readonly<Record<number, number>> }) => unknown;

// Absent from the types of the oldest Node that we run on.
const { createZstdCompress } = zlib as { readonly createZstdCompress?: CreateZstdCompress };
const zstdConstants = zlib.constants as unknown as Readonly<Record<string, number | undefined>>;

/** Why this Node cannot make that form; null where it can. */
export function encoderLack(form: EncodedForm): string | null {
  if (form === 'zstd' && createZstdCompress === undefined) {
    return 'this Node has no zstd encoder; Node 22.15 and later have one';
  }
  return handleWorks(form) ? null : 'the zlib of this Node cannot be used as that of the versions so far';
}

/** An encoder of that form and level. Throws TypeError where `encoderLack` names a lack. */
export function createEncoder(form: EncodedForm, level: number): Encoder {
  return form === 'gzip' ? new GzipEncoder(level) : new ZstdEncoder(level);
}

/** Gathers what it gets into blocks of one size. */
abstract class BlockEncoder implements Encoder {
  readonly #handle: ZlibHandle;
  readonly #flushes: { readonly goOn: number; readonly finish: number };
  readonly #block = Buffer.allocUnsafeSlow(blockBytes);
  #filledBytes = 0;

  constructor(engine: unknown, flushes: { readonly goOn: number; readonly finish: number }) {
    this.#handle = new ZlibHandle(engine);
    this.#flushes = flushes;
  }

  write(bytes: Uint8Array, sink: Sink): void {
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + blockBytes - this.#filledBytes);
      this.#block.set(piece, this.#filledBytes);
      this.#filledBytes += piece.length;
      at += piece.length;
      if (this.#filledBytes === blockBytes) this.#encode(this.#flushes.goOn, sink);
    }
  }

  end(sink: Sink): void {
    this.#encode(this.#flushes.finish, sink);
  }

  close(): void {
    this.#handle.close();
  }

  protected emit(bytes: Uint8Array, sink: Sink): void {
    sink(bytes);
  }

  #encode(flush: number, sink: Sink): void {
    this.#handle.write(this.#block.subarray(0, this.#filledBytes), flush, (bytes) => this.emit(bytes, sink));
    this.#filledBytes = 0;
  }
}

class GzipEncoder extends BlockEncoder {
  #positionBytes = 0;

  constructor(level: number) {
    const { Z_DEFAULT_STRATEGY: strategy, Z_NO_FLUSH: goOn, Z_FINISH: finish } = zlib.constants;
    super(zlib.createGzip({ level, windowBits: 15, memLevel: 8, strategy }), { goOn, finish });
  }

  protected override emit(bytes: Uint8Array, sink: Sink): void {
    const system = gzipSystemAt - this.#positionBytes;
    if (system >= 0 && system < bytes.length) bytes[system] = unknownSystem;
    this.#positionBytes += bytes.length;
    sink(bytes);
  }
}

class ZstdEncoder extends BlockEncoder {
  constructor(level: number) {
    const { ZSTD_c_compressionLevel, ZSTD_c_checksumFlag, ZSTD_e_continue, ZSTD_e_end } = zstdConstants;
    if (
      createZstdCompress === undefined ||
      ZSTD_c_compressionLevel === undefined ||
      ZSTD_c_checksumFlag === undefined
    ) {
      throw new TypeError('This Node has no zstd encoder.');
    }
    const params = { [ZSTD_c_compressionLevel]: level, [ZSTD_c_checksumFlag]: 1 };
    super(createZstdCompress({ params }), { goOn: ZSTD_e_continue ?? 0, finish: ZSTD_e_end ?? 2 });
  }
}

const trials = new Map<EncodedForm, boolean>();

/** Proves once that what comes out of the handle is what went in. */
function handleWorks(form: EncodedForm): boolean {
  const known = trials.get(form);
  if (known !== undefined) return known;
  const works = trial(form);
  trials.set(form, works);
  return works;
}

function trial(form: EncodedForm): boolean {
  const content = Buffer.from('varve '.repeat(2 * blockBytes));
  const pieces: Buffer[] = [];
  try {
    const encoder = createEncoder(form, encoderLevels[form].least);
    try {
      const keep = (bytes: Uint8Array): number => pieces.push(Buffer.from(bytes));
      encoder.write(content, keep);
      encoder.end(keep);
    } finally {
      encoder.close();
    }
    return decoded(form, Buffer.concat(pieces)).equals(content);
  } catch {
    return false;
  }
}

function decoded(form: EncodedForm, bytes: Buffer): Buffer {
  if (form === 'gzip') return zlib.gunzipSync(bytes);
  const { zstdDecompressSync } = zlib as unknown as { readonly zstdDecompressSync: (input: Buffer) => Buffer };
  return zstdDecompressSync(bytes);
}
