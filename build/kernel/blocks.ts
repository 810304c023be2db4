/**
 * Blocks of deflate (RFC 1951, 3.2.3 to 3.2.7) with every step taken in single bytes, so that it can stop between any
 * two and go on with the next piece of input. The inner loop takes over while there is enough of it.
 */
import {
  baseShift,
  endOfBlock,
  lead,
  literal,
  secondPlaceOf,
  secondTable,
  special,
  usedMask,
  valueOf,
} from './entries';
import { copyMatch } from './copy';
import { decodeFast, fastInputBytes } from './fast';
import {
  codeLengths,
  distanceBits,
  distanceMeanings,
  distanceSymbols,
  distanceTable,
  lengthCodeBits,
  lengthCodeLengths,
  lengthCodeMeanings,
  lengthCodeSymbols,
  lengthCodeTable,
  literalBits,
  literalMeanings,
  literalSymbols,
  literalTable,
} from './memory';
import { areaEnd, bits, drop, end, floor, hold, need, next, nextBit, out, peek, setNext, setOut, take } from './state';
import {
  badBlockType,
  badDistance,
  badDistanceCode,
  badDistanceLengths,
  badLengthCode,
  badLiteralCode,
  badLiteralLengths,
  badRepeat,
  badStoredLengths,
  blockEnds,
  goesOn,
  noEndOfBlock,
  seesBlock,
  tooManySymbols,
  wantsInput,
  wantsRoom,
} from './status';
import { makeTable } from './tables';

/** What comes next of a block. */
const header: i32 = 0;
const storedLengths: i32 = 1;
const storedBytes: i32 = 2;
const symbolCounts: i32 = 3;
const lengthCode: i32 = 4;
const lengths: i32 = 5;
const symbols: i32 = 6;

let step: i32 = header;
let isLast: bool = false;
let storedLeft: u32 = 0;
let literalCount: u32 = 0;
let distanceCount: u32 = 0;
let lengthCodeCount: u32 = 0;
let given: u32 = 0;
/** Whether the tables are those of the fixed codes: a block of these may be ten bits long. */
let isFixed: bool = false;

/** No bit of a piece of input is so far behind. */
export const nowhere: i32 = 0x7fffffff;
/** From this bit of the piece on, the next block with codes of its own is told before it is decoded. */
let tellFrom: i32 = nowhere;

export function setTellFrom(bit: i32): void {
  tellFrom = bit;
}

/** The first block of a member is next. */
export function startBlocks(): void {
  step = header;
  isLast = false;
}

/** Decodes until the last block has ended (`blockEnds`), or input or room have, or damage is met. */
export function decodeBlocks(): i32 {
  while (true) {
    const status = takeStep();
    if (status === blockEnds) {
      step = header;
      if (isLast) return blockEnds;
    } else if (status !== goesOn) {
      return status;
    }
  }
}

function takeStep(): i32 {
  switch (step) {
    case header:
      return takeHeader();
    case storedLengths:
      return takeStoredLengths();
    case storedBytes:
      return takeStored();
    case symbolCounts:
      return takeSymbolCounts();
    case lengthCode:
      return takeLengthCode();
    case lengths:
      return takeLengths();
    default:
      return takeSymbols();
  }
}

/** Whether the input goes on with a block that has codes of its own, and these are codes: what no chance makes often. */
export function readsCodes(): bool {
  step = header;
  let status = goesOn;
  while (status === goesOn && step !== symbols && step !== storedLengths) status = takeStep();
  return status === goesOn && step === symbols && !isFixed;
}

function takeHeader(): i32 {
  if (!need(3)) return wantsInput;
  if (nextBit() >= tellFrom && peek(3) >>> 1 === 2) return seesBlock;
  isLast = take(1) !== 0;
  const type = take(2);
  if (type === 3) return badBlockType;
  if (type === 1) useFixedCodes();
  step = type === 0 ? storedLengths : type === 1 ? symbols : symbolCounts;
  return goesOn;
}

function takeStoredLengths(): i32 {
  drop(bits & 7);
  if (!need(32)) return wantsInput;
  const length = take(16);
  if ((take(16) ^ 0xffff) !== length) return badStoredLengths;
  storedLeft = length;
  step = storedBytes;
  return goesOn;
}

function takeStored(): i32 {
  if (storedLeft === 0) return blockEnds;
  if (next === end) return wantsInput;
  if (out >= areaEnd) return wantsRoom;
  const count = min(storedLeft, min(end - next, areaEnd - out));
  memory.copy(out, next, count);
  setOut(out + count);
  setNext(next + count);
  storedLeft -= count;
  return goesOn;
}

/** RFC 1951, 3.2.6. */
function useFixedCodes(): void {
  if (isFixed) return;
  memory.fill(codeLengths, 8, 144);
  memory.fill(codeLengths + 144, 9, 112);
  memory.fill(codeLengths + 256, 7, 24);
  memory.fill(codeLengths + 280, 8, 8);
  memory.fill(codeLengths + literalSymbols, 5, distanceSymbols);
  literalCount = literalSymbols;
  distanceCount = distanceSymbols;
  makeTables();
  isFixed = true;
}

/** The most of either that a code may have, RFC 1951, 3.2.7. */
const mostLiterals: u32 = 286;
const mostDistances: u32 = 30;

function takeSymbolCounts(): i32 {
  if (!need(14)) return wantsInput;
  literalCount = take(5) + 257;
  distanceCount = take(5) + 1;
  lengthCodeCount = take(4) + 4;
  if (literalCount > mostLiterals || distanceCount > mostDistances) return tooManySymbols;
  memory.fill(lengthCodeLengths, 0, lengthCodeSymbols);
  given = 0;
  step = lengthCode;
  return goesOn;
}

/** RFC 1951, 3.2.7: the symbols whose lengths come first, five bits each, the first one lowest; then the others. */
const lengthOrder: u64 =
  16 | (17 << 5) | (18 << 10) | (0 << 15) | (8 << 20) | ((<u64>7) << 25) | ((<u64>9) << 30) | ((<u64>6) << 35) |
  ((<u64>10) << 40) | ((<u64>5) << 45) | ((<u64>11) << 50) | ((<u64>4) << 55);
const restOfLengthOrder: u64 =
  12 | (3 << 5) | (13 << 10) | (2 << 15) | (14 << 20) | ((<u64>1) << 25) | ((<u64>15) << 30);

function lengthSymbol(place: u32): u32 {
  const order = place < 12 ? lengthOrder >> (5 * place) : restOfLengthOrder >> (5 * (place - 12));
  return <u32>order & 31;
}

function takeLengthCode(): i32 {
  for (; given < lengthCodeCount; given++) {
    if (!need(3)) return wantsInput;
    store<u8>(lengthCodeLengths + lengthSymbol(given), <u8>take(3));
  }
  if (!makeTable(lengthCodeTable, lengthCodeMeanings, lengthCodeLengths, lengthCodeSymbols, lengthCodeBits, true)) {
    return badLengthCode;
  }
  given = 0;
  step = lengths;
  return goesOn;
}

/**
 * The entry of a table for the bits behind the next `skipped` ones, as soon as all that it uses up is there; zero
 * where the input ends before.
 */
function entryBehind(table: u32, indexBits: u32, skipped: u32): u32 {
  const mask: u32 = (1 << indexBits) - 1;
  while (true) {
    const ahead = <u32>(hold >> skipped);
    const there = bits - skipped;
    let entry = load<u32>(table + ((ahead & mask) << 2));
    if (isSecond(entry) && (entry & usedMask) <= there) {
      entry = load<u32>(table + (secondPlaceOf(entry, ahead << lead) << 2));
    }
    // Bits that are not there count as zeros; an entry that needs none of them is the right one all the same.
    if (!isSecond(entry) && (entry & usedMask) <= there) return entry;
    if (!need(bits + 8)) return 0;
  }
}

@inline
function isSecond(entry: u32): bool {
  return (entry & secondTable) !== 0;
}

function takeLengths(): i32 {
  const total = literalCount + distanceCount;
  while (given < total) {
    const entry = entryBehind(lengthCodeTable, lengthCodeBits, 0);
    if (entry === 0) return wantsInput;
    const symbol = entry >>> baseShift;
    const codeBits = entry & usedMask;
    if (symbol < 16) {
      drop(codeBits);
      store<u8>(codeLengths + given, <u8>symbol);
      given++;
      continue;
    }
    const extraBits: u32 = symbol === 16 ? 2 : symbol === 17 ? 3 : 7;
    if (!need(codeBits + extraBits)) return wantsInput;
    drop(codeBits);
    const repeats = take(extraBits) + (symbol === 18 ? 11 : 3);
    if (symbol === 16 && given === 0) return badRepeat;
    if (given + repeats > total) return badRepeat;
    memory.fill(codeLengths + given, symbol === 16 ? load<u8>(codeLengths + given - 1) : 0, repeats);
    given += repeats;
  }
  if (load<u8>(codeLengths + 256) === 0) return noEndOfBlock;
  return makeTables();
}

function makeTables(): i32 {
  isFixed = false;
  if (!makeTable(literalTable, literalMeanings, codeLengths, literalCount, literalBits, false)) {
    return badLiteralLengths;
  }
  const lengths = codeLengths + literalCount;
  if (!makeTable(distanceTable, distanceMeanings, lengths, distanceCount, distanceBits, false)) {
    return badDistanceLengths;
  }
  step = symbols;
  return goesOn;
}

function takeSymbols(): i32 {
  while (true) {
    if (out >= areaEnd) return wantsRoom;
    if (end - next >= fastInputBytes) {
      const status = decodeFast();
      if (status !== goesOn) return status;
      continue;
    }
    const status = takeSymbol();
    if (status !== goesOn) return status;
  }
}

/** One symbol: the end, a literal, or a length and its distance: nothing of it is used up before all of it is there. */
function takeSymbol(): i32 {
  const entry = entryBehind(literalTable, literalBits, 0);
  if (entry === 0) return wantsInput;
  const used = entry & usedMask;
  if ((entry & literal) !== 0) {
    store<u8>(out, entry >>> baseShift);
    setOut(out + 1);
    drop(used);
    return goesOn;
  }
  if ((entry & special) === 0) return takeMatch(valueOf(entry, <u32>(hold << lead)), used);
  drop(used);
  return (entry & endOfBlock) !== 0 ? blockEnds : badLiteralCode;
}

function takeMatch(length: u32, lengthBits: u32): i32 {
  const entry = entryBehind(distanceTable, distanceBits, lengthBits);
  if (entry === 0) return wantsInput;
  if ((entry & special) !== 0) return badDistanceCode;
  const distance = valueOf(entry, <u32>((hold >> lengthBits) << lead));
  if (distance > out - floor) return badDistance;
  drop(lengthBits + (entry & usedMask));
  copyMatch(out, distance, length);
  setOut(out + length);
  return goesOn;
}
