/**
 * The index of a plain tar: its headers by positioned reads, bodies skipped. A 20 GB archive costs its headers.
 * Whatever is wrong with the structure becomes a finding, and what is whole before it is still listed.
 */

import { type Limits, limits } from '../../model/limits.js';
import type { ByteFile } from '../../sources/byte-file.js';
import { atOnce, type Restful } from '../../sources/turns.js';
import type { TarIndex } from '../entry-table.js';
import { TableBuilder, type TableLimits } from '../table-builder.js';
import { paddingOf, recordPaddingBytes, TarCursor } from './tar-cursor.js';
import { blockBytes } from './tar-header.js';

// After a jump only the next header is likely to be wanted; between small files, and of a small archive, a big window
// saves calls.
const nearBytes = 4 * 1024;
const windowBytes = 64 * 1024;
/** Windows of walks that have ended: fresh memory costs more than what it is for. */
const idleWindows: Buffer[] = [];
const keptWindows = 2;

/** What one index keeps to. */
export type IndexLimits = TableLimits & Partial<Pick<Limits, 'extendedHeaderBytes'>>;

/** Indexes a plain tar of `file.sizeBytes` bytes. Throws VarveError `input-unreadable` when a read fails. */
export function indexTar(file: ByteFile, indexLimits: IndexLimits = limits): TarIndex {
  return atOnce(walkTar(file, indexLimits));
}

/** The same, with a rest after each read. */
export function* walkTar(file: ByteFile, indexLimits: IndexLimits = limits): Restful<TarIndex> {
  const window = new Window(file);
  try {
    return yield* walkHeaders(file, window, indexLimits);
  } finally {
    window.close();
  }
}

function* walkHeaders(file: ByteFile, window: Window, indexLimits: IndexLimits): Restful<TarIndex> {
  const cursor = new TarCursor('utf8', false, indexLimits.extendedHeaderBytes);
  const builder = new TableBuilder(cursor, indexLimits);
  const total = file.sizeBytes;
  let restedAt = file.readBytes;
  let at = 0;
  while (at < total) {
    const block = window.view(at, blockBytes);
    if (block.length < blockBytes) return builder.cut(at, total);
    let step = cursor.accept(block, at);
    const blockAt = at;
    at += blockBytes;
    if (step.kind === 'meta') {
      const next = at + step.sizeBytes + paddingOf(step.sizeBytes);
      if (next > total) return builder.cut(blockAt, total);
      step = cursor.acceptMeta(window.view(at, step.sizeBytes));
      at = next;
    }
    if (step.kind === 'entry') {
      at = builder.add(step.entry, at, total);
      if (builder.overflow !== null) return builder.damaged(builder.overflow, total);
    } else if (step.kind === 'end') {
      return builder.end(at, total, onlyZeros(file, at));
    } else if (step.kind === 'damaged') {
      return builder.damaged(step.problem, total);
    }
    if (file.readBytes > restedAt) yield;
    restedAt = file.readBytes;
  }
  return builder.cut(at, total);
}

function onlyZeros(file: ByteFile, fromBytes: number): boolean {
  const rest = file.sizeBytes - fromBytes;
  if (rest > recordPaddingBytes) return false;
  const bytes = Buffer.alloc(rest);
  return bytes.subarray(0, file.readAt(bytes, fromBytes)).every((byte) => byte === 0);
}

/** A reused read window that moves forward. */
class Window {
  readonly #file: ByteFile;
  readonly #kept = idleWindows.pop() ?? Buffer.allocUnsafeSlow(windowBytes);
  #buffer = this.#kept;
  #start = 0;
  #length = 0;

  constructor(file: ByteFile) {
    this.#file = file;
  }

  /** The bytes at that position, valid until the next call; shorter at the end of the file. */
  view(positionBytes: number, lengthBytes: number): Buffer {
    const inside = positionBytes >= this.#start && positionBytes + lengthBytes <= this.#start + this.#length;
    if (!inside) this.#fill(positionBytes, lengthBytes);
    const from = positionBytes - this.#start;
    return this.#buffer.subarray(from, Math.min(from + lengthBytes, this.#length));
  }

  #fill(positionBytes: number, lengthBytes: number): void {
    const { sizeBytes } = this.#file;
    const jumped = positionBytes > this.#start + this.#length + nearBytes || this.#length === 0;
    const likely = jumped && sizeBytes > windowBytes ? nearBytes : windowBytes;
    const want = Math.min(Math.max(lengthBytes, likely), Math.max(0, sizeBytes - positionBytes));
    if (want > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(want);
    this.#start = positionBytes;
    this.#length = this.#file.readAt(this.#buffer.subarray(0, want), positionBytes);
  }

  /** Gives the memory back; nothing of it may be used afterwards. */
  close(): void {
    if (idleWindows.length < keptWindows) idleWindows.push(this.#kept);
  }
}
