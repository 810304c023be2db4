/**
 * A stretch of a gzip file decoded from its middle: from the first block in it that has codes of its own to the first
 * such block behind it. Where it begins is a guess, and the 32 KiB before are not known: whoever knows where the stretch
 * before ended holds that against `startBit`, and puts in what was copied from there. Hostile input: what is made stays
 * in the room that is given, guesses are given up after a bounded search, and whatever is odd gives null: then it is for
 * the decoder that comes from the start.
 */
import { guessedWindows } from './guessed-window.js';
import { type Kernel, kernelStop } from './kernel.js';
import { giveKernel, takeKernel } from './kernels.js';

/** Where a stretch becomes bytes; both are used again. */
export interface SegmentRoom {
  readonly made: Uint8Array;
  /** What the second guess makes of it, as long as that differs. */
  readonly other: Uint8Array;
}

/** The end of a member within a stretch. */
export interface MemberEnd {
  /** How much of the stretch lies before it. */
  readonly at: number;
  readonly checksum: number;
}

/** What a stretch became. Bits are those of the whole file. */
export interface Segment {
  readonly startBit: number;
  readonly endBit: number;
  readonly lengthBytes: number;
  /** So many bytes at the start have to be resolved. */
  readonly guessedBytes: number;
  readonly ends: readonly MemberEnd[];
  /** The size that is given of the member that began before; of no meaning where none ends. */
  readonly givenSize: number;
}

/** A stretch of the file, in bytes, and how it is read. */
export interface SegmentInput {
  readonly from: number;
  readonly to: number;
  /** Fills `target`, with less at the end of the file. */
  read(target: Uint8Array, positionBytes: number): number;
}

/** More is no search: blocks are a tenth as long. */
const searchBytes = 512 * 1024;
/** A header has less. */
const headerBytes = 512;
/** So much may be made of guesses that turn out to be none. */
const wastedBytes = 4 * 1024 * 1024;
/** And so many of them may be tried. */
const mostTries = 64;
/** Bytes of the file that are decoded together: a guess that is wrong has read no more. */
export const pieceBytes = 64 * 1024;

/** Whatever becomes so much is deflate indeed, of a file inside a stored block: the search goes on behind it. */
const nestedBytes = 128 * 1024;
/** More members in a stretch than that are none that two threads have a use for. */
export const mostMemberEnds = 1024;
/** From this part of the room on, a stretch ends with the next block. */
const nearlyFull = 0.75;
const slideBytes = 64 * 1024;

/** Decodes a stretch; null where that cannot be done from its middle. */
export function decodeSegment(input: SegmentInput, room: SegmentRoom): Segment | null {
  const kernels = [takeKernel(), takeKernel()] as const;
  try {
    const [first, second] = kernels;
    if (first === null || second === null) return null;
    const decoding = new SegmentDecoding(first, second, input, room);
    let from = input.from * 8;
    for (let tried = 0; tried < mostTries; tried++) {
      const startBit = decoding.findStart(from);
      if (startBit === null) return null;
      const segment = decoding.decode(startBit);
      if (segment !== null || decoding.isHopeless) return segment;
      from = decoding.behindNested ?? startBit + 1;
    }
    return null;
  } finally {
    for (const kernel of kernels) if (kernel !== null) giveKernel(kernel);
  }
}

class SegmentDecoding {
  readonly #first: Kernel;
  readonly #second: Kernel;
  readonly #input: SegmentInput;
  readonly #room: SegmentRoom;
  readonly #piece = new Uint8Array(pieceBytes);
  readonly #ends: MemberEnd[] = [];
  #pieceAt = 0;
  #lengthBytes = 0;
  /** Null while the two differ. */
  #guessedBytes: number | null = null;
  #emittedBytes = 0;
  #wastedBytes = 0;
  isHopeless = false;
  /** Where to go on with the search after a guess that was none, if not right behind it. */
  behindNested: number | null = null;

  constructor(first: Kernel, second: Kernel, input: SegmentInput, room: SegmentRoom) {
    this.#first = first;
    this.#second = second;
    this.#input = input;
    this.#room = room;
  }

  #read(positionBytes: number): Uint8Array {
    this.#pieceAt = positionBytes;
    return this.#piece.subarray(0, this.#input.read(this.#piece, positionBytes));
  }

  /** The first bit from this one on where a block may begin; null where none is found. */
  findStart(fromBit: number): number | null {
    const toBit = Math.min(this.#input.to, this.#input.from + searchBytes) * 8;
    for (let bit = fromBit; bit < toBit; ) {
      const piece = this.#read(Math.floor(bit / 8));
      this.#first.start();
      this.#first.feed(piece);
      const limit = Math.min(8 * Math.max(1, piece.length - headerBytes), toBit - this.#pieceAt * 8);
      const found = this.#first.findBlock(bit % 8, limit);
      if (found < limit) return this.#pieceAt * 8 + found;
      if (piece.length < this.#piece.length) return null;
      bit = this.#pieceAt * 8 + limit;
    }
    return null;
  }

  decode(startBit: number): Segment | null {
    this.#ends.length = 0;
    this.#lengthBytes = 0;
    this.#guessedBytes = null;
    this.#emittedBytes = 0;
    const piece = this.#read(Math.floor(startBit / 8));
    const { first, second } = guessedWindows();
    this.#first.startAt(piece, startBit % 8, first, null);
    this.#second.startAt(piece, startBit % 8, second, null);
    const endBit = this.#decodeToEnd(piece.length);
    if (endBit === null) {
      this.#wastedBytes += this.#lengthBytes;
      this.isHopeless ||= this.#wastedBytes > wastedBytes;
      this.behindNested = this.#lengthBytes < nestedBytes ? null : this.#pieceAt * 8 + Math.max(0, this.#first.nextBit);
      return null;
    }
    return {
      startBit,
      endBit,
      lengthBytes: this.#lengthBytes,
      guessedBytes: this.#guessedBytes ?? this.#lengthBytes,
      ends: [...this.#ends],
      givenSize: this.#first.givenSize,
    };
  }

  #decodeToEnd(firstLength: number): number | null {
    for (let length = firstLength; length > 0; ) {
      const stop = this.#run();
      if (stop === kernelStop.seesBlock) return this.#pieceAt * 8 + this.#first.nextBit;
      if (stop !== kernelStop.wantsInput) return null;
      const piece = this.#read(this.#pieceAt + length);
      this.#first.feed(piece);
      if (this.#guessedBytes === null) this.#second.feed(piece);
      length = piece.length;
    }
    return null;
  }

  /** Decodes the piece at hand; returns why no more of it is made. */
  #run(): number {
    for (;;) {
      const both = this.#guessedBytes === null;
      // Where the room comes to its end, so does the stretch, with the next block.
      const isNearlyFull = this.#isNearlyFull(both);
      const tellFrom = isNearlyFull ? Number.NEGATIVE_INFINITY : (this.#input.to - this.#pieceAt) * 8;
      this.#first.tellFrom(tellFrom);
      const stop = this.#first.run();
      if (both) {
        this.#second.tellFrom(tellFrom);
        if (this.#second.run() !== stop) return kernelStop.damage;
      }
      if (!this.#keep(both)) return kernelStop.damage;
      if (stop === kernelStop.wantsCheck) {
        if (this.#ends.length === mostMemberEnds) return kernelStop.damage;
        this.#ends.push({ at: this.#lengthBytes, checksum: this.#first.givenCheck });
        continue;
      }
      if (stop === kernelStop.wantsRoom || this.#emittedBytes >= slideBytes) this.#slide(both);
      if (stop !== kernelStop.wantsRoom) return stop;
    }
  }

  #isNearlyFull(both: boolean): boolean {
    const { made, other } = this.#room;
    return this.#lengthBytes > nearlyFull * (both ? Math.min(made.length, other.length) : made.length);
  }

  /** Takes what was made; false where there is no room for it. */
  #keep(both: boolean): boolean {
    const made = this.#first.madeBytes;
    const length = this.#lengthBytes + made - this.#emittedBytes;
    if (length > this.#room.made.length || (both && length > this.#room.other.length)) {
      this.isHopeless = true;
      return false;
    }
    this.#room.made.set(this.#first.made(this.#emittedBytes, made), this.#lengthBytes);
    if (both) this.#room.other.set(this.#second.made(this.#emittedBytes, made), this.#lengthBytes);
    this.#lengthBytes = length;
    this.#emittedBytes = made;
    return true;
  }

  #slide(both: boolean): void {
    this.#first.slide();
    this.#emittedBytes = 0;
    if (!both) return;
    this.#second.slide();
    if (Buffer.compare(this.#first.window, this.#second.window) === 0) this.#guessedBytes = this.#lengthBytes;
  }
}
