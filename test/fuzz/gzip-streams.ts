/**
 * gzip streams that no compressor writes, and ones that were damaged: each from a number, the same each time. Crafted ones
 * are made of blocks with codes of any lengths, complete or not, and of symbols that stand for what is not there.
 */
import { constants, crc32, gzipSync } from 'node:zlib';
import { BitWriter } from './bit-writer.js';
import { type Chance, chanceOf } from './chance.js';

/** The stream of a number. */
export function gzipStream(seed: number): Buffer {
  const chance = chanceOf(seed);
  const members = Array.from({ length: chance.oneIn(4) ? 1 + chance.below(4) : 1 }, () =>
    chance.oneIn(2) ? crafted(chance) : compressed(chance),
  );
  const tail = chance.oneIn(6)
    ? chance.pick([Buffer.alloc(1), Buffer.alloc(9), chance.bytes(5), Buffer.from([31])])
    : null;
  const whole = Buffer.concat(tail === null ? members : [...members, tail]);
  return chance.oneIn(2) ? damaged(whole, chance) : whole;
}

/** What zlib makes of some content. */
function compressed(chance: Chance): Buffer {
  const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE } = constants;
  const options = {
    level: chance.pick([0, 1, 6, 9]),
    strategy: chance.pick([Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE]),
    memLevel: chance.pick([1, 8, 9]),
  };
  return gzipSync(contentOf(chance), options);
}

function contentOf(chance: Chance): Buffer {
  const parts = Array.from({ length: 1 + chance.below(6) }, () => {
    const part = chance.bytes(1 + chance.below(chance.oneIn(8) ? 4000 : 40));
    return chance.oneIn(2) ? Buffer.alloc(1 + chance.below(chance.oneIn(50) ? 70_000 : 700), part) : part;
  });
  return Buffer.concat(parts);
}

/** Some bytes of it changed, lost, doubled or put elsewhere. */
function damaged(whole: Buffer, chance: Chance): Buffer {
  const bytes = Buffer.from(whole);
  const at = chance.below(bytes.length);
  switch (chance.below(5)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), chance.bytes(chance.below(12)), bytes.subarray(at)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + chance.below(40)))]);
    default:
      for (let changes = 1 + chance.below(3); changes > 0; changes--) {
        const place = chance.oneIn(2) ? chance.below(Math.min(bytes.length, 60)) : chance.below(bytes.length);
        bytes[place] = (bytes[place] ?? 0) ^ (1 << chance.below(8));
      }
      return bytes;
  }
}

/** A member of blocks that were made up. What it becomes is known where it is no more than stored bytes and literals. */
function crafted(chance: Chance): Buffer {
  const bits = new BitWriter();
  const literals: number[] = [];
  const count = chance.below(5);
  for (let left = count; left >= 0; left--) {
    bits.write(left === 0 ? 1 : 0, 1);
    const type = chance.oneIn(60) ? 3 : chance.below(3);
    bits.write(type, 2);
    if (type === 0) storedBlock(bits, chance, literals);
    if (type === 1) symbols(bits, chance, fixedLiterals, fixedDistances, literals);
    if (type === 2) dynamicBlock(bits, chance, literals);
  }
  const deflated = bits.bytes();
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(Buffer.from(literals)), 0);
  trailer.writeUInt32LE(literals.length, 4);
  return Buffer.concat([header(chance), deflated, chance.oneIn(20) ? chance.bytes(8) : trailer]);
}

/** RFC 1952, 2.3, with any of its fields. */
function header(chance: Chance): Buffer {
  if (chance.oneIn(2)) return Buffer.from([31, 139, 8, 0, 0, 0, 0, 0, 0, 3]);
  const flags = chance.oneIn(8) ? chance.below(256) : chance.below(32);
  const parts = [Buffer.from([31, chance.oneIn(40) ? 138 : 139, chance.oneIn(40) ? 7 : 8, flags]), chance.bytes(6)];
  if ((flags & 4) !== 0) {
    const extra = chance.bytes(chance.below(30));
    parts.push(Buffer.from([extra.length, 0]), extra);
  }
  for (const flag of [8, 16]) if ((flags & flag) !== 0) parts.push(Buffer.from(`name ${chance.below(99)}\0`));
  const sum = Buffer.alloc(2);
  sum.writeUInt16LE(crc32(Buffer.concat(parts)) & 0xffff);
  if ((flags & 2) !== 0) parts.push(chance.oneIn(6) ? chance.bytes(2) : sum);
  return Buffer.concat(parts);
}

function storedBlock(bits: BitWriter, chance: Chance, made: number[]): void {
  const bytes = chance.bytes(chance.oneIn(3) ? 0 : chance.below(60));
  bits.align();
  bits.write(bytes.length, 16);
  bits.write(chance.oneIn(30) ? chance.below(65_536) : bytes.length ^ 0xffff, 16);
  for (const byte of bytes) {
    bits.write(byte, 8);
    made.push(byte);
  }
}

const fixedLiterals = [
  ...Array<number>(144).fill(8),
  ...Array<number>(112).fill(9),
  ...Array<number>(24).fill(7),
  ...Array<number>(8).fill(8),
];
const fixedDistances = Array<number>(32).fill(5);

/** RFC 1951, 3.2.7. */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function dynamicBlock(bits: BitWriter, chance: Chance, made: number[]): void {
  const literals = lengthsOf(chance, 257 + chance.below(chance.oneIn(20) ? 32 : 30), chance.oneIn(30) ? 'any' : 'some');
  if (!chance.oneIn(30)) literals[256] ||= literals.find((length) => length > 0) ?? 1;
  if (!chance.oneIn(20)) complete(literals, 256);
  const distances = chance.oneIn(5)
    ? chance.pick([[0], [1], [1, 1], [0, 1], [0, 0, 1], [2], [1, 1, 1]])
    : lengthsOf(chance, 1 + chance.below(30), 'some');
  if (!chance.oneIn(8)) complete(distances, 0);
  const lengths = [...literals, ...distances];
  // Codes of four and five bits for the symbols of lengths: 13 of 16, and 6 of 32.
  const codeLengths = Array.from({ length: 19 }, (_, symbol): number => (symbol < 13 ? 4 : 5));
  if (chance.oneIn(25)) codeLengths[chance.below(19)] = chance.below(8);
  if (chance.oneIn(100)) codeLengths.fill(0);
  bits.write(literals.length - 257, 5);
  bits.write(distances.length - 1, 5);
  bits.write(15, 4);
  for (const symbol of lengthOrder) bits.write(codeLengths[symbol] ?? 0, 3);
  const codes = codesOf(codeLengths);
  for (let at = 0; at < lengths.length; ) {
    let run = 1;
    while (lengths[at + run] === lengths[at]) run++;
    at += writeLengths(bits, codes, lengths[at] ?? 0, run, at, chance);
  }
  symbols(bits, chance, literals, distances, made);
}

/** Writes one length or a run of it; how many of the lengths that were. */
function writeLengths(
  bits: BitWriter,
  codes: readonly Code[],
  length: number,
  run: number,
  before: number,
  chance: Chance,
): number {
  const repeat = (symbol: number, extraBits: number, base: number, left = run): number => {
    const times = Math.min(left, base + 2 ** extraBits - 1);
    bits.code(codes[symbol]);
    bits.write(chance.oneIn(200) ? 2 ** extraBits - 1 : times - base, extraBits);
    return times;
  };
  if (length === 0 && run >= 11) return repeat(18, 7, 11);
  if (length === 0 && run >= 3) return repeat(17, 3, 3);
  if (before > 0 && run >= 4) {
    bits.code(codes[length]);
    return 1 + repeat(16, 2, 3, run - 1);
  }
  bits.code(codes[chance.oneIn(400) ? 16 : length]);
  return 1;
}

function lengthsOf(chance: Chance, count: number, kind: 'any' | 'some'): number[] {
  const longest = 1 + chance.below(15);
  const share = 1 + chance.below(20);
  return Array.from({ length: count }, () =>
    kind === 'any' || chance.oneIn(share) ? (kind === 'any' ? chance.below(16) : 1 + chance.below(longest)) : 0,
  );
}

/** What a code of a length takes of all codes, of which there are `unit`. */
const unit = 2 ** 15;
const shareOf = (length: number): number => (length === 0 ? 0 : unit >> length);

/** Makes the lengths those of a complete code, or as near as single steps come; one symbol keeps a code in any case. */
function complete(lengths: number[], kept: number): void {
  let sum = lengths.reduce((before, length) => before + shareOf(length), 0);
  for (let at = lengths.length - 1; sum > unit && at >= 0; at--) {
    if (at === kept) continue;
    sum -= shareOf(lengths[at] ?? 0);
    lengths[at] = 0;
  }
  for (let at = 0; at < lengths.length; at++) {
    for (let next = shorter(lengths[at] ?? 0); next !== null; next = shorter(next)) {
      const gain = shareOf(next) - shareOf(lengths[at] ?? 0);
      if (sum + gain > unit) break;
      lengths[at] = next;
      sum += gain;
    }
  }
}

/** The next length that takes more; null where there is none. */
const shorter = (length: number): number | null => (length === 0 ? 15 : length > 1 ? length - 1 : null);

interface Code {
  readonly bits: number;
  readonly length: number;
}

/** RFC 1951, 3.2.2, the first bit lowest. */
function codesOf(lengths: readonly number[]): Code[] {
  const codes: Code[] = lengths.map(() => ({ bits: 0, length: 0 }));
  let code = 0;
  for (let length = 1; length <= 15; length++) {
    lengths.forEach((own, symbol) => {
      if (own === length) codes[symbol] = { bits: reversed(code++, length), length };
    });
    code <<= 1;
  }
  return codes;
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result |= ((code >>> bit) & 1) << (length - 1 - bit);
  return result;
}

const lengthExtra = (symbol: number): number => (symbol < 265 || symbol === 285 ? 0 : (symbol - 261) >>> 2);
const distanceExtra = (symbol: number): number => (symbol < 4 ? 0 : (symbol - 2) >>> 1);
const distanceBase = (symbol: number): number =>
  symbol < 4 ? symbol + 1 : 1 + (2 + (symbol & 1)) * 2 ** ((symbol - 2) >>> 1);
const lengthBase = (symbol: number): number =>
  symbol === 285 ? 258 : symbol < 265 ? symbol - 254 : 3 + (4 + ((symbol - 261) & 3)) * 2 ** ((symbol - 261) >>> 2);

/** Symbols by those codes, and most often an end. Keeps what they become, as long as they stand for something. */
function symbols(
  bits: BitWriter,
  chance: Chance,
  literals: readonly number[],
  distances: readonly number[],
  made: number[],
): void {
  const literalCodes = codesOf(literals);
  const writeMatch = matchWriter(bits, chance, distances, made);
  const some = literals.flatMap((length, symbol) => (length > 0 && symbol !== 256 ? symbol : []));
  for (let left = some.length === 0 ? 0 : chance.below(chance.oneIn(10) ? 600 : 40); left > 0; left--) {
    const symbol = chance.pick(some);
    if (symbol > 256) {
      writeMatch(symbol, literalCodes[symbol]);
    } else {
      bits.code(literalCodes[symbol]);
      made.push(symbol);
    }
  }
  if (!chance.oneIn(60)) bits.code(literalCodes[256]);
}

/** Writes a length and a distance that there is, or seldom one that leads nowhere. */
function matchWriter(bits: BitWriter, chance: Chance, distances: readonly number[], made: number[]) {
  const codes = codesOf(distances);
  const far = distances.flatMap((length, symbol) => (length > 0 ? symbol : []));
  return (symbol: number, code: Code | undefined): void => {
    const reachable = far.filter((own) => own < 30 && distanceBase(own) <= made.length);
    const wild = chance.oneIn(150);
    if (!wild && (symbol > 285 || reachable.length === 0)) return;
    const distance = chance.pick(wild ? [...far, 0] : reachable);
    const extra = lengthExtra(Math.min(symbol, 285));
    const lengthBits = chance.below(2 ** extra);
    bits.code(code);
    bits.write(lengthBits, extra);
    bits.code(codes[distance]);
    const room = wild ? 2 ** distanceExtra(distance) : made.length - distanceBase(distance) + 1;
    const distanceBits = chance.below(Math.min(2 ** distanceExtra(distance), Math.max(1, room)));
    bits.write(distanceBits, distanceExtra(distance));
    const from = made.length - distanceBase(distance) - distanceBits;
    for (let n = lengthBase(symbol) + lengthBits, at = from; n > 0 && at >= 0; n--, at++) made.push(made[at] ?? 0);
  };
}
