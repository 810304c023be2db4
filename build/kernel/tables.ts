/**
 * Tables of a prefix code from the lengths of its codes (RFC 1951, 3.2.2). A code of more bits than the first table is
 * indexed by goes on in a second one. Hostile lengths: what is over-subscribed is refused, and so is what is
 * incomplete but for a single code of one bit, or none at all, where no more than that is ever needed; what then has
 * no code is `invalid`.
 */
import { entryOf, invalid, secondEntryOf } from './entries';
import { entryBytes, lengthCounts, longestCode, sortedSymbols } from './memory';

/**
 * Makes the table of `symbols` codes; false where the lengths are none. `indexBits`: of the first table.
 * `strict`: whether only a complete code will do, or none at all.
 */
export function makeTable(table: u32, meanings: u32, lengths: u32, symbols: u32, indexBits: u32, strict: bool): bool {
  const longest = countLengths(lengths, symbols);
  if (longest === 0) {
    // Whatever bit comes is no code. In a code of lengths it is taken as one that gives no symbol a code.
    fillAll(table, indexBits, entryOf(strict ? 0 : invalid, 1));
    return true;
  }
  const left = unusedCodes();
  if (left < 0 || (left > 0 && (strict || longest !== 1))) return false;
  sortSymbols(lengths, symbols);
  if (left > 0) store<u32>(table + entryBytes, entryOf(invalid, 1));
  fill(table, meanings, indexBits, longest);
  return true;
}

/** How many codes there are of each length; returns the greatest. */
function countLengths(lengths: u32, symbols: u32): u32 {
  memory.fill(lengthCounts, 0, (longestCode + 1) * 4);
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const at = lengthCounts + (<u32>load<u8>(lengths + symbol) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let longest = longestCode;
  while (longest > 0 && load<u32>(lengthCounts + (longest << 2)) === 0) longest--;
  return longest;
}

/** How many codes of the greatest length are not given; less than none where too many are. */
function unusedCodes(): i32 {
  let left: i32 = 1;
  for (let length: u32 = 1; length <= longestCode; length++) {
    left = (left << 1) - load<i32>(lengthCounts + (length << 2));
    if (left < 0) return left;
  }
  return left;
}

function fillAll(table: u32, indexBits: u32, entry: u32): void {
  for (let index: u32 = 0; index >>> indexBits === 0; index++) store<u32>(table + index * entryBytes, entry);
}

/** By the length of their codes, and then by their number. */
function sortSymbols(lengths: u32, symbols: u32): void {
  // The counts become places, of length 1 first; each place then moves on to the end of its own.
  let place: u32 = 0;
  for (let length: u32 = 1; length <= longestCode; length++) {
    const at = lengthCounts + (length << 2);
    const count = load<u32>(at);
    store<u32>(at, place);
    place += count;
  }
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const length = <u32>load<u8>(lengths + symbol);
    if (length === 0) continue;
    const at = lengthCounts + (length << 2);
    const to = load<u32>(at);
    store<u16>(sortedSymbols + (to << 1), <u16>symbol);
    store<u32>(at, to + 1);
  }
}

/** The code after this one, both with their first bit lowest; zero behind the last. */
@inline
function codeAfter(code: u32, length: u32): u32 {
  const free = ~code & ((1 << length) - 1);
  if (free === 0) return 0;
  const bit: u32 = (<u32>0x80000000) >>> clz(free);
  return (code & (bit - 1)) | bit;
}

/**
 * Codes go into the table in their order. When the next length begins, what is there so far is written once more behind
 * itself: a code of fewer bits stands for all that begin with it.
 */
function fill(table: u32, meanings: u32, indexBits: u32, longest: u32): void {
  let code: u32 = 0;
  let place: u32 = 0;
  for (let length: u32 = 1; length <= indexBits; length++) {
    const half: u32 = 1 << (length - 1);
    // What stands there of a code of one bit alone was put there before.
    if (length > 1) memory.copy(table + half * entryBytes, table, half * entryBytes);
    const stop = load<u32>(lengthCounts + (length << 2));
    for (; place < stop; place++) {
      store<u32>(table + code * entryBytes, entryAtPlace(meanings, place, length));
      code = codeAfter(code, length);
    }
  }
  if (longest > indexBits) fillSecond(table, meanings, indexBits, longest, code, place);
}

@inline
function entryAtPlace(meanings: u32, place: u32, length: u32): u32 {
  const symbol = <u32>load<u16>(sortedSymbols + (place << 1));
  return entryOf(load<u32>(meanings + symbol * entryBytes), length);
}

/**
 * The codes that are longer: a second table for all that begin with the same bits, as large as the longest one needs
 * it.
 */
function fillSecond(table: u32, meanings: u32, indexBits: u32, longest: u32, firstCode: u32, firstPlace: u32): void {
  const firstEntries: u32 = 1 << indexBits;
  const secondBits = longest - indexBits;
  let code = firstCode;
  let place = firstPlace;
  let start: u32 = firstEntries;
  let second: u32 = 0;
  let used = firstEntries;
  for (let length = indexBits + 1; length <= longest; length++) {
    const stop = load<u32>(lengthCounts + (length << 2));
    const step: u32 = 1 << (length - indexBits);
    for (; place < stop; place++) {
      if ((code & (firstEntries - 1)) !== start) {
        start = code & (firstEntries - 1);
        second = used;
        used += 1 << secondBits;
        store<u32>(table + start * entryBytes, secondEntryOf(indexBits, secondBits, second));
      }
      const entry = entryAtPlace(meanings, place, length);
      for (let index = code >>> indexBits; index >>> secondBits === 0; index += step) {
        store<u32>(table + (second + index) * entryBytes, entry);
      }
      code = codeAfter(code, length);
    }
  }
}
