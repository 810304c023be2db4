/**
 * The content of an entry by position: of a sparse file the stored pieces at their places and zeros between them. The
 * zeros are written into the buffer of the caller, so a hole costs time and no memory. Hostile input: a million pieces of
 * one byte each, and holes of any size; how much may be read is limited where the entry table is made.
 */
import { type ByteSource, fill, type LocalSource } from '../sources/byte-source.js';
import { arrived, atOnceOrLater, type Steps } from '../sources/steps.js';
import type { SparseContent } from './entry-table.js';

/** Where the content of an entry lies. */
export interface ContentPlace {
  readonly dataOffsetBytes: number;
  readonly sparse?: SparseContent | undefined;
}

/** Fills `target` with what stands at that position of the content, all of it inside; returns how much the source still has. */
export function readContent(source: LocalSource, place: ContentPlace, target: Buffer, positionBytes: number): number;
export function readContent(
  source: ByteSource,
  place: ContentPlace,
  target: Buffer,
  positionBytes: number,
): number | Promise<number>;
export function readContent(
  source: ByteSource,
  { dataOffsetBytes, sparse }: ContentPlace,
  target: Buffer,
  positionBytes: number,
): number | Promise<number> {
  if (sparse === undefined) return fill(source, target, dataOffsetBytes + positionBytes);
  return atOnceOrLater(readPieces(source, { dataOffsetBytes, sparse }, target, positionBytes));
}

function* readPieces(
  source: ByteSource,
  { dataOffsetBytes, sparse }: Required<ContentPlace> & { readonly sparse: SparseContent },
  target: Buffer,
  positionBytes: number,
): Steps<number> {
  const { pieces } = sparse;
  const endBytes = positionBytes + target.length;
  let at = positionBytes;
  for (let i = firstPieceBehind(sparse, positionBytes); at < endBytes; i++) {
    const piece = pieces[i];
    const start = Math.min(endBytes, piece === undefined ? endBytes : Math.max(at, piece.offsetBytes));
    target.fill(0, at - positionBytes, start - positionBytes);
    at = start;
    if (piece === undefined || at === endBytes) break;
    const stop = Math.min(endBytes, piece.offsetBytes + piece.lengthBytes);
    const part = target.subarray(at - positionBytes, stop - positionBytes);
    const reading = fill(source, part, dataOffsetBytes + piece.storedAtBytes + at - piece.offsetBytes);
    const read = typeof reading === 'number' ? reading : yield* arrived(reading);
    if (read < part.length) return at + read - positionBytes;
    at = stop;
  }
  return target.length;
}

/** The first piece that ends behind this position. */
function firstPieceBehind({ pieces }: SparseContent, positionBytes: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { offsetBytes = 0, lengthBytes = 0 } = pieces[middle] ?? {};
    if (offsetBytes + lengthBytes > positionBytes) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What takes the content of a sparse file that comes as a stream. */
export interface ContentSink {
  body(bytes: Buffer): void;
  /** So many zeros. */
  zeros(sizeBytes: number): void;
}

/** Puts the content of one sparse file together as its stored bytes come by. */
export class ContentFeed {
  readonly #sparse: SparseContent;
  readonly #sink: ContentSink;
  #piece = 0;
  /** Of the content, so far. */
  #position = 0;

  constructor(sparse: SparseContent, sink: ContentSink) {
    this.#sparse = sparse;
    this.#sink = sink;
  }

  body(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const piece = this.#sparse.pieces[this.#piece];
      if (piece === undefined) throw new RangeError('more was stored than the map has');
      this.#skipTo(piece.offsetBytes);
      const end = piece.offsetBytes + piece.lengthBytes;
      const part = bytes.subarray(at, at + end - this.#position);
      this.#sink.body(part);
      at += part.length;
      this.#position += part.length;
      if (this.#position === end) this.#piece++;
    }
  }

  /** All that was stored has come. */
  end(): void {
    this.#skipTo(this.#sparse.sizeBytes);
  }

  #skipTo(positionBytes: number): void {
    if (positionBytes <= this.#position) return;
    this.#sink.zeros(positionBytes - this.#position);
    this.#position = positionBytes;
  }
}
