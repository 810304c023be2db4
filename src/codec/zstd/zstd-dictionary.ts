/**
 * Whether the beginning of a zstd frame takes something that stands before the frame: tables that no block of it has
 * given, or bytes before its first one. Then it was made with a dictionary whose ID is not in its header, or it is damaged:
 * no reader can tell these apart. Asked when a decoder has refused the frame. Hostile input: any bytes; blocks that are not
 * whole are not looked at, and all are walked once.
 */
import { frameHeaderBytes } from './zstd-frame-header.js';
import { readSequences, type Sequence, type Tables } from './zstd-sequences.js';

/** As many bytes of a frame as hold its first block: what a dictionary is for is at the start. */
export const frameStartBytes = 18 + 3 + 128 * 1024;

const descriptorAt = 4;
const blockHeaderBytes = 3;

/** How a walk over blocks ends; `producedBytes`: what the blocks before that decode to. */
export interface StartRead {
  readonly before: boolean;
  readonly producedBytes: number;
}

/** Reads a frame from its magic number on, as far as `start` has whole blocks of it. */
export function readFrameStart(start: Uint8Array): StartRead {
  const blocks = new BlockReader();
  let at = frameHeaderBytes(start[descriptorAt] ?? 0);
  for (let last = false; !last && !blocks.ended; ) {
    const header = littleEndian(start, at, blockHeaderBytes);
    const type = (header >> 1) & 3;
    const sizeBytes = type === 1 ? 1 : header >> 3;
    at += blockHeaderBytes;
    if (at + sizeBytes > start.length) break;
    if (type === 2) blocks.compressed(start.subarray(at, at + sizeBytes));
    else blocks.plain(header >> 3);
    at += sizeBytes;
    last = (header & 1) !== 0;
  }
  return { before: blocks.before, producedBytes: blocks.producedBytes };
}

class BlockReader {
  producedBytes = 0;
  before = false;
  ended = false;
  readonly #tables: Tables = [null, null, null];
  readonly #offsets: [number, number, number] = [1, 4, 8];
  #hasLiteralTable = false;

  plain(sizeBytes: number): void {
    this.producedBytes += sizeBytes;
  }

  compressed(block: Uint8Array): void {
    const end = this.#read(block);
    this.before = end === 'before';
    this.ended = end !== null;
  }

  /** Why nothing can be said of what follows; null where it can. */
  #read(block: Uint8Array): 'before' | 'broken' | null {
    const literals = literalsOf(block);
    if (literals === null) return 'broken';
    // The rest of the block has to be whole all the same: noise has such marks too.
    let before = literals.table === 'earlier' && !this.#hasLiteralTable;
    this.#hasLiteralTable ||= literals.table === 'given';
    const sequences = readSequences(block.subarray(literals.endBytes), this.#tables);
    if (sequences === 'before' || sequences === 'broken') return sequences;
    let left = literals.sizeBytes;
    for (const sequence of sequences) {
      left -= sequence.literals;
      const offset = this.#offsetOf(sequence);
      if (left < 0 || offset === 0) return 'broken';
      this.producedBytes += sequence.literals;
      before ||= offset > this.producedBytes;
      this.producedBytes += sequence.length;
    }
    this.producedBytes += left;
    return before ? 'before' : null;
  }

  /** The offset that is meant, one of the last three or a new one, which is then the last. */
  #offsetOf({ offsetCode, literals }: Sequence): number {
    const [first, second, third] = this.#offsets;
    const place = offsetCode > 3 ? 0 : literals === 0 ? offsetCode + 1 : offsetCode;
    const offset = [offsetCode - 3, first, second, third, first - 1][place] ?? 0;
    if (place !== 1) {
      if (place !== 2) this.#offsets[2] = second;
      this.#offsets[1] = first;
      this.#offsets[0] = offset;
    }
    return offset;
  }
}

interface Literals {
  readonly sizeBytes: number;
  /** Where the sequences begin. */
  readonly endBytes: number;
  readonly table: 'none' | 'given' | 'earlier';
}

/** What stands before the sequences of a block (RFC 8878, 3.1.1.3.1); null where it does not fit into the block. */
function literalsOf(block: Uint8Array): Literals | null {
  const first = block[0] ?? 0;
  const type = first & 3;
  const format = (first >> 2) & 3;
  const literals = type < 2 ? plainLiterals(block, type, format) : packedLiterals(block, type, format);
  return literals.endBytes < block.length ? literals : null;
}

function plainLiterals(block: Uint8Array, type: number, format: number): Literals {
  const headerBytes = format === 1 ? 2 : format === 3 ? 3 : 1;
  const sizeBytes = littleEndian(block, 0, headerBytes) >> (headerBytes === 1 ? 3 : 4);
  return { sizeBytes, endBytes: headerBytes + (type === 1 ? 1 : sizeBytes), table: 'none' };
}

function packedLiterals(block: Uint8Array, type: number, format: number): Literals {
  const headerBytes = format < 2 ? 3 : format + 2;
  const sizeBits = [10, 10, 14, 18][format] ?? 10;
  const header = Math.floor(littleEndian(block, 0, headerBytes) / 16);
  const sizeBytes = header % 2 ** sizeBits;
  const packedBytes = Math.floor(header / 2 ** sizeBits) % 2 ** sizeBits;
  return { sizeBytes, endBytes: headerBytes + packedBytes, table: type === 2 ? 'given' : 'earlier' };
}

/** A number of up to five bytes; what is not there is zero. */
function littleEndian(bytes: Uint8Array, at: number, sizeBytes: number): number {
  let value = 0;
  for (let i = sizeBytes - 1; i >= 0; i--) value = 256 * value + (bytes[at + i] ?? 0);
  return value;
}
