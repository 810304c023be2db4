/**
 * Members of a gzip file (RFC 1952, 2.3): the header field by field, blocks, and the trailer. The kernel counts the
 * size; the checksum is the caller's to compare, who has a faster way to compute it.
 */
import { decodeBlocks, startBlocks } from './blocks';
import { base, bits, drop, end, need, next, out, startMember, take } from './state';
import {
  badFlags,
  badHeader,
  badHeaderCheck,
  badLength,
  badMethod,
  blockEnds,
  goesOn,
  seesPadding,
  wantsCheck,
  wantsInput,
} from './status';

/** What comes next of a member. */
const magic: i32 = 0;
const method: i32 = 1;
const time: i32 = 2;
const system: i32 = 3;
const extraBytes: i32 = 4;
const extra: i32 = 5;
const name: i32 = 6;
const comment: i32 = 7;
const headerCheck: i32 = 8;
const blocks: i32 = 9;
const check: i32 = 10;
const size: i32 = 11;
const behind: i32 = 12;

const magicBytes: u32 = 0x8b1f;
const deflate: u32 = 8;
const hasHeaderCheck: u32 = 2;
const hasExtra: u32 = 4;
const hasName: u32 = 8;
const hasComment: u32 = 16;
const knownFlags: u32 = 31;

let step: i32 = magic;
let flags: u32 = 0;
let extraLeft: u32 = 0;
/** The checksum of the header so far. */
let headerSum: u32 = 0;
/** The checksum that the trailer gives. */
export let givenCheck: u32 = 0;

/** The size that the trailer gives of a member whose start was not seen, and whether the one at hand is such a member. */
export let givenSize: u32 = 0;
let isStartUnknown: bool = false;

/** The first block of what is decoded is next, in the middle of a member. `unknown`: its size so far. */
export function startInside(unknown: bool): void {
  isStartUnknown = unknown;
  startBlocks();
  step = blocks;
}

/** The next byte is the first of a file. */
export function startFile(): void {
  isStartUnknown = false;
  step = magic;
  drop(bits);
}

/** Whether the input may end here. */
export function isBehindMember(): bool {
  return step === behind;
}

/** Whether one byte of what should be a header was taken. */
export function hasHalfMagic(): bool {
  return step === magic && bits === 8;
}

export function decodeMembers(): i32 {
  while (true) {
    const status = takeStep();
    if (status !== goesOn) return status;
  }
}

function takeStep(): i32 {
  if (step === blocks) return takeBlocks();
  if (step < blocks) return takeHeader();
  switch (step) {
    case check:
      return takeCheck();
    case size:
      return takeSize();
    default:
      return lookBehind();
  }
}

function takeHeader(): i32 {
  switch (step) {
    case magic:
      return takeMagic();
    case method:
      return takeMethod();
    case time:
      return skipField(4, system);
    case system:
      return skipField(2, extraBytes);
    case extraBytes:
      return takeExtraBytes();
    case extra:
      return skipExtra();
    case name:
      return skipText(hasName, comment);
    case comment:
      return skipText(hasComment, headerCheck);
    default:
      return takeHeaderCheck();
  }
}

function takeMagic(): i32 {
  if (!need(16)) return wantsInput;
  headerSum = 0;
  const found = takeSummed(2);
  step = method;
  return found === magicBytes ? goesOn : badHeader;
}

function takeMethod(): i32 {
  if (!need(16)) return wantsInput;
  const found = takeSummed(2);
  flags = found >>> 8;
  step = time;
  if ((found & 255) !== deflate) return badMethod;
  return (flags & ~knownFlags) === 0 ? goesOn : badFlags;
}

function skipField(bytes: u32, following: i32): i32 {
  if (!need(bytes << 3)) return wantsInput;
  takeSummed(bytes);
  step = following;
  return goesOn;
}

function takeExtraBytes(): i32 {
  if ((flags & hasExtra) !== 0) {
    if (!need(16)) return wantsInput;
    extraLeft = takeSummed(2);
  } else {
    extraLeft = 0;
  }
  step = extra;
  return goesOn;
}

function skipExtra(): i32 {
  for (; extraLeft > 0; extraLeft--) {
    if (!need(8)) return wantsInput;
    takeSummed(1);
  }
  step = name;
  return goesOn;
}

function skipText(flag: u32, following: i32): i32 {
  if ((flags & flag) !== 0) {
    let byte: u32;
    do {
      if (!need(8)) return wantsInput;
      byte = takeSummed(1);
    } while (byte !== 0);
  }
  step = following;
  return goesOn;
}

function takeHeaderCheck(): i32 {
  if ((flags & hasHeaderCheck) !== 0) {
    if (!need(16)) return wantsInput;
    if (take(16) !== (headerSum & 0xffff)) return badHeaderCheck;
  }
  startMember();
  startBlocks();
  step = blocks;
  return goesOn;
}

function takeBlocks(): i32 {
  const status = decodeBlocks();
  if (status !== blockEnds) return status;
  drop(bits & 7);
  step = check;
  return goesOn;
}

function takeCheck(): i32 {
  if (!need(32)) return wantsInput;
  givenCheck = take(32);
  step = size;
  return wantsCheck;
}

function takeSize(): i32 {
  if (!need(32)) return wantsInput;
  step = behind;
  const size = take(32);
  if (!isStartUnknown) return size === base + out ? goesOn : badLength;
  isStartUnknown = false;
  givenSize = size;
  return goesOn;
}

/** Another member, or padding. */
function lookBehind(): i32 {
  if (next === end) return wantsInput;
  if (load<u8>(next) === 0) return seesPadding;
  step = magic;
  return goesOn;
}

/** Takes whole bytes, which are there, and adds them to the checksum of the header where that is wanted. */
function takeSummed(bytes: u32): u32 {
  const value = take(bytes << 3);
  for (let i: u32 = 0; i < bytes; i++) headerSum = crcAfter(headerSum, (value >>> (i << 3)) & 255);
  return value;
}

/** The CRC-32 of RFC 1952, section 8, bit by bit: of headers alone. */
function crcAfter(sum: u32, byte: u32): u32 {
  let rest = ~sum ^ byte;
  for (let i = 0; i < 8; i++) rest = (rest >>> 1) ^ ((rest & 1) !== 0 ? 0xedb88320 : 0);
  return ~rest;
}
