/**
 * gzip on the handle beneath Node's zlib stream: synchronous, every member held against its CRC-32 and its size by zlib.
 * The path where the kernel cannot be had, and what the kernel is held against. Memory is zlib's 32 KiB window and one
 * shared output buffer.
 */
import { constants, createGunzip, gzipSync } from 'node:zlib';
import { CodecError } from '../codec-error.js';
import type { Decoder, Sink } from '../decoder.js';
import { endProbe, GzipInput } from './gzip-input.js';
import { ZlibError, ZlibHandle } from './zlib-handle.js';

/** A decoder on the handle; null where the handle fails its trial. */
export function openHandleDecoder(output?: () => Uint8Array): Decoder | null {
  return handleWorks() ? new HandleGzipDecoder(output) : null;
}

const discard: Sink = () => {};

class HandleGzipDecoder implements Decoder {
  readonly asynchronous = false;
  readonly #handle: ZlibHandle;
  readonly #input = new GzipInput();

  constructor(output?: () => Uint8Array) {
    this.#handle = new ZlibHandle(createGunzip(), output);
  }

  write(input: Uint8Array, sink: Sink): void {
    if (this.#input.padding) this.#input.skipPadding(input, this.#input.offsetBytes);
    else this.#decode(input, sink);
    this.#input.advance(input);
  }

  #decode(input: Uint8Array, sink: Sink): void {
    if (input.length === 0) return;
    this.#input.checkStart(input);
    const left = this.#rethrow(() => this.#handle.write(input, constants.Z_NO_FLUSH, sink));
    if (left === 0) return;
    const rest = input.subarray(input.length - left);
    this.#input.skipPadding(rest, this.#input.offsetBytes + input.length - left);
  }

  end(): void {
    if (this.#input.padding) return;
    let left = 0;
    try {
      left = this.#handle.write(endProbe, constants.Z_FINISH, discard);
    } catch (error) {
      if (error instanceof ZlibError) throw this.#input.badEnd(error);
      throw error;
    }
    if (left !== endProbe.length) throw this.#input.badEnd();
  }

  close(): void {
    this.#handle.close();
  }

  #rethrow<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      if (error instanceof ZlibError) throw this.#input.damage(error);
      throw error;
    }
  }
}

let trialPassed: boolean | undefined;

/**
 * Proves once that the handle decodes two members, to shared memory too, knows a member's end and reports damage; anything
 * odd says no.
 */
function handleWorks(): boolean {
  trialPassed ??= trial();
  return trialPassed;
}

function trial(): boolean {
  const text = 'varve '.repeat(20);
  const members = Buffer.concat([gzipSync(text), gzipSync(text)]);
  try {
    const pieces = [members.subarray(0, 30), members.subarray(30)];
    const shared = new Uint8Array(new SharedArrayBuffer(64));
    const whole = [decodeText(pieces), decodeText(pieces, () => shared)].every((read) => read === text + text);
    return whole && !completes(members.subarray(0, -1)) && !completes(Buffer.from('not gzip'));
  } catch {
    return false;
  }
}

function decodeText(pieces: readonly Uint8Array[], output?: () => Uint8Array): string {
  const decoder = new HandleGzipDecoder(output);
  try {
    const decoded: Uint8Array[] = [];
    for (const piece of pieces) decoder.write(piece, (bytes) => decoded.push(bytes.slice()));
    decoder.end();
    return Buffer.concat(decoded).toString();
  } finally {
    decoder.close();
  }
}

function completes(input: Uint8Array): boolean {
  try {
    decodeText([input]);
    return true;
  } catch (error) {
    if (error instanceof CodecError) return false;
    throw error;
  }
}
