/**
 * The zstd engine on Node's own zstd, through zlib's handle. Node has it from 22.15 on; earlier ones, and any whose handle
 * fails its trial, get the WebAssembly engine. Node checks the content checksum, but whether a frame is complete differs
 * between its versions, so the frame walker alone decides that.
 */

import zlib from 'node:zlib';
import type { CodecErrorCode } from '../codec-error.js';
import type { Sink } from '../decoder.js';
import { ZlibError, ZlibHandle } from '../gzip/zlib-handle.js';
import { type ZstdEngine, ZstdEngineError } from './zstd.js';
import { maxWindowLog } from './zstd-frame-header.js';

type CreateZstdDecompress = (options: { readonly params: Readonly<Record<number, number>> }) => unknown;

// Absent from the types of the oldest Node that we run on.
const { createZstdDecompress } = zlib as { readonly createZstdDecompress?: CreateZstdDecompress };
const { ZSTD_d_windowLogMax: windowLogMax, ZSTD_e_continue: keepGoing = 0 } = zlib.constants as unknown as {
  readonly ZSTD_d_windowLogMax?: number;
  readonly ZSTD_e_continue?: number;
};

class NativeZstdEngine implements ZstdEngine {
  readonly #handle: ZlibHandle;

  constructor(create: CreateZstdDecompress, windowLogParameter: number, output?: () => Uint8Array) {
    this.#handle = new ZlibHandle(create({ params: { [windowLogParameter]: maxWindowLog } }), output);
  }

  decode(bytes: Uint8Array, sink: Sink): void {
    let left = 0;
    try {
      left = this.#handle.write(bytes, keepGoing, sink);
    } catch (error) {
      if (!(error instanceof ZlibError)) throw error;
      throw new ZstdEngineError(codeOf(error.code), error.message, { cause: error });
    }
    if (left > 0) throw new ZstdEngineError('corrupt', 'the frame ends before its last block');
  }

  close(): void {
    this.#handle.close();
  }
}

function codeOf(zstdCode: string): CodecErrorCode {
  switch (zstdCode) {
    case 'ZSTD_error_frameParameter_windowTooLarge':
    case 'ZSTD_error_memory_allocation':
      return 'limit';
    case 'ZSTD_error_dictionary_wrong':
    case 'ZSTD_error_frameParameter_unsupported':
    case 'ZSTD_error_version_unsupported':
      return 'unsupported';
    default:
      return 'corrupt';
  }
}

/** Opens an engine that decodes to `output`, or to memory of its own. */
type OpenNative = (output?: () => Uint8Array) => ZstdEngine;

let openEngine: OpenNative | null | undefined;

/** What opens engines on Node's zstd, or null where there is none that works. */
export function nativeZstdEngine(): OpenNative | null {
  if (openEngine === undefined) openEngine = trial();
  return openEngine;
}

/** `printf varve | zstd -c --check | base64` */
const trialFrame = Buffer.from('KLUv/QRYKQAAdmFydmWUD01a', 'base64');

function trial(): OpenNative | null {
  if (!createZstdDecompress || windowLogMax === undefined) return null;
  const open: OpenNative = (output) => new NativeZstdEngine(createZstdDecompress, windowLogMax, output);
  const damaged = Uint8Array.from(trialFrame);
  damaged[damaged.length - 1] = (damaged[damaged.length - 1] ?? 0) ^ 1;
  try {
    const shared = new Uint8Array(new SharedArrayBuffer(3));
    const whole = [open(), open(() => shared)].every((engine) => decodesTo(engine, trialFrame) === 'varve');
    return whole && decodesTo(open(), damaged) === null ? open : null;
  } catch {
    return null;
  }
}

/** The text in a frame that comes in two pieces, or null where the engine refuses it. */
function decodesTo(engine: ZstdEngine, frame: Uint8Array): string | null {
  let text = '';
  try {
    for (const piece of [frame.subarray(0, 7), frame.subarray(7)]) {
      engine.decode(piece, (bytes) => {
        text += Buffer.from(bytes).toString();
      });
    }
    return text;
  } catch (error) {
    if (error instanceof ZstdEngineError) return null;
    throw error;
  } finally {
    engine.close();
  }
}
