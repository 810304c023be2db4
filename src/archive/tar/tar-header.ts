/**
 * One 512-byte tar header block → fields. Knows v7, ustar, star, GNU and PAX headers (POSIX.1-2017 pax, "ustar Interchange
 * Format"; GNU tar manual, "Basic Tar Format") and takes each field as Go's archive/tar does, which is in every tool that
 * loads images; where other readers take it differently, `oddities` says so. Pure function of the block; what a header
 * means for the next ones (long names, PAX records, end blocks) is `TarCursor`'s work. Hostile input: any 512 bytes; never
 * throws.
 */
import { isAgreedNumber, isPlainNumber, parseOctal, parseTarNumber } from './tar-number.js';

export const blockBytes = 512;

/** Decided by magic and version alone. */
export type TarFormat = 'v7' | 'ustar' | 'star' | 'gnu';

export interface TarHeader {
  readonly name: string;
  readonly linkName: string;
  /** Type flag as one character, NUL included. */
  readonly type: string;
  /** What the size field says, negative or beyond 2^53 as it may be; null where it is no number. */
  readonly sizeBytes: number | null;
  readonly checksumOk: boolean;
  /** Whether Go reads every other number that it looks at: it refuses the header for any of them. */
  readonly numbersOk: boolean;
  readonly format: TarFormat;
  /** What other readers take differently: bits of `Oddity`. */
  readonly oddities: number;
}

/** Fields that readers disagree on. */
export const Oddity = {
  size: 1,
  checksum: 2,
  prefix: 4,
  noName: 8,
  owner: 16,
  extended: 32,
  number: 64,
  sparse: 128,
} as const;

/** How names are turned into text: `latin1` keeps every byte apart, `utf8` is for people. */
export type NameEncoding = 'utf8' | 'latin1';

const prefixAt = 345;
const prefixEnd = 500;
const starPrefixEnd = 476;
const typeAt = 156;
const devicesAt = 329;
/** Where the digits of each number begin and end, in a header as nearly all writers write it; devices may be empty. */
const usualNumbers = [100, 107, 108, 115, 116, 123, 124, 135, 136, 147, 148, 154, devicesAt, 336, 337, 344] as const;
const oldSparse = 0x53;

/** Whether the block holds nothing but zeros. */
export function isZeroBlock(block: Buffer): boolean {
  for (let i = 0; i < blockBytes; i += 8) {
    if (block.readInt32LE(i) !== 0 || block.readInt32LE(i + 4) !== 0) return false;
  }
  return true;
}

/** Reads the fields of a header block of 512 bytes. */
export function parseTarHeader(block: Buffer, encoding: NameEncoding): TarHeader {
  const format = formatOf(block);
  const name = textField(block, 0, 100, encoding);
  const prefix = block[prefixAt] === 0 ? '' : goPrefix(block, format, encoding);
  const sparse = block[typeAt] === oldSparse;
  const usual = isUsual(block, format);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: textField(block, 157, 257, encoding),
    type: String.fromCharCode(block[typeAt] ?? 0),
    sizeBytes: parseTarNumber(block, 124, 136),
    checksumOk: checksumMatches(block),
    numbersOk: usual || numbersAreRead(block, format),
    format,
    oddities: (usual ? 0 : oddNumbers(block, format)) | otherOddities(block, format, sparse),
  };
}

function formatOf(block: Buffer): TarFormat {
  // 'ustar'
  if (block.readUInt32BE(257) !== 0x75737461 || block[261] !== 0x72) return 'v7';
  // 'tar\0', where star has its mark.
  if (block[262] === 0) return block.readUInt32BE(508) === 0x74617200 ? 'star' : 'ustar';
  return block[262] === 0x20 && block[263] === 0x20 && block[264] === 0 ? 'gnu' : 'v7';
}

/** The prefix as Go has it: 155 bytes in ustar, 131 in star; in GNU headers, which have times there, by a rule of its own. */
function goPrefix(block: Buffer, format: TarFormat, encoding: NameEncoding): string {
  if (format === 'v7') return '';
  if (format === 'star') return textField(block, prefixAt, starPrefixEnd, encoding);
  const prefix = textField(block, prefixAt, prefixEnd, encoding);
  if (format === 'ustar') return prefix;
  // Writers made by Go before 1.8 put a prefix there: taken for one where it is ASCII and no time.
  const times = isTime(block, prefixAt) && isTime(block, 357);
  return times || !isAscii(block, prefixAt, prefixEnd) ? '' : prefix;
}

function isTime(block: Buffer, start: number): boolean {
  return block[start] === 0 || parseTarNumber(block, start, start + 12) !== null;
}

function isAscii(block: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end && block[at] !== 0; at++) if ((block[at] ?? 0) > 0x7f) return false;
  return true;
}

/** The name that readers see which take 155 bytes for the prefix whatever the format is. */
export function nameByLongPrefix(block: Buffer, encoding: NameEncoding): string {
  return `${textField(block, prefixAt, prefixEnd, encoding)}/${textField(block, 0, 100, encoding)}`;
}

function textField(block: Buffer, start: number, end: number, encoding: NameEncoding): string {
  let zero = start;
  while (zero < end && block[zero] !== 0) zero++;
  return zero === start ? '' : block.toString(encoding, start, zero);
}

/** Mode, owner, time; devices where there are any; the times of star. */
function numbersAreRead(block: Buffer, format: TarFormat): boolean {
  return (
    isRead(block, 100, 108) &&
    isRead(block, 108, 116) &&
    isRead(block, 116, 124) &&
    isRead(block, 136, 148) &&
    (format === 'v7' || (isRead(block, 329, 337) && isRead(block, 337, 345))) &&
    (format !== 'star' || (isRead(block, 476, 488) && isRead(block, 488, 500)))
  );
}

function isRead(block: Buffer, start: number, end: number): boolean {
  return isPlainNumber(block, start, end) || parseTarNumber(block, start, end) !== null;
}

/** Whether each number is written in digits to the last byte but one, as nearly all writers do: nothing is to be asked of it. */
function isUsual(block: Buffer, format: TarFormat): boolean {
  if (format !== 'ustar' && format !== 'gnu') return false;
  for (let i = 0; i < usualNumbers.length; i += 2) {
    const start = usualNumbers[i] ?? 0;
    if (!isDigits(block, start, usualNumbers[i + 1] ?? 0) && (start < devicesAt || !isEmpty(block, start)))
      return false;
  }
  return (block[154] === 0 && block[155] === 0x20) || (block[154] === 0x20 && block[155] === 0);
}

function isEmpty(block: Buffer, start: number): boolean {
  for (let at = start; at < start + 8; at++) if (block[at] !== 0) return false;
  return true;
}

/** Octal digits, and a NUL or a blank behind them. */
function isDigits(block: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = block[at] ?? 0;
    if (byte < 0x30 || byte > 0x37) return false;
  }
  return ((block[end] ?? 0) & 0xdf) === 0;
}

function oddNumbers(block: Buffer, format: TarFormat): number {
  let bits = 0;
  if (!isCleanNumber(block, 124, 136) && !isAgreedNumber(block, 124, 136)) bits |= Oddity.size;
  if (!isCleanNumber(block, 148, 156)) bits |= Oddity.checksum;
  if (isRefusedNumber(block, format)) bits |= Oddity.number;
  for (let start = 100; start < 124; start += 8) {
    if (!isPlainNumber(block, start, start + 8) && !isAgreedOwner(block, start)) bits |= Oddity.owner;
  }
  return bits;
}

function otherOddities(block: Buffer, format: TarFormat, sparse: boolean): number {
  let bits = 0;
  if (block[prefixAt] === 0) {
    if (block[0] === 0) bits |= Oddity.noName;
  } else if (isOddPrefix(block, format, sparse)) bits |= Oddity.prefix;
  if (sparse) {
    if ((block[482] ?? 0) > 1) bits |= Oddity.extended;
  } else if (format === 'gnu' && (block[386] !== 0 || block[482] !== 0 || block[483] !== 0)) bits |= Oddity.sparse;
  return bits;
}

/** Octal digits, blanks and NULs in all of the field: bsdtar wants nothing else of a checksum, and of a size in the first header. */
function isCleanNumber(block: Buffer, start: number, end: number): boolean {
  if (!isPlainNumber(block, start, end)) return false;
  for (let at = start; at < end; at++) {
    const byte = block[at] ?? 0;
    if (byte !== 0 && byte !== 0x20 && (byte < 0x30 || byte > 0x37)) return false;
  }
  return true;
}

/** Numbers that Go reads or does not look at, and Python refuses the header for: base-256 by another first byte, devices in v7. */
function isRefusedNumber(block: Buffer, format: TarFormat): boolean {
  for (let start = 100; start <= 136; start += start === 116 ? 20 : 8) {
    const first = block[start] ?? 0;
    if (first > 0x80 && first < 0xff) return true;
  }
  for (let start = 329; start <= 337; start += 8) {
    const first = block[start] ?? 0;
    if (first === 0 || isPlainNumber(block, start, start + 8)) continue;
    if (format === 'v7' ? !isAgreedOwner(block, start) : first > 0x80 && first < 0xff) return true;
  }
  return false;
}

/** Blanks alone are read as 0 by all: GNU tar says so, and goes on. */
function isAgreedOwner(block: Buffer, start: number): boolean {
  if (isAgreedNumber(block, start, start + 8)) return true;
  for (let at = start; at < start + 8; at++) if (block[at] !== 0x20) return false;
  return true;
}

/** Whether other readers see another prefix: Python takes 155 bytes of any header but a sparse one, GNU tar and bsdtar those of ustar. */
function isOddPrefix(block: Buffer, format: TarFormat, sparse: boolean): boolean {
  if (format === 'ustar') return false;
  if (sparse) return goPrefix(block, format, 'latin1') !== '';
  return (
    format !== 'star' ||
    textField(block, prefixAt, starPrefixEnd, 'latin1') !== textField(block, prefixAt, prefixEnd, 'latin1')
  );
}

/** The sum of all bytes, the checksum field itself counting as blanks; some old writers summed signed bytes. */
function checksumMatches(block: Buffer): boolean {
  const claimed = parseOctal(block, 148, 156);
  if (claimed === null) return false;
  const words = new DataView(block.buffer, block.byteOffset, blockBytes);
  const unsigned = 8 * 0x20 + byteSum(words, 0, 148) + byteSum(words, 156, blockBytes);
  return claimed === unsigned || claimed === unsigned - 256 * highBytes(block);
}

/** The sum of the bytes of whole words: two by two in the halves of one number, which a header cannot fill. */
function byteSum(words: DataView, start: number, end: number): number {
  let sums = 0;
  for (let at = start; at < end; at += 4) {
    const word = words.getInt32(at);
    sums = (sums + (word & 0x00ff00ff) + ((word >>> 8) & 0x00ff00ff)) | 0;
  }
  return (sums & 0xffff) + (sums >>> 16);
}

function highBytes(block: Buffer): number {
  let count = 0;
  for (let i = 0; i < blockBytes; i++) if ((i < 148 || i >= 156) && (block[i] ?? 0) > 127) count++;
  return count;
}
