/**
 * The maps of sparse files: which stretches of a file are stored, one behind the other, and where they belong; all between
 * them is zeros. Four forms: type S of old GNU tar, and 0.0, 0.1 and 1.0 in PAX records, the last with its map at the start
 * of the body. A map is read and refused as Go's archive/tar does it, which is in every tool that loads images. Where other
 * readers put the same bytes together in another way, `doubt` says so. Hostile input: maps of any kind; a map is at most
 * 1 MiB, which is Go's own limit.
 */
import type { SparseContent, SparsePiece } from '../entry-table.js';
import { parseTarNumber } from './tar-number.js';
import { sparseVersion } from './tar-pax.js';

type Records = ReadonlyMap<string, string>;

const blockBytes = 512;
const maxMapBytes = 1024 * 1024;
const maxPieces = 1024 * 1024;
/** In the first header: four stretches behind the times, then the flag and the size of the file. */
const oldMap = { firstAt: 386, pieces: 4, extendedAt: 482, realSizeAt: 483 };
/** In the blocks behind it. */
const oldExtension = { firstAt: 0, pieces: 21, extendedAt: 504 };
const fieldBytes = 12;
const newline = 0x0a;
const largestInt64 = 2n ** 63n - 1n;

/** The header of an entry that may be sparse. */
export interface SparseHeader {
  readonly type: string;
  readonly block: Buffer;
  readonly pax: Records | null;
  /** Bytes of its body, as far as it may have one. */
  readonly sizeBytes: number;
  readonly bodiless: boolean;
}

/** A map while it is read: it may take blocks, and ends with a content or with the reason why Go refuses the archive. */
export abstract class SparseMap {
  readonly form: SparseContent['form'];
  /** Whether the next block of the tar belongs to the map. */
  wantsBlock = false;
  /** Why Go reads no further here, or null. */
  refusal: string | null = null;
  /** Bytes at the start of the body that are no content. */
  bodyBytes = 0;
  protected readonly stretches: { readonly offsetBytes: number; readonly lengthBytes: number }[] = [];
  protected realSizeBytes: number;

  readonly #records: string | null;

  constructor(form: SparseContent['form'], realSizeBytes: number | null, records: string | null = null) {
    this.form = form;
    this.#records = records;
    this.realSizeBytes = realSizeBytes ?? 0;
    if (realSizeBytes === null) this.refuse('its size is no number');
  }

  /** Takes the next block; to be called where one is wanted. */
  abstract take(block: Buffer): void;

  /** What is in the file, once no block is wanted; `storedBytes`: of its body, without the map. */
  content(storedBytes: number): SparseContent | null {
    if (this.refusal === null && !isOrdered(this.stretches, this.realSizeBytes)) {
      this.refuse('its stretches overlap, are out of order, negative or beyond its end');
    }
    if (this.refusal !== null) return null;
    const pieces = joined(this.stretches);
    const last = pieces.at(-1);
    const mappedBytes = last === undefined ? 0 : last.storedAtBytes + last.lengthBytes;
    const { form, realSizeBytes: sizeBytes } = this;
    const refusal =
      mappedBytes === storedBytes
        ? null
        : `the map of a sparse file has ${mappedBytes} bytes and ${storedBytes} are stored; Go's archive/tar reads no such file to its end`;
    return { form, sizeBytes, pieces, refusal };
  }

  /** What other readers take differently, or null. */
  get doubt(): string | null {
    return this.#records ?? this.#stretchDoubt;
  }

  /** GNU tar reads each stretch to the end of a block, and makes the file as long as its map. */
  get #stretchDoubt(): string | null {
    const stored = this.stretches.filter(({ lengthBytes }) => lengthBytes > 0);
    if (stored.slice(0, -1).some(({ lengthBytes }) => lengthBytes % blockBytes !== 0)) {
      return "a stretch of a sparse file ends inside a block: GNU tar reads the next one behind the block, Go's archive/tar, bsdtar and Python right behind the stretch";
    }
    const { offsetBytes = 0, lengthBytes = 0 } = this.stretches.at(-1) ?? {};
    return offsetBytes + lengthBytes === this.realSizeBytes
      ? null
      : "the map of a sparse file ends before the file: GNU tar makes it as long as the map, Go's archive/tar, bsdtar and Python as long as its size says";
  }

  protected refuse(reason: string): void {
    this.refusal ??= `the map of a sparse file is refused by Go's archive/tar: ${reason}`;
    this.wantsBlock = false;
  }

  protected add(offsetBytes: number | null, lengthBytes: number | null): void {
    if (offsetBytes === null || lengthBytes === null) this.refuse('a number of it is none');
    else if (this.stretches.length >= maxPieces) this.refuse(`it has more than ${maxPieces} stretches`);
    else this.stretches.push({ offsetBytes, lengthBytes });
  }
}

/** The map of an entry, or null where Go takes the entry for no sparse file. */
export function openSparseMap(header: SparseHeader): SparseMap | null {
  const map = header.type === 'S' ? new OldMap(header.block, header.pax) : paxMap(header.pax, header.sizeBytes);
  return map !== null && header.bodiless ? new RefusedMap(map.form) : map;
}

/** Type S: octal or binary numbers in the header, and in as many blocks behind it takes. */
class OldMap extends SparseMap {
  #mapBytes = oldMap.extendedAt - oldMap.firstAt + 1;

  constructor(block: Buffer, pax: Records | null) {
    super('gnu', parseTarNumber(block, oldMap.realSizeAt, oldMap.realSizeAt + fieldBytes), oldDoubt(pax));
    // The format star has maps as well, with another layout.
    if (block.toString('latin1', 257, 265) !== 'ustar  \0') this.refuse('its header is not of the GNU format');
    this.#read(block, oldMap);
  }

  take(block: Buffer): void {
    this.#mapBytes += blockBytes;
    if (this.#mapBytes >= maxMapBytes) this.refuse(`it has more than ${maxMapBytes} bytes`);
    this.#read(block, oldExtension);
  }

  #read(block: Buffer, { firstAt, pieces, extendedAt }: typeof oldExtension): void {
    for (let i = 0; i < pieces && this.refusal === null; i++) {
      const at = firstAt + i * 2 * fieldBytes;
      if (block[at] === 0) break;
      const middle = at + fieldBytes;
      this.add(parseTarNumber(block, at, middle), parseTarNumber(block, middle, middle + fieldBytes));
    }
    this.wantsBlock = this.refusal === null && block[extendedAt] !== 0;
  }
}

/** The versions 0.0 and 0.1: all is in the records. */
class RecordMap extends SparseMap {
  constructor(pax: Records, sizeBytes: number) {
    super('pax', realSizeOf(pax, sizeBytes), recordDoubt(pax, (pax.get('GNU.sparse.map') ?? '') !== ''));
    const count = parseCount(pax.get('GNU.sparse.numblocks') ?? '');
    const map = pax.get('GNU.sparse.map') ?? '';
    const numbers = map === '' ? [] : map.split(',');
    if (count === null || numbers.length !== 2 * count) this.refuse('it does not have as many stretches as it says');
    else for (let i = 0; i < numbers.length; i += 2) this.add(parseInt64(numbers[i]), parseInt64(numbers[i + 1]));
  }

  take(): void {
    throw new TypeError('this map has no blocks');
  }
}

/** The version 1.0: decimal numbers in lines at the start of the body, in whole blocks. */
class BodyMap extends SparseMap {
  readonly #sizeBytes: number;
  readonly #texts: string[] = [];
  #lines = 0;
  #count: number | null = null;

  constructor(pax: Records, sizeBytes: number) {
    // Python takes either of the two for the mark of an older version.
    super(
      'pax',
      realSizeOf(pax, sizeBytes),
      recordDoubt(pax, !pax.has('GNU.sparse.map') && !pax.has('GNU.sparse.size')),
    );
    this.#sizeBytes = sizeBytes;
    if (this.refusal === null) this.#wantBlock();
  }

  take(block: Buffer): void {
    this.bodyBytes += blockBytes;
    this.#texts.push(block.toString('latin1', 0, blockBytes));
    for (let i = 0; i < blockBytes; i++) if (block[i] === newline) this.#lines++;
    if (this.#count === null && this.#lines > 0) {
      const text = this.#texts.join('');
      this.#count = parseCount(text.slice(0, text.indexOf('\n')));
      if (this.#count === null) this.refuse('the number of its stretches is none');
    }
    if (this.refusal !== null) return;
    if (this.#count === null || this.#lines < 1 + 2 * this.#count) this.#wantBlock();
    else this.#finish(this.#count);
  }

  #wantBlock(): void {
    this.wantsBlock = true;
    if (this.bodyBytes + blockBytes > maxMapBytes) this.refuse(`it has more than ${maxMapBytes} bytes`);
    else if (this.bodyBytes + blockBytes > this.#sizeBytes) this.refuse('it goes on beyond the body');
  }

  #finish(count: number): void {
    this.wantsBlock = false;
    const lines = this.#texts.join('').split('\n', 1 + 2 * count);
    for (let i = 1; i < lines.length; i += 2) this.add(parseInt64(lines[i]), parseInt64(lines[i + 1]));
  }
}

/** Of an entry that has no content at all: a link, a folder, a device. */
class RefusedMap extends SparseMap {
  constructor(form: SparseContent['form']) {
    super(form, 0);
    this.refuse('the entry is no file');
  }

  take(): void {
    throw new TypeError('this map has no blocks');
  }
}

function paxMap(pax: Records | null, sizeBytes: number): SparseMap | null {
  if (pax === null) return null;
  const version = sparseVersion(pax);
  if (version === '1.0') return new BodyMap(pax, sizeBytes);
  return version === '0.x' ? new RecordMap(pax, sizeBytes) : null;
}

function realSizeOf(pax: Records, sizeBytes: number): number | null {
  const text = pax.get('GNU.sparse.size') || pax.get('GNU.sparse.realsize') || '';
  return text === '' ? sizeBytes : parseInt64(text);
}

/** What readers make of records that say one thing twice, or the marks of two versions. */
function recordDoubt(pax: Records, oneVersion: boolean): string | null {
  const size = pax.get('GNU.sparse.size') ?? '';
  const realSize = pax.get('GNU.sparse.realsize') ?? '';
  if (size !== '' && realSize !== '' && size !== realSize) {
    return "a sparse file has two sizes: Go's archive/tar goes by GNU.sparse.size, GNU tar, bsdtar and Python by the last one";
  }
  return oneVersion
    ? null
    : "the records of a sparse file are of no version or of several: Go's archive/tar goes by the version, Python by the records that are there, bsdtar and GNU tar read or refuse them";
}

function oldDoubt(pax: Records | null): string | null {
  for (const key of pax?.keys() ?? []) {
    if (key.startsWith('GNU.sparse.')) {
      return "a sparse file has a map in its header and another in PAX records: Go's archive/tar and GNU tar go by the first, bsdtar and Python by the second";
    }
  }
  return null;
}

function parseCount(text: string): number | null {
  const count = parseInt64(text);
  return count === null || count < 0 ? null : count;
}

/** A decimal number of 64 bits; beyond 2^53 it is only nearly right, which is beyond every file. */
function parseInt64(text = ''): number | null {
  if (!/^[+-]?[0-9]+$/.test(text)) return null;
  const negative = text.startsWith('-');
  const digits = text.replace(/^[+-]?0*/, '');
  if (digits.length > 19) return null;
  const value = BigInt(digits);
  if (value > largestInt64 + (negative ? 1n : 0n)) return null;
  return Number(negative ? -value : value);
}

function isOrdered(
  stretches: readonly { readonly offsetBytes: number; readonly lengthBytes: number }[],
  sizeBytes: number,
): boolean {
  let end = 0;
  for (const { offsetBytes, lengthBytes } of stretches) {
    if (offsetBytes < end || lengthBytes < 0) return false;
    end = offsetBytes + lengthBytes;
    if (end > sizeBytes) return false;
  }
  return sizeBytes >= 0;
}

/** The stretches without those that are empty, and those that touch made one. */
function joined(
  stretches: readonly { readonly offsetBytes: number; readonly lengthBytes: number }[],
): readonly SparsePiece[] {
  const pieces: SparsePiece[] = [];
  let storedAtBytes = 0;
  for (const { offsetBytes, lengthBytes } of stretches) {
    if (lengthBytes === 0) continue;
    const last = pieces.at(-1);
    if (last !== undefined && last.offsetBytes + last.lengthBytes === offsetBytes) {
      pieces[pieces.length - 1] = { ...last, lengthBytes: last.lengthBytes + lengthBytes };
    } else pieces.push({ offsetBytes, lengthBytes, storedAtBytes });
    storedAtBytes += lengthBytes;
  }
  return pieces;
}
