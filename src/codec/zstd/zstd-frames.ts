/**
 * Walks the frames of a zstd input (RFC 8878, section 3) by their headers alone: blocks are skipped by their length, so
 * the walk costs next to nothing. It is the judge of structure on every Node, because decoders differ here: some accept a
 * truncated frame, some loop for ever on a bad block, and none may be left to allocate the window that hostile input asks
 * for. The decoder behind it gets the bytes of one whole, bounded frame at a time and only has to decode them.
 */

import { CodecError } from '../codec-error.js';
import {
  frameHeaderBytes,
  frameHeaderStartBytes,
  maxFrameHeaderBytes,
  readFrameHeader,
  type ZstdFrame,
} from './zstd-frame-header.js';

/** Hears of the frames in their order; views are valid during the call only. Skippable frames are not reported. */
export interface ZstdFrameVisitor {
  frameStart(frame: ZstdFrame): void;
  /** Some bytes of the frame, header and checksum included; they start at `offsetBytes` of the input. */
  frameBytes(bytes: Uint8Array, offsetBytes: number): void;
  frameEnd(frame: ZstdFrame): void;
}

const frameMagic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;
const skippableHeaderBytes = 8;
const magicBytes = 4;
const blockHeaderBytes = 3;
const maxBlockBytes = 128 * 1024;
const checksumBytes = 4;
const blockTypes = ['raw', 'rle', 'compressed', 'reserved'] as const;

/** Pushed with the input in pieces of any size; throws CodecError at the first header that breaks the structure. */
export class ZstdFrameWalker {
  readonly #visitor: ZstdFrameVisitor;
  #offsetBytes = 0;
  /** The frame whose blocks are being walked; undefined between frames, where headers and skippable frames are. */
  #frame: ZstdFrame | undefined;
  readonly #header = new Uint8Array(maxFrameHeaderBytes);
  #headerLength = 0;
  #headerWanted = magicBytes;
  #blockHeader = 0;
  #blockHeaderLength = 0;
  #lastBlock = false;
  /** What is left of a block or a skippable frame. */
  #bytesToSkip = 0;

  constructor(visitor: ZstdFrameVisitor) {
    this.#visitor = visitor;
  }

  walk(input: Uint8Array): void {
    let position = 0;
    while (position < input.length) {
      const rest = input.subarray(position);
      const walked = this.#frame ? this.#walkFrame(rest, this.#frame) : this.#walkBetween(rest);
      position += walked;
    }
  }

  /** Throws CodecError 'truncated' unless the input ended between frames and held at least one. */
  end(): void {
    if (this.#offsetBytes === 0) throw new CodecError('truncated', 'The input is empty.', 0);
    if (this.#frame || this.#headerLength > 0 || this.#bytesToSkip > 0) {
      throw new CodecError('truncated', 'The zstd data ends inside a frame.', this.#offsetBytes);
    }
  }

  /** Goes on with a skippable frame or a header; returns how many bytes that took. */
  #walkBetween(bytes: Uint8Array): number {
    if (this.#bytesToSkip > 0) {
      const skipped = Math.min(this.#bytesToSkip, bytes.length);
      this.#bytesToSkip -= skipped;
      this.#offsetBytes += skipped;
      return skipped;
    }
    const taken = bytes.subarray(0, this.#headerWanted - this.#headerLength);
    this.#header.set(taken, this.#headerLength);
    this.#headerLength += taken.length;
    this.#offsetBytes += taken.length;
    if (this.#headerLength === this.#headerWanted) this.#headerGathered();
    return taken.length;
  }

  /** Has as much of a header as was asked for: asks for more, or starts what the header announces. */
  #headerGathered(): void {
    const view = new DataView(this.#header.buffer);
    const magic = view.getUint32(0, true);
    const isSkippable = (magic & 0xfffffff0) >>> 0 === skippableMagic;
    if (magic !== frameMagic && !isSkippable) throw this.#noFrame();
    if (isSkippable) {
      this.#headerWanted = skippableHeaderBytes;
      if (this.#headerLength < skippableHeaderBytes) return;
      this.#bytesToSkip = view.getUint32(magicBytes, true);
    } else {
      const descriptor = this.#headerLength < frameHeaderStartBytes ? undefined : this.#header[magicBytes];
      this.#headerWanted = descriptor === undefined ? frameHeaderStartBytes : frameHeaderBytes(descriptor);
      if (this.#headerLength < this.#headerWanted) return;
      this.#startFrame();
    }
    this.#headerLength = 0;
    this.#headerWanted = magicBytes;
  }

  #noFrame(): CodecError {
    const start = this.#offsetBytes - this.#headerLength;
    const message = start === 0 ? 'The input is not zstd.' : 'Bytes that are not zstd follow the last zstd frame.';
    return new CodecError('corrupt', message, start);
  }

  #startFrame(): void {
    const start = this.#offsetBytes - this.#headerLength;
    const header = this.#header.subarray(0, this.#headerLength);
    this.#frame = readFrameHeader(header, start);
    this.#lastBlock = false;
    this.#visitor.frameStart(this.#frame);
    this.#visitor.frameBytes(header, start);
  }

  /** Walks blocks to the frame's end or the input's, and reports these bytes in one piece; returns how many they are. */
  #walkFrame(bytes: Uint8Array, frame: ZstdFrame): number {
    const start = this.#offsetBytes;
    let position = 0;
    let ended = false;
    while (position < bytes.length && !ended) {
      if (this.#bytesToSkip > 0) {
        const skipped = Math.min(this.#bytesToSkip, bytes.length - position);
        this.#bytesToSkip -= skipped;
        position += skipped;
      } else {
        this.#blockHeader |= (bytes[position++] ?? 0) << (8 * this.#blockHeaderLength++);
        if (this.#blockHeaderLength === blockHeaderBytes) this.#startBlock(frame, start + position - blockHeaderBytes);
      }
      ended = this.#lastBlock && this.#bytesToSkip === 0;
    }
    this.#offsetBytes = start + position;
    this.#visitor.frameBytes(bytes.subarray(0, position), start);
    if (ended) {
      this.#frame = undefined;
      this.#visitor.frameEnd(frame);
    }
    return position;
  }

  #startBlock(frame: ZstdFrame, offsetBytes: number): void {
    const type = blockTypes[((this.#blockHeader >> 1) & 3) as 0 | 1 | 2 | 3];
    const sizeBytes = this.#blockHeader >> 3;
    if (type === 'reserved') throw new CodecError('corrupt', 'A zstd block has the reserved type.', offsetBytes);
    if (sizeBytes > Math.min(maxBlockBytes, frame.windowBytes)) {
      throw new CodecError(
        'corrupt',
        `A zstd block of ${sizeBytes} bytes is larger than its frame allows.`,
        offsetBytes,
      );
    }
    this.#lastBlock = (this.#blockHeader & 1) !== 0;
    this.#bytesToSkip = type === 'rle' ? 1 : sizeBytes;
    if (this.#lastBlock && frame.hasChecksum) this.#bytesToSkip += checksumBytes;
    this.#blockHeader = 0;
    this.#blockHeaderLength = 0;
  }
}
