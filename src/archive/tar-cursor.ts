/**
 * The state between the header blocks of a tar: long names, PAX records, sparse maps, end blocks, and the account of
 * every byte that is structure. It does no I/O: the caller hands over blocks and is told what comes next. The index of
 * a plain archive, the splitter of a streamed one and the scan of a layer all drive this one cursor, so a tar means the
 * same to each. Where readers of tars disagree, it follows Go's archive/tar, which is in every tool that loads images,
 * and says so. Hostile input: every block; work and memory are bounded by `limits`.
 */
import { beyond, limits } from '../model/limits.js';
import { readAttributes, type TarAttributes } from './tar-attributes.js';
import {
  blockBytes,
  isZeroBlock,
  type NameEncoding,
  parsePaxRecords,
  parseTarHeader,
  type TarHeader,
} from './tar-header.js';

export type EntryType = 'file' | 'directory' | 'symlink' | 'link' | 'other';

/** One entry as its headers describe it. */
export interface TarEntry {
  /** As written, long names applied. */
  readonly name: string;
  readonly type: EntryType;
  readonly linkName: string | null;
  /** Of its first header (PAX and long-name headers included). */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** Where they were asked for. */
  readonly attributes?: TarAttributes | undefined;
}

/** What follows the block that was just accepted. */
export type TarStep =
  | { readonly kind: 'header' }
  | { readonly kind: 'meta'; readonly sizeBytes: number }
  | { readonly kind: 'entry'; readonly entry: TarEntry }
  | { readonly kind: 'end' }
  | { readonly kind: 'damaged'; readonly problem: TarProblem };

export interface TarProblem {
  readonly code: 'header-invalid' | 'limit-exceeded';
  readonly detail: string;
  readonly offsetBytes: number;
}

const header: TarStep = { kind: 'header' };
const types: Readonly<Record<string, EntryType>> = {
  '0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'link',
  '2': 'symlink',
  '5': 'directory',
};
// Types without a body, whatever their size field says (as Go's archive/tar has it).
const bodiless = new Set(['1', '2', '3', '4', '5', '6']);
const decimal = /^[0-9]+$/;

/** Zero bytes after the end blocks that still count as the padding of a record, not as trailing data. */
export const recordPaddingBytes = 1024 * 1024;

/** Bytes from a body's end to the next block. */
export function paddingOf(sizeBytes: number): number {
  return (blockBytes - (sizeBytes % blockBytes)) % blockBytes;
}

export class TarCursor {
  /** Bytes of headers, of PAX and long-name bodies and their padding. */
  headerBytes = 0;
  /** The first place that tools read in different ways; reading goes on behind it. */
  irregularity: TarProblem | null = null;
  readonly #encoding: NameEncoding;
  readonly #withAttributes: boolean;
  readonly #extendedHeaderBytes: number;
  #zeroAt: number | null = null;
  #firstHeaderAt: number | null = null;
  #meta: { type: string; offsetBytes: number } | null = null;
  #sparse: TarEntry | null = null;
  #longName: string | null = null;
  #longLink: string | null = null;
  #pax: ReadonlyMap<string, string> | null = null;

  constructor(
    encoding: NameEncoding,
    withAttributes = false,
    extendedHeaderBytes: number = limits.extendedHeaderBytes,
  ) {
    this.#encoding = encoding;
    this.#withAttributes = withAttributes;
    this.#extendedHeaderBytes = extendedHeaderBytes;
  }

  /** Whether a zero block was seen that no second one has followed yet. */
  get afterZeroBlock(): boolean {
    return this.#zeroAt !== null;
  }

  /** Whether the last block leaves an entry unfinished (long name without its entry, open sparse map). */
  get pending(): boolean {
    return this.#firstHeaderAt !== null;
  }

  /** Takes the header block at that offset. The block may be reused afterwards. */
  accept(block: Buffer, offsetBytes: number): TarStep {
    if (this.#sparse !== null) return this.#acceptSparseMap(block);
    if (isZeroBlock(block)) return this.#acceptZeroBlock(offsetBytes);
    if (this.#zeroAt !== null) {
      this.#note('a single zero block stands between two entries; some tools end here', this.#zeroAt);
      this.headerBytes += blockBytes;
      this.#zeroAt = null;
    }
    const parsed = parseTarHeader(block, this.#encoding);
    if (!parsed.checksumOk) return damaged('header-invalid', 'the checksum does not match the header', offsetBytes);
    if (parsed.sizeBytes === null) return damaged('header-invalid', 'the size field is no number', offsetBytes);
    this.headerBytes += blockBytes;
    this.#firstHeaderAt ??= offsetBytes;
    return 'xgLKNV'.includes(parsed.type)
      ? this.#startMeta(parsed, parsed.sizeBytes, offsetBytes)
      : this.#finish(parsed, parsed.sizeBytes, offsetBytes, block);
  }

  /** Takes the body of the last `meta` step, without its padding. */
  acceptMeta(body: Buffer): TarStep {
    const meta = this.#meta;
    if (meta === null) throw new TypeError('no extended header is open');
    this.#meta = null;
    this.headerBytes += body.length + paddingOf(body.length);
    if (meta.type === 'L') this.#longName = untilZero(body, this.#encoding);
    else if (meta.type === 'K') this.#longLink = untilZero(body, this.#encoding);
    else if (meta.type === 'x' || meta.type === 'g') {
      const records = parsePaxRecords(body, this.#encoding);
      if (records === null) return damaged('header-invalid', 'the PAX records are malformed', meta.offsetBytes);
      if (meta.type === 'x') this.#pax = records;
      else this.#noteGlobal(records, meta.offsetBytes);
    }
    // A global header or a volume label stands for itself: an archive may end behind it.
    if (this.#longName === null && this.#longLink === null && this.#pax === null) this.#firstHeaderAt = null;
    return header;
  }

  #acceptZeroBlock(offsetBytes: number): TarStep {
    if (this.#zeroAt === null) {
      this.#zeroAt = offsetBytes;
      return header;
    }
    if (this.#firstHeaderAt !== null) this.#note('an extended header has no entry behind it', this.#firstHeaderAt);
    return { kind: 'end' };
  }

  #note(detail: string, offsetBytes: number): void {
    this.irregularity ??= { code: 'header-invalid', detail, offsetBytes };
  }

  /** POSIX lets a global header rename and resize every entry behind it, and GNU tar does so; Go passes over it. */
  #noteGlobal(records: ReadonlyMap<string, string>, offsetBytes: number): void {
    const key = ['path', 'linkpath', 'size'].find((name) => records.has(name));
    if (key !== undefined)
      this.#note(`a global PAX header sets "${key}"; some tools apply it, some do not`, offsetBytes);
  }

  #startMeta(parsed: TarHeader, sizeBytes: number, offsetBytes: number): TarStep {
    const most = this.#extendedHeaderBytes;
    if (sizeBytes > most) {
      const detail = beyond('extendedHeaderBytes', most, `an extended header has ${sizeBytes} bytes`);
      return damaged('limit-exceeded', detail, offsetBytes);
    }
    this.#meta = { type: parsed.type, offsetBytes };
    return { kind: 'meta', sizeBytes };
  }

  #finish(parsed: TarHeader, headerSize: number, headerAt: number, block: Buffer): TarStep {
    const offsetBytes = this.#firstHeaderAt ?? headerAt;
    const size = this.#record('size') ?? String(headerSize);
    const sizeBytes = decimal.test(size) ? Number(size) : Number.NaN;
    if (!Number.isSafeInteger(sizeBytes)) {
      return damaged('header-invalid', 'the PAX record "size" is no number', offsetBytes);
    }
    const name = this.#record('GNU.sparse.name') ?? this.#text(this.#longName, 'path', offsetBytes) ?? parsed.name;
    let type = types[parsed.type] ?? 'other';
    // Before POSIX a directory was a file whose name ends in a slash.
    if (type === 'file' && name.endsWith('/')) type = 'directory';
    const linked = type === 'symlink' || type === 'link';
    const entry: TarEntry = {
      name,
      type,
      linkName: linked ? (this.#text(this.#longLink, 'linkpath', offsetBytes) ?? parsed.linkName) : null,
      offsetBytes,
      sizeBytes: bodiless.has(parsed.type) ? 0 : sizeBytes,
      attributes: this.#withAttributes ? readAttributes(block, this.#pax) : undefined,
    };
    this.#longName = null;
    this.#longLink = null;
    this.#pax = null;
    if (parsed.extended) {
      this.#sparse = entry;
      return header;
    }
    this.#firstHeaderAt = null;
    return { kind: 'entry', entry };
  }

  /** A PAX record of the entry at hand; an empty value means that the header's own field counts (POSIX pax). */
  #record(key: string): string | null {
    return this.#pax?.get(key) || null;
  }

  /** A GNU long name or the PAX record of the same field; of two that differ Go takes the first, GNU tar the second. */
  #text(long: string | null, key: string, offsetBytes: number): string | null {
    const record = this.#record(key);
    if (long === null || long === '') return record;
    if (record !== null && record !== long) {
      this.#note(
        `a GNU long name and the PAX record "${key}" differ; some tools take the one, some the other`,
        offsetBytes,
      );
    }
    return long;
  }

  /** Old GNU sparse files put further blocks of their map between the header and the body. */
  #acceptSparseMap(block: Buffer): TarStep {
    const entry = this.#sparse as TarEntry;
    this.headerBytes += blockBytes;
    if (block[504] === 1) return header;
    this.#sparse = null;
    this.#firstHeaderAt = null;
    return { kind: 'entry', entry };
  }
}

function damaged(code: TarProblem['code'], detail: string, offsetBytes: number): TarStep {
  return { kind: 'damaged', problem: { code, detail, offsetBytes } };
}

function untilZero(body: Buffer, encoding: NameEncoding): string {
  const zero = body.indexOf(0);
  return body.toString(encoding, 0, zero === -1 ? body.length : zero);
}
