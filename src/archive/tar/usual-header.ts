/**
 * A header block as nearly all writers write nearly all of them: a file, a folder or a link by its name alone, every number in
 * plain digits. It is read in one go where it lies, and nothing is made of it; what is out of the ordinary in whatever way is left
 * to `TarCursor`, and what is not, that would take the same. So a layer of many files costs little, also in the first
 * moments of a thread, when all that V8 has to compile is paid for. Hostile input: any block; never throws, allocates nothing.
 */
import { blockBytes } from './tar-header.js';

const slash = 0x2f;
const dot = 0x2e;
const isType = { file: 0x30, link: 0x31, symlink: 0x32, directory: 0x35 };

const nameEndAt = 100;
const sizeAt = 124;
const sizeEndAt = 135;
const checksumAt = 148;
const checksumDigits = 6;
const typeAt = 156;
const linkAt = 157;
const linkEndAt = 257;
const devicesAt = 329;
const deviceBytes = 8;
const prefixAt = 345;
/** Where a number begins, and where its digits end. */
const numbers = [
  100,
  107,
  108,
  115,
  116,
  123,
  sizeAt,
  sizeEndAt,
  136,
  147,
  checksumAt,
  checksumAt + checksumDigits,
] as const;
/** In a GNU header: the map of a sparse file, whether it goes on, and the size of the whole. */
const sparseAt = [386, 482, 483] as const;

export class UsualHeader {
  sizeBytes = 0;
  isFolder = false;
  /** Where in the bytes the name begins and ends, without a leading `./` and a trailing slash. */
  nameStart = 0;
  nameEnd = 0;

  /** Reads the block that begins there; false where it is none of this kind, or where its name or target is one that someone may look for. */
  read(bytes: Buffer, at: number): boolean {
    if (bytes[at] === 0 || bytes[at + prefixAt] !== 0 || !isUsualFormat(bytes, at)) return false;
    for (let i = 0; i < numbers.length; i += 2) {
      if (!isDigits(bytes, at + (numbers[i] ?? 0), at + (numbers[i + 1] ?? 0))) return false;
    }
    for (let device = at + devicesAt; device < at + prefixAt; device += deviceBytes) {
      if (bytes[device] === 0 ? !isZero(bytes, device) : !isDigits(bytes, device, device + deviceBytes - 1))
        return false;
    }
    const type = bytes[at + typeAt];
    const isFile = type === isType.file;
    this.sizeBytes = octal(bytes, at + sizeAt, at + sizeEndAt);
    this.isFolder = type === isType.directory;
    if (!isFile && (this.sizeBytes !== 0 || !(this.isFolder || isUsualLink(bytes, at, type)))) return false;
    return this.#findName(bytes, at, isFile) && isSummedUp(bytes, at);
  }

  /** False for a name that is not what it looks like, and one that ends as those of users or of removed folders do. */
  #findName(bytes: Buffer, at: number, isFile: boolean): boolean {
    let start = at;
    if (bytes[start] === dot && bytes[start + 1] === slash) start += 2;
    const first = bytes[start];
    if (first === 0 || first === dot || first === slash) return false;
    let end = start;
    // The last two bytes.
    let [before, last] = [0, slash];
    for (; end < at + nameEndAt && bytes[end] !== 0; end++) {
      const byte = bytes[end] ?? 0;
      if (byte === slash && (last === slash || (last === dot && before === slash))) return false;
      before = last;
      last = byte;
    }
    if (last === slash) {
      if (isFile) return false;
      end--;
    }
    this.nameStart = start;
    this.nameEnd = end;
    const isSelf = bytes[end - 1] === dot && bytes[end - 2] === slash;
    return !isSelf && !mayMatter(bytes, start, end);
  }
}

function isUsualFormat(bytes: Buffer, at: number): boolean {
  // 'ustar'
  if (bytes.readUInt32BE(at + 257) !== 0x75737461 || bytes[at + 261] !== 0x72) return false;
  // Not the mark of star behind it.
  if (bytes[at + 262] === 0) return bytes[at + 508] !== 0x74;
  if (bytes[at + 262] !== 0x20 || bytes[at + 263] !== 0x20 || bytes[at + 264] !== 0) return false;
  return sparseAt.every((place) => bytes[at + place] === 0);
}

/** Octal digits, and a NUL or a blank behind them. */
function isDigits(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x30 || byte > 0x37) return false;
  }
  return ((bytes[end] ?? 0) & 0xdf) === 0;
}

function isZero(bytes: Buffer, start: number): boolean {
  for (let at = start; at < start + deviceBytes; at++) if (bytes[at] !== 0) return false;
  return true;
}

function octal(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 8 + (bytes[at] ?? 0) - 0x30;
  return value;
}

/** A link with a target; one to a folder that may be that of the users is for someone else. */
function isUsualLink(bytes: Buffer, at: number, type: number | undefined): boolean {
  if ((type !== isType.link && type !== isType.symlink) || bytes[at + linkAt] === 0) return false;
  let end = at + linkAt;
  while (end < at + linkEndAt && bytes[end] !== 0) end++;
  while (end > at + linkAt && bytes[end - 1] === slash) end--;
  return !mayMatter(bytes, at + linkAt, end);
}

/** Whether it ends as `passwd`, `etc` or `.opq` do, by its last two bytes. */
function mayMatter(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < 2) return false;
  const last = bytes[end - 1];
  const before = bytes[end - 2];
  // wd, tc, pq
  return (last === 0x64 && before === 0x77) || (last === 0x63 && before === 0x74) || (last === 0x71 && before === 0x70);
}

/** Whether the checksum is that of the bytes, its own counting as blanks, and is written with a NUL and a blank behind it. */
function isSummedUp(bytes: Buffer, at: number): boolean {
  const end = at + checksumAt + checksumDigits;
  if (bytes[end] === bytes[end + 1] || ((bytes[end + 1] ?? 0) & 0xdf) !== 0) return false;
  let sum = 8 * 0x20;
  for (let i = at; i < at + blockBytes; i++) sum += bytes[i] ?? 0;
  for (let i = at + checksumAt; i < end + 2; i++) sum -= bytes[i] ?? 0;
  return sum === octal(bytes, at + checksumAt, end);
}
