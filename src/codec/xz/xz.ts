/**
 * xz: all streams of the input and the padding between them, decoded by xz-embedded in WebAssembly (package
 * xz-decompress). It checks headers and index by CRC-32, and the content by CRC-32 or CRC-64, which is what `xz` writes.
 * Content with SHA-256 checks and filters other than LZMA2 are refused as unsupported, by name; content without a check is held
 * against the sizes in the index alone. Dictionaries go up to 64 MiB (`xz -9`). The package offers a web stream with
 * queues; its functions are driven here directly instead, through the two 64 KiB buffers of one context.
 */

import xzDecompress from 'xz-decompress';
import { CodecError, type CodecErrorCode } from '../codec-error.js';
import type { Decoder, Sink } from '../decoder.js';
import { xzHeadBytes, xzVariant } from './xz-variant.js';

interface XzExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  create_context(): number;
  supply_input(context: number, sizeBytes: number): void;
  get_next_output(context: number): number;
}

/** Members of the package's stream class that its types leave out; the version is pinned, and their absence is noticed. */
interface XzModuleHolder {
  _getModuleInstance(): Promise<void>;
  _moduleInstance: { readonly exports: XzExports } | undefined;
}

/** `enum xz_ret` of xz-embedded. */
const xzOk = 0;
const xzStreamEnd = 1;
const noProgress = 8;
const errors: Readonly<Record<number, { readonly code: CodecErrorCode; readonly message: string }>> = {
  3: { code: 'limit', message: 'There is not enough memory for the xz dictionary.' },
  4: { code: 'limit', message: 'The xz data asks for a dictionary of more than 64 MiB.' },
  5: { code: 'corrupt', message: 'Bytes that are not xz stand where an xz stream should begin.' },
  6: { code: 'unsupported', message: 'The xz data uses a filter or a check that is not supported.' },
  7: { code: 'corrupt', message: 'The xz data is damaged.' },
};

/** 32-bit words of the context: the buffers' size, then pointer, position and size of input and of output. */
const contextWords = 7;
const [sizeWord, inputWord, inputPositionWord, outputWord, outputPositionWord] = [0, 1, 2, 4, 5] as const;

let lastOpening: Promise<unknown> = Promise.resolve();

/**
 * An xz decoder in an instance of its own, so that its dictionary is dropped with it: the memory of an instance can grow
 * but never shrink. Rejects with Error where the package is not as expected.
 */
export function openXzDecoder(): Promise<Decoder> {
  // One at a time: the package hands over every instance in the same static field.
  const opening = lastOpening.then(openInstance);
  lastOpening = opening.catch(() => {});
  return opening;
}

async function openInstance(): Promise<Decoder> {
  const holder = xzDecompress.XzReadableStream as unknown as XzModuleHolder;
  await holder._getModuleInstance();
  const exports = holder._moduleInstance?.exports;
  holder._moduleInstance = undefined;
  if (!exports) throw new Error('The package xz-decompress has no module instance.');
  return new XzDecoder(exports);
}

class XzDecoder implements Decoder {
  readonly asynchronous = false;
  #exports: XzExports | undefined;
  readonly #context: number;
  readonly #bufferBytes: number;
  #offsetBytes = 0;
  readonly #head = new Uint8Array(xzHeadBytes);

  constructor(exports: XzExports) {
    this.#exports = exports;
    this.#context = exports.create_context();
    this.#bufferBytes = this.#words(exports)[sizeWord] ?? 0;
  }

  write(input: Uint8Array, sink: Sink): void {
    const exports = this.#exports;
    if (!exports) return;
    if (this.#offsetBytes < xzHeadBytes)
      this.#head.set(input.subarray(0, xzHeadBytes - this.#offsetBytes), this.#offsetBytes);
    for (let from = 0; from < input.length; from += this.#bufferBytes) {
      const piece = input.subarray(from, from + this.#bufferBytes);
      new Uint8Array(exports.memory.buffer).set(piece, this.#words(exports)[inputWord] ?? 0);
      exports.supply_input(this.#context, piece.length);
      this.#decode(exports, piece.length, sink);
      this.#offsetBytes += piece.length;
    }
  }

  end(): void {
    if (!this.#exports) return;
    // An empty supply says that no more will come; a complete input answers with the stream's end.
    this.#exports.supply_input(this.#context, 0);
    const result = this.#exports.get_next_output(this.#context);
    if (result === xzStreamEnd) return;
    if (result !== xzOk && result !== noProgress) throw this.#error(result, 0);
    const message = this.#offsetBytes === 0 ? 'The input is empty.' : 'The xz data ends inside a stream.';
    throw new CodecError('truncated', message, this.#offsetBytes);
  }

  close(): void {
    this.#exports = undefined;
  }

  /** Decodes the piece in the input buffer until it is used up and nothing is held back. */
  #decode(exports: XzExports, pieceBytes: number, sink: Sink): void {
    let consumed = 0;
    for (;;) {
      this.#words(exports)[outputPositionWord] = 0;
      const result = exports.get_next_output(this.#context);
      // Taken anew after each call, since growth of the memory detaches every view of it.
      const words = this.#words(exports);
      const produced = words[outputPositionWord] ?? 0;
      const before = consumed;
      consumed = words[inputPositionWord] ?? 0;
      if (produced > 0) sink(new Uint8Array(exports.memory.buffer, words[outputWord], produced));
      if (result !== xzOk && result !== noProgress) throw this.#error(result, consumed);
      if (consumed === pieceBytes && produced < this.#bufferBytes) return;
      if (consumed === before && produced === 0) throw this.#error(result, consumed);
    }
  }

  #words(exports: XzExports): Uint32Array {
    return new Uint32Array(exports.memory.buffer, this.#context, contextWords);
  }

  #error(result: number, consumed: number): CodecError {
    const { code, message } = errors[result] ?? { code: 'corrupt', message: `The xz decoder reports error ${result}.` };
    const variant = code === 'unsupported' ? xzVariant(this.#head) : null;
    const told = variant === null ? message : `The xz data uses ${variant}, which is not decoded here.`;
    return new CodecError(code, told, this.#offsetBytes + consumed);
  }
}
