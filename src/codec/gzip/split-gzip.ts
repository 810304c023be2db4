/**
 * gzip in order, of which others decode stretches ahead (segment.ts). What is certain grows from the first byte: a stretch
 * is taken where it begins at the very bit at which what came before ended, and all else is decoded here. Every member is
 * held against its checksum and its size. It tells that something is wrong, but not where, and its pieces of output are
 * others than those of the decoder that works alone: whoever hears an error from it decodes anew with that one.
 */
import { CodecError } from '../codec-error.js';
import type { Decoder, Sink } from '../decoder.js';
import { type Checksum, checksumOf } from './checksum.js';
import { windowBehind } from './guessed-window.js';
import { joinChecksums } from './joined-checksum.js';
import { type Kernel, kernelEnding, kernelStop, windowBytes } from './kernel.js';
import { giveKernel, takeKernel } from './kernels.js';
import { type MemberEnd, pieceBytes } from './segment.js';

/** Where the next block begins, and what the decoder knows there. */
export interface CertainPlace {
  readonly bit: number;
  /** The last of what was made, `windowBytes` of it; only what `memberBytes` says is of the member. */
  readonly window: Uint8Array;
  readonly memberBytes: number;
}

/** A stretch that begins at a certain place, with every byte in its place. */
export interface SegmentAhead {
  readonly bytes: Uint8Array;
  readonly endBit: number;
  /** Where members end in it, and which checksum they are to have. */
  readonly ends: readonly MemberEnd[];
  readonly givenSize: number;
  /** Of what lies before the first of the ends, and of what follows the last. */
  readonly checksums: { readonly first: number; readonly last: number };
}

/** What others decode ahead. */
export interface DecodedAhead {
  readonly segmentBytes: number;
  /** Whether anyone does. */
  readonly helped: boolean;
  /** The stretch that begins here; waits for one that is being decoded. Null where there is none. */
  take(place: CertainPlace): SegmentAhead | null;
  /** To be called now and then while a stretch is handed over. */
  look(): void;
  /** What `take` gave is no longer wanted. */
  release(): void;
}

/** What is hashed lies in a piece of memory that is used again. */
const handedBytes = 64 * 1024;
const slideBytes = 64 * 1024;

/** A decoder that takes what others decode ahead; null where this Node lacks what it needs. */
export function openSplitDecoder(ahead: DecodedAhead): Decoder | null {
  if (checksumOf === undefined) return null;
  const kernel = takeKernel();
  return kernel === null ? null : new SplitGzipDecoder(kernel, checksumOf, ahead);
}

const damaged = (offsetBytes: number): CodecError =>
  new CodecError('corrupt', 'The gzip data is damaged.', offsetBytes);

class SplitGzipDecoder implements Decoder {
  readonly asynchronous = false;
  readonly #kernel: Kernel;
  readonly #checksumOf: Checksum;
  readonly #ahead: DecodedAhead;
  readonly #handed = new Uint8Array(handedBytes);
  #closed = false;
  /** Bytes of the input that came so far, and where the piece lies that the kernel has. */
  #fedBytes = 0;
  #pieceAt = 0;
  /** Where the next block begins, where the kernel is at rest; null while it is at work. */
  #restsAt: CertainPlace | null = null;
  #checksum = 0;
  #memberBytes = 0;
  #keptBytes = 0;
  #padding = false;

  constructor(kernel: Kernel, checksumOf: Checksum, ahead: DecodedAhead) {
    this.#kernel = kernel;
    this.#checksumOf = checksumOf;
    this.#ahead = ahead;
  }

  write(input: Uint8Array, sink: Sink): void {
    const start = this.#fedBytes;
    this.#fedBytes += input.length;
    for (let at = start; at < this.#fedBytes && !this.#padding; ) {
      const piece = this.#nextPiece(input, at, start, sink);
      if (piece === null) return;
      at = this.#pieceAt + piece.length;
      this.#decode(sink);
      if (this.#restsAt !== null) at = Math.floor(this.#restsAt.bit / 8);
    }
    if (this.#padding) this.#checkPadding(input.subarray(Math.max(0, this.#pieceAt + this.#kernel.takenBytes - start)));
  }

  /** Gives the kernel what comes next; null where all that came is done. */
  #nextPiece(input: Uint8Array, at: number, start: number, sink: Sink): Uint8Array | null {
    if (this.#restsAt !== null) this.#takeAhead(this.#restsAt, sink);
    const place = this.#restsAt;
    if (place !== null && place.bit >= this.#fedBytes * 8) return null;
    const from = place === null ? at : Math.floor(place.bit / 8);
    const piece = input.subarray(from - start, from - start + pieceBytes);
    this.#pieceAt = from;
    if (place === null) {
      this.#kernel.feed(piece);
      return piece;
    }
    const validBytes = Math.min(windowBytes, place.memberBytes);
    this.#kernel.startAt(piece, place.bit % 8, place.window.subarray(windowBytes - validBytes), place.memberBytes);
    this.#keptBytes = 0;
    this.#restsAt = null;
    return piece;
  }

  /** Decodes the piece at hand, until it is done or others have what follows. */
  #decode(sink: Sink): void {
    const kernel = this.#kernel;
    let tellFrom = this.#nextSegmentBit(this.#pieceAt * 8);
    for (;;) {
      kernel.tellFrom(this.#ahead.helped ? tellFrom - this.#pieceAt * 8 : Number.POSITIVE_INFINITY);
      const stop = kernel.run();
      this.#keep(sink);
      if (stop >= kernelStop.damage) throw damaged(this.#pieceAt);
      if (stop === kernelStop.wantsCheck) this.#endMember(kernel.givenCheck, null);
      if (stop === kernelStop.wantsRoom || stop === kernelStop.seesBlock || kernel.madeBytes >= slideBytes)
        this.#slide();
      if (stop === kernelStop.seesPadding) this.#padding = true;
      if (stop === kernelStop.seesPadding || stop === kernelStop.wantsInput) return;
      if (stop !== kernelStop.seesBlock) continue;
      const bit = this.#pieceAt * 8 + kernel.nextBit;
      if (this.#takeAhead({ bit, window: kernel.window, memberBytes: this.#memberBytes }, sink)) return;
      tellFrom = this.#nextSegmentBit(bit);
    }
  }

  /** The next stretch begins at this bit or behind it. */
  #nextSegmentBit(bit: number): number {
    const bits = this.#ahead.segmentBytes * 8;
    return (Math.floor(Math.max(0, bit) / bits) + 1) * bits;
  }

  #slide(): void {
    this.#kernel.slide();
    this.#keptBytes = 0;
  }

  #keep(sink: Sink): void {
    const made = this.#kernel.madeBytes;
    if (made === this.#keptBytes) return;
    const bytes = this.#kernel.made(this.#keptBytes, made);
    this.#keptBytes = made;
    this.#checksum = this.#checksumOf(bytes, this.#checksum);
    this.#memberBytes += bytes.length;
    sink(bytes);
  }

  /** `givenSize`: null where the kernel has compared it. */
  #endMember(givenCheck: number, givenSize: number | null): void {
    if (givenCheck !== this.#checksum) throw damaged(this.#pieceAt);
    if (givenSize !== null && givenSize !== this.#memberBytes % 2 ** 32) throw damaged(this.#pieceAt);
    this.#checksum = 0;
    this.#memberBytes = 0;
  }

  /** Hands on all that others have from this place on, as far as the input has come; false where that is nothing. */
  #takeAhead(from: CertainPlace, sink: Sink): boolean {
    let place = from;
    while (place.bit < this.#fedBytes * 8) {
      const segment = this.#ahead.take(place);
      if (segment === null) break;
      place = this.#hand(segment, place, sink);
      this.#ahead.release();
      this.#restsAt = place;
    }
    return place !== from;
  }

  #hand(segment: SegmentAhead, place: CertainPlace, sink: Sink): CertainPlace {
    const { bytes, ends, checksums } = segment;
    for (let at = 0; at < bytes.length; at += handedBytes) {
      const piece = bytes.subarray(at, at + handedBytes);
      this.#handed.set(piece);
      sink(this.#handed.subarray(0, piece.length));
      this.#ahead.look();
    }
    const firstEnd = ends[0];
    const lastEnd = ends.at(-1);
    const headBytes = firstEnd?.at ?? bytes.length;
    this.#checksum = joinChecksums(this.#checksum, checksums.first, headBytes);
    this.#memberBytes += headBytes;
    if (firstEnd !== undefined && lastEnd !== undefined) {
      this.#endMember(firstEnd.checksum, segment.givenSize);
      this.#checksum = checksums.last;
      this.#memberBytes = bytes.length - lastEnd.at;
    }
    const window = windowBehind(place.window, bytes.subarray(Math.max(0, bytes.length - windowBytes)));
    return { bit: segment.endBit, window, memberBytes: this.#memberBytes };
  }

  #checkPadding(rest: Uint8Array): void {
    if (rest.some((byte) => byte !== 0)) throw damaged(this.#fedBytes);
  }

  end(): void {
    if (this.#padding) return;
    if (this.#restsAt !== null || this.#kernel.ending !== kernelEnding.behindMember) throw damaged(this.#fedBytes);
  }

  close(): void {
    if (!this.#closed) giveKernel(this.#kernel);
    this.#closed = true;
  }
}
