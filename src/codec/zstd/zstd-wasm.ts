/**
 * The zstd engine in WebAssembly, for a Node without zstd. It drives the functions of zstddec's module itself: that
 * package's own loop ignores error codes and never ends on damaged input. Here every return code is looked at, each call
 * reads and writes one fixed buffer, and an instance that failed or had a large window is dropped whole, since the
 * memory of an instance can grow but never shrink.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ZSTDDecoder } from 'zstddec/stream';
import type { CodecErrorCode } from '../codec-error.js';
import type { Sink } from '../decoder.js';
import { outputBufferBytes } from '../output-buffers.js';
import { type ZstdEngine, ZstdEngineError } from './zstd.js';

/** The part of the module that is used here; sizes and pointers are 32-bit numbers, shown as signed ones by JavaScript. */
interface ZstdExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(sizeBytes: number): number;
  ZSTD_createDCtx(): number;
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

interface WasmRuntime {
  readonly Instance: new (module: unknown, imports: unknown) => { readonly exports: unknown };
}

// Node has it, but its types leave it to the library of the browser.
const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WasmRuntime };

const inputBufferBytes = 128 * 1024;
/** A pointer, a size and a position: `ZSTD_inBuffer` and `ZSTD_outBuffer`. */
const bufferStructBytes = 12;
/** An idle instance is kept for the next layer unless it has grown past this; it starts with 16 MiB, mostly untouched. */
const keptMemoryBytes = 48 * 1024 * 1024;

/** zstd's error codes lie in the highest values of an unsigned size; nothing else comes near them. */
const isError = (result: number): boolean => result < 0;

const errorNames: Readonly<Record<number, { readonly code: CodecErrorCode; readonly message: string }>> = {
  14: { code: 'unsupported', message: 'the frame uses an unsupported parameter' },
  16: { code: 'limit', message: 'the window is too large' },
  20: { code: 'corrupt', message: 'data corruption was detected' },
  22: { code: 'corrupt', message: 'the content does not match its checksum' },
  32: { code: 'unsupported', message: 'the frame needs a dictionary' },
  64: { code: 'limit', message: 'there is not enough memory for the window' },
};

/** One instance of the module with its context and buffers; decodes one frame at a time. */
class WasmZstd {
  readonly #exports: ZstdExports;
  readonly #context: number;
  readonly #inputStruct: number;
  readonly #outputStruct: number;
  readonly #input: number;
  readonly #output: number;
  #view: DataView;
  #bytes: Uint8Array;
  #betweenFrames = true;

  constructor(exports: ZstdExports) {
    this.#exports = exports;
    this.#context = exports.ZSTD_createDCtx();
    this.#inputStruct = exports.malloc(2 * bufferStructBytes);
    this.#outputStruct = this.#inputStruct + bufferStructBytes;
    this.#input = exports.malloc(inputBufferBytes);
    this.#output = exports.malloc(outputBufferBytes);
    if (!this.#context || !this.#inputStruct || !this.#input || !this.#output) {
      throw new ZstdEngineError('limit', 'there is not enough memory for the decoder');
    }
    this.#bytes = new Uint8Array(exports.memory.buffer);
    this.#view = new DataView(exports.memory.buffer);
  }

  /** Whether another input may come: between two frames, and not grown for an unusual window. */
  get isReusable(): boolean {
    return this.#betweenFrames && !this.isGrown;
  }

  /** Whether its memory is larger than what is worth keeping. */
  get isGrown(): boolean {
    return this.#exports.memory.buffer.byteLength > keptMemoryBytes;
  }

  decode(bytes: Uint8Array, sink: Sink): void {
    for (let from = 0; from < bytes.length; from += inputBufferBytes) {
      this.#decodePiece(bytes.subarray(from, from + inputBufferBytes), sink);
    }
  }

  #decodePiece(piece: Uint8Array, sink: Sink): void {
    this.#bytes.set(piece, this.#input);
    this.#setStruct(this.#inputStruct, this.#input, piece.length);
    let consumed = 0;
    for (;;) {
      this.#setStruct(this.#outputStruct, this.#output, outputBufferBytes);
      const result = this.#step();
      this.#betweenFrames = result === 0;
      if (isError(result)) throw errorOf(-result);
      this.#refresh();
      const before = consumed;
      consumed = this.#position(this.#inputStruct);
      const produced = this.#position(this.#outputStruct);
      if (produced > 0) sink(this.#bytes.subarray(this.#output, this.#output + produced));
      if (consumed === piece.length && produced < outputBufferBytes) return;
      if (consumed === before && produced === 0)
        throw new ZstdEngineError('corrupt', 'the frame ends before its last block');
    }
  }

  #step(): number {
    try {
      return this.#exports.ZSTD_decompressStream(this.#context, this.#outputStruct, this.#inputStruct);
    } catch (cause) {
      this.#betweenFrames = false;
      throw new ZstdEngineError('corrupt', 'the decoder broke down', { cause });
    }
  }

  /** Growth of the memory detaches every view of it. */
  #refresh(): void {
    const { buffer } = this.#exports.memory;
    if (this.#bytes.buffer === buffer) return;
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
  }

  #setStruct(struct: number, pointer: number, sizeBytes: number): void {
    this.#view.setUint32(struct, pointer, true);
    this.#view.setUint32(struct + 4, sizeBytes, true);
    this.#view.setUint32(struct + 8, 0, true);
  }

  #position(struct: number): number {
    return this.#view.getUint32(struct + 8, true);
  }
}

function errorOf(errorNumber: number): ZstdEngineError {
  const known = errorNames[errorNumber];
  return new ZstdEngineError(known?.code ?? 'corrupt', known?.message ?? `zstd reports error ${errorNumber}`);
}

let idle: WasmZstd | undefined;

/** Borrows the idle instance, or makes one; lives as long as the decoder, or up to the end of a frame with a large window. */
class WasmZstdEngine implements ZstdEngine {
  #zstd: WasmZstd | undefined;

  constructor(instantiate: () => WasmZstd) {
    this.#zstd = idle ?? instantiate();
    idle = undefined;
  }

  decode(bytes: Uint8Array, sink: Sink): void {
    this.#zstd?.decode(bytes, sink);
  }

  close(): void {
    const grown = this.#zstd?.isGrown ?? false;
    if (this.#zstd?.isReusable) idle = this.#zstd;
    this.#zstd = undefined;
    if (grown) collectGarbage();
  }
}

/**
 * Gives the memory of a dropped instance back now. Without being told, V8 lets several of them wait, 128 MiB each, and
 * the one window that may exist at a time would be four. The flag is V8's own, and is set only once it is needed.
 */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/** Takes the compiled module out of the package's own initialisation; it then serves any number of instances. */
class ModuleCapture extends ZSTDDecoder {
  static captured: unknown;

  // Called by the package without an object.
  override _init(result: { readonly module: unknown }): void {
    ModuleCapture.captured = result.module;
  }
}

/** Compiles the module, once for all; the function that comes back opens engines synchronously. */
export async function loadZstdWasm(): Promise<() => ZstdEngine> {
  await new ModuleCapture().init();
  const instantiate = (): WasmZstd => {
    const imports = { env: { emscripten_notify_memory_growth: () => {} } };
    return new WasmZstd(new WebAssembly.Instance(ModuleCapture.captured, imports).exports as ZstdExports);
  };
  return () => new WasmZstdEngine(instantiate);
}
