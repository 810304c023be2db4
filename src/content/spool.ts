/**
 * Bodies out of archives that are compressed as a whole, put where they can be read by position: one pass over each
 * archive, up to the last body that is asked for. What they hold is checked by whoever copies them.
 */

import { closeSync, openSync } from 'node:fs';
import { CodecError } from '../codec/codec-error.js';
import { createDecoder } from '../codec/create-decoder.js';
import type { Codec, Decoder } from '../codec/decoder.js';
import { interruption, VarveError } from '../model/error.js';
import { openLocal } from '../sources/local-source.js';
import { fileAt, type LocalLocation, type Location } from '../sources/location.js';
import { discard } from './disk.js';
import { guarded, writeAll } from './new-output.js';

/** A body at a position of what a compressed file becomes. */
export interface PackedPlace {
  readonly location: LocalLocation;
  readonly codec: Codec;
  readonly offsetBytes: number;
  /** As it is stored there. */
  readonly storedBytes: number;
}

const chunkBytes = 256 * 1024;

/** A temporary file of bodies, which is made with the first. */
export class Spool {
  readonly #path: string;
  #fd: number | null = null;
  #endBytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  get location(): Location {
    return fileAt(this.#path);
  }

  /**
   * Takes bodies out of their archives; returns where each begins in the file. What cannot be had of a body is not written.
   * Throws OutputError, VarveError `interrupted`.
   */
  async take<Body extends PackedPlace>(
    bodies: readonly Body[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<Body, number>> {
    const starts = new Map<Body, number>();
    const byPath = new Map<string, Body[]>();
    for (const body of bodies) {
      starts.set(body, this.#endBytes);
      this.#endBytes += body.storedBytes;
      const { path } = body.location;
      const own = byPath.get(path);
      if (own === undefined) byPath.set(path, [body]);
      else own.push(body);
    }
    if (bodies.length > 0) this.#fd ??= guarded(this.#path, () => openSync(this.#path, 'wx', 0o600));
    for (const own of byPath.values()) {
      const wanted = own.sort((a, b) => a.offsetBytes - b.offsetBytes);
      await unpack(wanted, (body, bytes, at) => this.#write(bytes, (starts.get(body) ?? 0) + at), signal);
    }
    return starts;
  }

  close(): void {
    if (this.#fd === null) return;
    closeSync(this.#fd);
    this.#fd = null;
    discard(this.#path);
  }

  #write(bytes: Uint8Array, positionBytes: number): void {
    const fd = this.#fd;
    if (fd !== null) guarded(this.#path, () => writeAll(fd, bytes, positionBytes));
  }
}

async function unpack<Body extends PackedPlace>(
  wanted: readonly Body[],
  take: (body: Body, bytes: Uint8Array, positionBytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const [first] = wanted;
  if (first === undefined) return;
  const cutter = new Cutter(wanted, take);
  const source = openLocal(first.location);
  let decoder: Decoder | null = null;
  try {
    decoder = await createDecoder(first.codec);
    const buffer = Buffer.allocUnsafe(chunkBytes);
    for (let position = 0; !cutter.isDone; ) {
      const read = source.read(buffer, position);
      if (read === 0) break;
      position += read;
      await decoder.write(buffer.subarray(0, read), cutter.sink);
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) throw interruption(signal);
    }
  } catch (error) {
    // What could be decoded is there; who copies the rest finds that it is not.
    const isOfInput = error instanceof VarveError && error.code === 'input-unreadable';
    if (!(error instanceof CodecError || isOfInput)) throw error;
  } finally {
    decoder?.close();
    source.close();
  }
}

/** Cuts bodies out of a stream, in the order of their positions; they may not overlap. */
class Cutter<Body extends PackedPlace> {
  readonly #wanted: readonly Body[];
  readonly #take: (body: Body, bytes: Uint8Array, positionBytes: number) => void;
  #next = 0;
  #position = 0;

  constructor(wanted: readonly Body[], take: (body: Body, bytes: Uint8Array, positionBytes: number) => void) {
    this.#wanted = wanted;
    this.#take = take;
  }

  get isDone(): boolean {
    return this.#next === this.#wanted.length;
  }

  readonly sink = (bytes: Uint8Array): void => {
    const start = this.#position;
    const end = start + bytes.length;
    for (let body = this.#wanted[this.#next]; body !== undefined; body = this.#wanted[++this.#next]) {
      const bodyEnd = body.offsetBytes + body.storedBytes;
      const from = Math.max(start, body.offsetBytes);
      const to = Math.min(end, bodyEnd);
      if (to > from) this.#take(body, bytes.subarray(from - start, to - start), from - body.offsetBytes);
      if (bodyEnd > end) break;
    }
    this.#position = end;
  };
}
