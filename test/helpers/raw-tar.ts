/**
 * Hand-made tar bytes, for what a proper tar writer refuses: wrong checksums, sizes that lie, base-256 numbers, v7 headers,
 * GNU long names, sparse entries, escaping names, missing end blocks. Layers are written with it as well, because it is
 * synchronous. It checks nothing but the width of the fields: whatever is asked for is written.
 */
import type { Entry, EntryType } from './archive-entry.js';

const BLOCK_BYTES = 512;
const TYPEFLAGS = {
  file: '0',
  link: '1',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
  'contiguous-file': '7',
  sparse: 'S',
} as const;

/** Chunks of an old GNU sparse map in the header, and in each block behind it. */
const HEADER_CHUNKS = 4;
const BLOCK_CHUNKS = 21;

const DEFAULT_MODES: Readonly<Record<string, number>> = { directory: 0o755, symlink: 0o777 };

/** An entry with everything that a header can say, true or not. */
export interface RawEntry extends Omit<Entry, 'content' | 'type'> {
  readonly content?: Buffer;
  readonly type?: EntryType | keyof typeof TYPEFLAGS;
  /** One character that is written as type instead of the one that follows from `type`. */
  readonly typeflag?: string;
  /** Default: ustar. v7 has neither magic nor prefix. */
  readonly format?: 'ustar' | 'gnu' | 'v7';
  /** How a name or link target of more than 100 bytes is written. Default: ustar prefix, where that is too small a throw. */
  readonly longNames?: 'prefix' | 'gnu' | 'pax';
  /** PAX records that stand before the entry. */
  readonly pax?: Readonly<Record<string, string>>;
  /** Size that the header claims. Default: the length of the content. */
  readonly claimedSizeBytes?: number;
  /** Default: octal. */
  readonly sizeEncoding?: 'octal' | 'base-256';
  /** Default: right. `signed` is the sum that old Sun writers made. */
  readonly checksum?: 'right' | 'wrong' | 'signed';
  /** Old GNU sparse map; with type `sparse`. More than four chunks go on in blocks behind the header. */
  readonly sparse?: {
    readonly realSizeBytes: number;
    readonly chunks: readonly { offset: number; sizeBytes: number }[];
  };
  /** Default: 0. */
  readonly uid?: number;
  /** Default: 0. */
  readonly gid?: number;
  /** Major and minor number of a device. */
  readonly device?: readonly [number, number];
}

/** What stands behind the last entry. */
export interface TarEnd {
  /** Number of zero blocks of 512 bytes. Default: 2. */
  readonly endBlocks?: number;
  /** Bytes behind the end blocks. */
  readonly trailing?: Buffer;
  /** The end is filled with zeros to a multiple of this many blocks (GNU tar: 20). Default: 1. */
  readonly blockingFactor?: number;
}

/** A tar of the entries, in their order, as they are. */
export function rawTar(entries: readonly (Entry | RawEntry)[], end: TarEnd = {}): Buffer {
  const body = Buffer.concat(entries.flatMap(rawEntry));
  return Buffer.concat([body, tarEnd(body.length, end)]);
}

/** The zero blocks and trailing bytes behind `sizeBytes` bytes of entries. */
export function tarEnd(sizeBytes: number, { endBlocks = 2, trailing, blockingFactor = 1 }: TarEnd): Buffer {
  const recordBytes = blockingFactor * BLOCK_BYTES;
  const endBytes = endBlocks * BLOCK_BYTES;
  const fill = (recordBytes - ((sizeBytes + endBytes) % recordBytes)) % recordBytes;
  return Buffer.concat([Buffer.alloc(endBytes + fill), trailing ?? Buffer.alloc(0)]);
}

/** One PAX body: `<length> <key>=<value>\n` records, the length counting itself. */
export function paxRecords(records: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const body = ` ${key}=${value}\n`;
    const bodyBytes = Buffer.byteLength(body);
    let lengthBytes = bodyBytes + 1;
    while (String(lengthBytes).length + bodyBytes > lengthBytes) lengthBytes++;
    return `${lengthBytes}${body}`;
  });
  return Buffer.from(lines.join(''));
}

function rawEntry(entry: Entry | RawEntry): Buffer[] {
  const raw: RawEntry = entry;
  const before: Buffer[] = [];
  const long = raw.longNames ?? 'prefix';
  const pax: Record<string, string> = { ...raw.pax };
  let { name, linkname } = raw;
  if (long !== 'prefix' && Buffer.byteLength(name) > 100) {
    if (long === 'pax') pax['path'] = name;
    else before.push(...rawEntry(gnuLong('L', name)));
    name = cut(name);
  }
  if (long !== 'prefix' && linkname !== undefined && Buffer.byteLength(linkname) > 100) {
    if (long === 'pax') pax['linkpath'] = linkname;
    else before.push(...rawEntry(gnuLong('K', linkname)));
    linkname = cut(linkname);
  }
  if (Object.keys(pax).length > 0) {
    before.push(...rawEntry({ name: 'PaxHeader', typeflag: 'x', content: paxRecords(pax) }));
  }
  const content = raw.content ?? Buffer.alloc(0);
  const header = rawHeader({ ...raw, name, ...(linkname === undefined ? {} : { linkname }) });
  return [...before, header, ...sparseBlocks(raw.sparse), content, Buffer.alloc(paddingOf(content.length))];
}

function gnuLong(typeflag: string, value: string): RawEntry {
  return { name: '././@LongLink', typeflag, format: 'gnu', content: Buffer.from(`${value}\0`) };
}

function cut(value: string): string {
  let start = value.slice(0, 100);
  while (Buffer.byteLength(start) > 100) start = start.slice(0, -1);
  return start;
}

function paddingOf(sizeBytes: number): number {
  return (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;
}

/** The header block of 512 bytes of an entry; throws RangeError where a field is too small for its value. */
export function rawHeader(entry: RawEntry): Buffer {
  const { type = 'file', format = 'ustar', content = Buffer.alloc(0), linkname, device, sparse } = entry;
  const header = Buffer.alloc(BLOCK_BYTES);
  const { name, prefix } = format === 'ustar' ? splitName(entry.name) : { name: entry.name, prefix: '' };
  text(header, 0, 100, name);
  octal(header, 100, 8, entry.mode ?? DEFAULT_MODES[type] ?? 0o644);
  octal(header, 108, 8, entry.uid ?? 0);
  octal(header, 116, 8, entry.gid ?? 0);
  size(header, entry.claimedSizeBytes ?? content.length, entry.sizeEncoding ?? 'octal');
  octal(header, 136, 12, entry.mtime ?? 0);
  text(header, 156, 1, entry.typeflag ?? (format === 'v7' && type === 'file' ? '\0' : TYPEFLAGS[type]));
  if (linkname !== undefined) text(header, 157, 100, linkname);
  if (format !== 'v7') text(header, 257, 8, format === 'gnu' ? 'ustar  \0' : 'ustar\x0000');
  if (device !== undefined) {
    octal(header, 329, 8, device[0]);
    octal(header, 337, 8, device[1]);
  }
  if (prefix !== '') text(header, 345, 155, prefix);
  if (sparse !== undefined) sparseMap(header, sparse);
  return withChecksum(header, entry.checksum ?? 'right');
}

function splitName(name: string): { name: string; prefix: string } {
  if (Buffer.byteLength(name) <= 100) return { name, prefix: '' };
  for (let slash = name.indexOf('/', 1); slash > 0 && slash < name.length - 1; slash = name.indexOf('/', slash + 1)) {
    const rest = name.slice(slash + 1);
    if (Buffer.byteLength(rest) <= 100) return { name: rest, prefix: name.slice(0, slash) };
  }
  throw new RangeError(`no ustar prefix fits ${name}: set longNames`);
}

function text(header: Buffer, offset: number, widthBytes: number, value: string): void {
  if (Buffer.byteLength(value) > widthBytes) throw new RangeError(`${value} does not fit into ${widthBytes} bytes`);
  header.write(value, offset);
}

function octal(header: Buffer, offset: number, widthBytes: number, value: number): void {
  text(header, offset, widthBytes, `${value.toString(8).padStart(widthBytes - 1, '0')}\0`);
}

function size(header: Buffer, sizeBytes: number, encoding: 'octal' | 'base-256'): void {
  if (encoding === 'octal') {
    octal(header, 124, 12, sizeBytes);
  } else {
    header.writeUInt8(0x80, 124);
    header.writeBigUInt64BE(BigInt(sizeBytes), 128);
  }
}

function sparseMap(header: Buffer, sparse: NonNullable<RawEntry['sparse']>): void {
  sparse.chunks.slice(0, HEADER_CHUNKS).forEach((chunk, index) => {
    octal(header, 386 + index * 24, 12, chunk.offset);
    octal(header, 398 + index * 24, 12, chunk.sizeBytes);
  });
  if (sparse.chunks.length > HEADER_CHUNKS) header[482] = 1;
  octal(header, 483, 12, sparse.realSizeBytes);
}

function sparseBlocks(sparse: RawEntry['sparse']): Buffer[] {
  const blocks: Buffer[] = [];
  const chunks = sparse?.chunks ?? [];
  for (let at = HEADER_CHUNKS; at < chunks.length; at += BLOCK_CHUNKS) {
    const block = Buffer.alloc(BLOCK_BYTES);
    chunks.slice(at, at + BLOCK_CHUNKS).forEach((chunk, index) => {
      octal(block, index * 24, 12, chunk.offset);
      octal(block, index * 24 + 12, 12, chunk.sizeBytes);
    });
    if (at + BLOCK_CHUNKS < chunks.length) block[504] = 1;
    blocks.push(block);
  }
  return blocks;
}

function withChecksum(header: Buffer, kind: 'right' | 'wrong' | 'signed'): Buffer {
  header.fill(' ', 148, 156);
  let sum = kind === 'wrong' ? 1 : 0;
  for (const byte of header) sum += kind === 'signed' && byte > 127 ? byte - 256 : byte;
  text(header, 148, 8, `${sum.toString(8).padStart(6, '0')}\0 `);
  return header;
}
