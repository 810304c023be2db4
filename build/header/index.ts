/**
 * A header block of a tar as nearly all writers write nearly all of them: a file, a folder or a link by no other name than that
 * in it, every number in plain digits. Whatever is out of the ordinary is none, and left to src/archive/tar/tar-cursor.ts; what
 * is taken for one, that would take the same. Hostile input: any block; nothing is allocated, nothing outside of it is read.
 */
import { endOfHigh, endOfLow, startOfHigh, startOfLow, stepOfHigh, stepOfLow } from './path-hash';

/** Where the caller puts the block, and where what it says lies behind it: src/archive/tar/usual-header.ts has the same list. */
const blockBytes: u32 = 512;
const sizePlace: u32 = blockBytes;
const nameStartPlace: u32 = blockBytes + 4;
const nameEndPlace: u32 = blockBytes + 8;
const hashPlace: u32 = blockBytes + 12;
const folderHashPlace: u32 = blockBytes + 20;

const nameBytes: u32 = 100;
const sizeAt: u32 = 124;
const checksumAt: u32 = 148;
const checksumEnd: u32 = 156;
const typeAt: u32 = 156;
const linkAt: u32 = 157;
const linkEnd: u32 = 257;
const magicAt: u32 = 257;
const devicesAt: u32 = 329;
const deviceBytes: u32 = 8;
const prefixAt: u32 = 345;
const prefixBytes: u32 = 155;
/** Where a prefix, a slash and the name are put together. */
const joinedAt: u32 = 640;
/** Digits of a mode or an owner, of a size or a time, and of the checksum; what ends them is behind. */
const shortDigits: u32 = 7;
const longDigits: u32 = 11;
const checksumDigits: u32 = 6;
/** A larger one is for others, who know of numbers of more than 32 bits. */
const mostBytes: u64 = 0x3fffffff;

const slash: u32 = 0x2f;
const dot: u32 = 0x2e;
const blank: u32 = 0x20;
const typeFile: u32 = 0x30;
const typeLink: u32 = 0x31;
const typeSymlink: u32 = 0x32;
const typeFolder: u32 = 0x35;

const unusual: i32 = 0;
const usual: i32 = 1;
const usualFolder: i32 = 2;

/** Reads the block: `unusual` for one that is none of this kind, or whose name or target is one that someone may look for. */
export function read(): i32 {
  if (load<u8>(0) == 0 || !hasUsualFormat() || !hasUsualNumbers()) return unusual;
  const size = octal(sizeAt, longDigits);
  if (size > mostBytes) return unusual;
  const type: u32 = load<u8>(typeAt);
  const isFile = type == typeFile;
  const isFolder = type == typeFolder;
  if (!isFile && (size != 0 || !(isFolder || isUsualLink(type)))) return unusual;
  if (!isSummedUp() || !findName(load<u8>(prefixAt) == 0 ? 0 : joinPrefix(), isFile)) return unusual;
  store<u32>(sizePlace, <u32>size);
  return isFolder ? usualFolder : usual;
}

function hasUsualFormat(): bool {
  // 'ustar'
  if (load<u32>(magicAt) != 0x61747375 || load<u8>(magicAt + 4) != 0x72) return false;
  // Not the mark of star at the end.
  if (load<u8>(262) == 0) return load<u8>(508) != 0x74;
  if (load<u8>(262) != blank || load<u8>(263) != blank || load<u8>(264) != 0) return false;
  // In a GNU header: times, the map of a sparse file, whether it goes on, and the size of the whole.
  return load<u8>(prefixAt) == 0 && load<u8>(386) == 0 && load<u8>(482) == 0 && load<u8>(483) == 0;
}

function hasUsualNumbers(): bool {
  for (let device = devicesAt; device < prefixAt; device += deviceBytes) {
    if (load<u8>(device) == 0 ? load<u64>(device) != 0 : !isNumber(device, shortDigits)) return false;
  }
  return (
    isNumber(100, shortDigits) &&
    isNumber(108, shortDigits) &&
    isNumber(116, shortDigits) &&
    isNumber(sizeAt, longDigits) &&
    isNumber(136, longDigits) &&
    isNumber(checksumAt, checksumDigits)
  );
}

/** Octal digits, and a NUL or a blank behind them. */
function isNumber(at: u32, digits: u32): bool {
  for (const end = at + digits; at < end; at++) if (<u32>load<u8>(at) - 0x30 > 7) return false;
  return isEnd(load<u8>(at));
}

function isEnd(byte: u32): bool {
  return (byte & 0xdf) == 0;
}

function octal(at: u32, digits: u32): u64 {
  let value: u64 = 0;
  for (const end = at + digits; at < end; at++) value = value * 8 + load<u8>(at) - 0x30;
  return value;
}

/** A link with a target; one to a folder that may be that of the users is for someone else. */
function isUsualLink(type: u32): bool {
  if ((type != typeLink && type != typeSymlink) || load<u8>(linkAt) == 0) return false;
  let end = linkAt;
  while (end < linkEnd && load<u8>(end) != 0) end++;
  while (end > linkAt && load<u8>(end - 1) == slash) end--;
  return !mayMatter(linkAt, end);
}

/** Whether it ends as `passwd`, `etc` or `.opq` do, by its last two bytes. */
function mayMatter(start: u32, end: u32): bool {
  if (end - start < 2) return false;
  const lastTwo: u32 = load<u16>(end - 2);
  // wd, tc, pq
  return lastTwo == 0x6477 || lastTwo == 0x6374 || lastTwo == 0x7170;
}

/** Puts the name behind its prefix, with a NUL at its end; returns where. */
function joinPrefix(): u32 {
  let to = joinedAt;
  for (let at = prefixAt; at < prefixAt + prefixBytes && load<u8>(at) != 0; at++) store<u8>(to++, load<u8>(at));
  store<u8>(to++, <u8>slash);
  for (let at: u32 = 0; at < nameBytes && load<u8>(at) != 0; at++) store<u8>(to++, load<u8>(at));
  store<u8>(to, 0);
  return joinedAt;
}

/**
 * Finds where the name begins and ends, without a leading `./` and a trailing slash, and hashes it. False for one that is not
 * what it looks like, and one that ends as those of users or of removed folders do. `at`: where it is looked for.
 */
function findName(at: u32, isFile: bool): bool {
  const start: u32 = load<u8>(at) == dot && load<u8>(at + 1) == slash ? at + 2 : at;
  const limit: u32 = at == joinedAt ? joinedAt + prefixBytes + 1 + nameBytes : nameBytes;
  const first: u32 = load<u8>(start);
  if (first == 0 || first == dot || first == slash) return false;
  let low = startOfLow;
  let high = startOfHigh;
  let before: u32 = 0;
  let last: u32 = slash;
  let end = start;
  for (; end < limit; end++) {
    const byte: u32 = load<u8>(end);
    if (byte == 0) break;
    if (byte == slash && (last == slash || (last == dot && before == slash))) return false;
    // A slash counts once something stands behind it.
    if (last == slash && end > start) {
      low = stepOfLow(low, slash);
      high = stepOfHigh(high, slash);
    }
    if (byte != slash) {
      low = stepOfLow(low, byte);
      high = stepOfHigh(high, byte);
    }
    before = last;
    last = byte;
  }
  if (last == slash) {
    if (isFile) return false;
    end--;
  }
  const isSelf = load<u8>(end - 1) == dot && load<u8>(end - 2) == slash;
  if (isSelf || mayMatter(start, end)) return false;
  store<u32>(nameStartPlace, start);
  store<u32>(nameEndPlace, end);
  store<u32>(hashPlace, endOfLow(low));
  store<u32>(hashPlace + 4, endOfHigh(high));
  store<u32>(folderHashPlace, endOfLow(stepOfLow(low, slash)));
  store<u32>(folderHashPlace + 4, endOfHigh(stepOfHigh(high, slash)));
  return true;
}

/** Whether the checksum is that of the bytes, its own counting as blanks, and is written with a NUL and a blank behind it. */
function isSummedUp(): bool {
  const last: u32 = load<u8>(checksumEnd - 1);
  if (load<u8>(checksumEnd - 2) == last || !isEnd(last)) return false;
  let sums = i16x8.splat(0);
  for (let at: u32 = 0; at < blockBytes; at += 16) {
    sums = i16x8.add(sums, i16x8.extadd_pairwise_i8x16_u(v128.load(at)));
  }
  const four = i32x4.extadd_pairwise_i16x8_u(sums);
  let sum: u32 = i32x4.extract_lane(four, 0) + i32x4.extract_lane(four, 1);
  sum += i32x4.extract_lane(four, 2) + i32x4.extract_lane(four, 3);
  for (let at = checksumAt; at < checksumEnd; at++) sum += blank - load<u8>(at);
  return sum == <u32>octal(checksumAt, checksumDigits);
}
