/**
 * The index of a plain tar: its headers by positioned reads, bodies skipped. A 20 GB archive costs its headers.
 * Whatever is wrong with the structure becomes a finding, and what is whole before it is still listed.
 */

import type { Limits } from '../../model/limits.js';
import { type ByteSource, fill, type SizedSource } from '../../sources/byte-source.js';
import { arrived, atOnce, type Steps } from '../../sources/steps.js';
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
export type IndexLimits = TableLimits & Pick<Limits, 'extendedHeaderBytes'>;

/** Where a tar is read by position: its end is known. */
export type TarSource = ByteSource & { readonly sizeBytes: number };

/** Indexes a plain tar of `source.sizeBytes` bytes. Throws VarveError `input-unreadable` when a read fails. */
export function indexTar(source: SizedSource, limits: IndexLimits): TarIndex {
  return atOnce(walkTar(source, limits));
}

/** The same, with a rest after each read; of any source. */
export function* walkTar(source: TarSource, limits: IndexLimits): Steps<TarIndex> {
  const window = new Window(source);
  try {
    return yield* walkHeaders(source, window, limits);
  } finally {
    window.close();
  }
}

function* walkHeaders(source: TarSource, window: Window, limits: IndexLimits): Steps<TarIndex> {
  const cursor = new TarCursor('utf8', limits.extendedHeaderBytes);
  const builder = new TableBuilder(cursor, limits);
  const total = source.sizeBytes;
  let restedAt = window.reads;
  let at = 0;
  while (at < total) {
    const block = window.view(at, blockBytes) ?? (yield* window.load(at, blockBytes));
    if (block.length < blockBytes) return builder.cut(at, total);
    let step = cursor.accept(block, at);
    const blockAt = at;
    at += blockBytes;
    if (step.kind === 'meta') {
      const next = at + step.metaBytes + paddingOf(step.metaBytes);
      if (next > total) return builder.cut(blockAt, total);
      const body = window.view(at, step.metaBytes) ?? (yield* window.load(at, step.metaBytes));
      step = cursor.acceptMeta(body);
      at = next;
    }
    if (step.kind === 'entry') {
      at = builder.add(step.entry, at, total);
      if (builder.overflow !== null) return builder.damaged(builder.overflow, total);
    } else if (step.kind === 'end') {
      return builder.end(at, total, yield* onlyZeros(source, window, at));
    } else if (step.kind === 'damaged') {
      return builder.damaged(step.problem, total);
    }
    if (window.reads > restedAt) yield;
    restedAt = window.reads;
  }
  return builder.cut(at, total);
}

function* onlyZeros(source: TarSource, window: Window, fromBytes: number): Steps<boolean> {
  const rest = source.sizeBytes - fromBytes;
  if (rest > recordPaddingBytes) return false;
  const atHand = window.view(fromBytes, rest);
  if (atHand !== null) return atHand.every((byte) => byte === 0);
  const bytes = Buffer.alloc(rest);
  const length = yield* arrived(fill(source, bytes, fromBytes));
  return bytes.subarray(0, length).every((byte) => byte === 0);
}

/** A reused read window that moves forward. */
class Window {
  /** How often it was filled. */
  reads = 0;
  readonly #source: TarSource;
  readonly #kept = idleWindows.pop() ?? Buffer.allocUnsafeSlow(windowBytes);
  #buffer = this.#kept;
  #start = 0;
  #length = 0;

  constructor(source: TarSource) {
    this.#source = source;
  }

  /** The bytes at that position, valid until the next load; null where they are not all in the window. */
  view(positionBytes: number, lengthBytes: number): Buffer | null {
    const from = positionBytes - this.#start;
    return from >= 0 && from + lengthBytes <= this.#length ? this.#buffer.subarray(from, from + lengthBytes) : null;
  }

  /** The same, read now; shorter at the end of the source. */
  *load(positionBytes: number, lengthBytes: number): Steps<Buffer> {
    const { sizeBytes } = this.#source;
    const jumped = positionBytes > this.#start + this.#length + nearBytes || this.#length === 0;
    const likely = jumped && sizeBytes > windowBytes ? nearBytes : windowBytes;
    const want = Math.min(Math.max(lengthBytes, likely), Math.max(0, sizeBytes - positionBytes));
    if (want > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(want);
    this.#start = positionBytes;
    const loading = fill(this.#source, this.#buffer.subarray(0, want), positionBytes);
    this.#length = typeof loading === 'number' ? loading : yield* arrived(loading);
    this.reads++;
    return this.#buffer.subarray(0, Math.min(lengthBytes, this.#length));
  }

  /** Gives the memory back; nothing of it may be used afterwards. */
  close(): void {
    if (idleWindows.length < keptWindows) idleWindows.push(this.#kept);
  }
}
