/**
 * The sequences of a zstd block without their literals (RFC 8878, 3.1.1.3.2 and 4.1): how long each copy is and how far
 * back it reaches. Read only to tell why a decoder refused a frame, so nothing here is fast. Hostile input: any bytes; a
 * block has fewer than 98,048 sequences, and each costs the same. What breaks the format ends the reading.
 */

/** One copy: so many literals first, then so many bytes from so far back. */
export interface Sequence {
  readonly literals: number;
  /** As it is written: 1 to 3 stand for an offset from before, others are three more than the offset. */
  readonly offsetCode: number;
  readonly length: number;
}

/** The next symbol of each state, and how the state after it is found. */
interface SymbolTable {
  readonly accuracyLog: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** Tables of the block before, in the order in which they stand; null where none was given yet. */
export type Tables = [SymbolTable | null, SymbolTable | null, SymbolTable | null];

/** `before`: the block takes tables that no block of the frame has given. `broken`: it is no block, whatever came before. */
export type SequencesRead = readonly Sequence[] | 'before' | 'broken';

class Broken extends Error {}

const repeat = (value: number, times: number): number[] => Array.from({ length: times }, () => value);

interface Kind {
  readonly maxAccuracyLog: number;
  readonly standard: SymbolTable;
  /** What each symbol starts at, and how many bits are added; empty for offsets, where both follow from the symbol. */
  readonly bases: readonly number[];
  readonly extraBits: readonly number[];
  readonly symbols: number;
}

const literalBits = [...repeat(0, 16), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const lengthBits = [...repeat(0, 32), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const literalShares = [4, 3, ...repeat(2, 11), 1, 1, 1, ...repeat(2, 9), 3, 2, ...repeat(1, 5), ...repeat(-1, 4)];
const lengthShares = [1, 4, 3, ...repeat(2, 6), ...repeat(1, 37), ...repeat(-1, 7)];
const offsetShares = [...repeat(1, 6), 2, 2, 2, ...repeat(1, 15), ...repeat(-1, 5)];

/** Literals, offsets, lengths: the order of their tables. */
const kinds: readonly [Kind, Kind, Kind] = [
  { maxAccuracyLog: 9, standard: tableOf(literalShares, 6), ...codes(literalBits, 0), symbols: 36 },
  { maxAccuracyLog: 8, standard: tableOf(offsetShares, 5), bases: [], extraBits: [], symbols: 32 },
  { maxAccuracyLog: 9, standard: tableOf(lengthShares, 6), ...codes(lengthBits, 3), symbols: 53 },
];

/** Each code begins where the one before it ends. */
function codes(extraBits: readonly number[], first: number): Pick<Kind, 'bases' | 'extraBits'> {
  const bases: number[] = [];
  let next = first;
  for (const bits of extraBits) {
    bases.push(next);
    next += 2 ** bits;
  }
  return { bases, extraBits };
}

/** Reads what follows the literals of a block; the tables that it gives are put into `tables`. */
export function readSequences(section: Uint8Array, tables: Tables): SequencesRead {
  try {
    return read(section, tables);
  } catch (error) {
    if (error instanceof Broken) return 'broken';
    throw error;
  }
}

function read(section: Uint8Array, tables: Tables): SequencesRead {
  const [count, countBytes] = sequenceCount(section);
  if (count === 0) return [];
  const modes = byteAt(section, countBytes);
  let at = countBytes + 1;
  for (const [place, kind] of kinds.entries()) {
    const mode = (modes >> (6 - 2 * place)) & 3;
    if (mode === 3) {
      if (tables[place as 0 | 1 | 2] === null) return 'before';
      continue;
    }
    const [table, bytes] = readTable(mode, section.subarray(at), kind);
    tables[place as 0 | 1 | 2] = table;
    at += bytes;
  }
  return decodeSequences(section.subarray(at), count, tables as [SymbolTable, SymbolTable, SymbolTable]);
}

function sequenceCount(section: Uint8Array): [count: number, bytes: number] {
  const first = byteAt(section, 0);
  if (first < 128) return [first, 1];
  if (first < 255) return [((first - 128) << 8) + byteAt(section, 1), 2];
  return [byteAt(section, 1) + (byteAt(section, 2) << 8) + 0x7f00, 3];
}

function readTable(mode: number, bytes: Uint8Array, kind: Kind): [table: SymbolTable, bytes: number] {
  if (mode === 0) return [kind.standard, 0];
  if (mode === 1) {
    const only = Uint8Array.of(byteAt(bytes, 0));
    return [{ accuracyLog: 0, symbols: only, bits: Uint8Array.of(0), bases: Uint16Array.of(0) }, 1];
  }
  const bits = new ForwardBits(bytes);
  const accuracyLog = bits.take(4) + 5;
  if (accuracyLog > kind.maxAccuracyLog) throw new Broken();
  const shares = readShares(bits, accuracyLog, kind.symbols);
  return [tableOf(shares, accuracyLog), bits.bytes];
}

/** How many states each symbol has: numbers in as many bits as what is left can need. */
function readShares(bits: ForwardBits, accuracyLog: number, mostSymbols: number): number[] {
  const shares: number[] = [];
  let left = 1 << accuracyLog;
  while (left > 0) {
    if (shares.length >= mostSymbols) throw new Broken();
    // Values from 0 to left + 1; the lowest of them are written with a bit less.
    const width = 32 - Math.clz32(left + 1);
    const short = (1 << width) - 2 - left;
    let value = bits.take(width - 1);
    if (value >= short && bits.take(1) === 1) value += (1 << (width - 1)) - short;
    const share = value - 1;
    shares.push(share);
    left -= Math.abs(share);
    if (share === 0) readZeros(bits, shares, mostSymbols);
  }
  if (left < 0) throw new Broken();
  return shares;
}

function readZeros(bits: ForwardBits, shares: number[], mostSymbols: number): void {
  for (let more = 3; more === 3; ) {
    more = bits.take(2);
    for (let i = 0; i < more; i++) shares.push(0);
    if (shares.length > mostSymbols) throw new Broken();
  }
}

function tableOf(shares: readonly number[], accuracyLog: number): SymbolTable {
  const size = 1 << accuracyLog;
  const symbols = new Uint8Array(size);
  let high = size;
  for (const [symbol, share] of shares.entries()) if (share === -1) symbols[--high] = symbol;
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (const [symbol, share] of shares.entries()) {
    for (let i = 0; i < share; i++) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= high);
    }
  }
  const next = shares.map((share) => Math.abs(share));
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (const [state, symbol] of symbols.entries()) {
    const number = next[symbol] ?? 1;
    next[symbol] = number + 1;
    bits[state] = accuracyLog - (31 - Math.clz32(number));
    bases[state] = (number << (bits[state] ?? 0)) - size;
  }
  return { accuracyLog, symbols, bits, bases };
}

function decodeSequences(
  stream: Uint8Array,
  count: number,
  tables: readonly [SymbolTable, SymbolTable, SymbolTable],
): SequencesRead {
  const bits = new BackwardBits(stream);
  const states = tables.map((table) => bits.take(table.accuracyLog));
  const symbolOf = (place: 0 | 1 | 2): number => tables[place].symbols[states[place] ?? 0] ?? 0;
  const [literalKind, , lengthKind] = kinds;
  const sequences: Sequence[] = [];
  while (sequences.length < count) {
    const [literalSymbol, offsetSymbol, lengthSymbol] = [symbolOf(0), symbolOf(1), symbolOf(2)];
    if (offsetSymbol > 31) throw new Broken();
    const offsetCode = 2 ** offsetSymbol + bits.take(offsetSymbol);
    const length = takeValue(lengthKind, lengthSymbol, bits);
    sequences.push({ literals: takeValue(literalKind, literalSymbol, bits), offsetCode, length });
    if (sequences.length === count) break;
    for (const place of [0, 2, 1] as const) {
      const table = tables[place];
      const state = states[place] ?? 0;
      states[place] = (table.bases[state] ?? 0) + bits.take(table.bits[state] ?? 0);
    }
  }
  if (!bits.isEmpty) throw new Broken();
  return sequences;
}

function takeValue({ bases, extraBits }: Kind, symbol: number, bits: BackwardBits): number {
  const base = bases[symbol];
  if (base === undefined) throw new Broken();
  return base + bits.take(extraBits[symbol] ?? 0);
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new Broken();
  return byte;
}

/** Bits from the lowest of the first byte on. */
class ForwardBits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bytes of which some bit was taken. */
  get bytes(): number {
    return Math.ceil(this.#at / 8);
  }

  take(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) {
      value += ((byteAt(this.#bytes, this.#at >> 3) >> (this.#at & 7)) & 1) << i;
    }
    return value;
  }
}

/** Bits from the highest of the last byte down, behind the one that marks the end. */
class BackwardBits {
  readonly #bytes: Uint8Array;
  #left: number;

  constructor(bytes: Uint8Array) {
    const last = byteAt(bytes, bytes.length - 1);
    if (last === 0) throw new Broken();
    this.#bytes = bytes;
    this.#left = 8 * bytes.length - Math.clz32(last) + 23;
  }

  get isEmpty(): boolean {
    return this.#left === 0;
  }

  take(count: number): number {
    if (count > this.#left) throw new Broken();
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.#left--;
      value = 2 * value + (((this.#bytes[this.#left >> 3] ?? 0) >> (this.#left & 7)) & 1);
    }
    return value;
  }
}
