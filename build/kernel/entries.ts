/**
 * Entries of the tables of codes, 32 bits each. The lowest six bits are how many bits of input one uses up in all.
 *
 * Bits 8-12 are the length of the code without extra bits, and two; or the index bits of a second table. Bit 7 says
 * that it is a literal, bits 13-15 what is special about it. From bit 16 on there is the literal, the base of a length
 * or of a distance, or the place of the second table.
 */
import {
  distanceMeanings,
  distanceSymbols,
  entryBytes,
  lengthCodeMeanings,
  lengthCodeSymbols,
  literalMeanings,
} from './memory';

export const usedMask: u32 = 63;
export const literal: u32 = 1 << 7;
/**
 * The code ends the block, goes on in a second table (whose index bits stand where the code's length does), is
 * nothing.
 */
export const endOfBlock: u32 = 1 << 13;
export const secondTable: u32 = 1 << 14;
export const invalid: u32 = 1 << 15;
export const special: u32 = endOfBlock | secondTable | invalid;
export const baseShift: u32 = 16;

/** A value is looked for in bits that begin with so many others: the inner loop has those there. */
export const lead: u32 = 2;

/** The entry of a symbol with such a meaning and a code of that length. */
@inline
export function entryOf(meaning: u32, codeBits: u32): u32 {
  return meaning + codeBits + ((codeBits + lead) << 8);
}

/** Base and extra bits of what an entry means; `bits` are `lead` others, those that it uses up, and any above them. */
@inline
export function valueOf(entry: u32, bits: u32): u32 {
  return ((bits & ~(-(1 << lead) << entry)) >>> (entry >>> 8)) + (entry >>> baseShift);
}

/** An entry that leads to a second table with so many index bits, which begins at such a place. */
@inline
export function secondEntryOf(firstBits: u32, secondBits: u32, place: u32): u32 {
  return secondTable | firstBits | (secondBits << 8) | (place << baseShift);
}

/** The place of the entry that a second table has for what follows behind the bits of the first; as `valueOf`. */
@inline
export function secondPlaceOf(entry: u32, bits: u32): u32 {
  return (entry >>> baseShift) + (((bits >>> lead) >>> (entry & usedMask)) & ~(-1 << (entry >>> 8)));
}

function setMeaning(table: u32, symbol: u32, meaning: u32): void {
  store<u32>(table + symbol * entryBytes, meaning);
}

/** RFC 1951, 3.2.5: what symbols mean, written once. */
export function writeMeanings(): void {
  for (let symbol: u32 = 0; symbol < 256; symbol++) {
    setMeaning(literalMeanings, symbol, (symbol << baseShift) | literal);
  }
  setMeaning(literalMeanings, 256, endOfBlock);
  let base: u32 = 3;
  for (let symbol: u32 = 257; symbol < 285; symbol++) {
    const extra: u32 = symbol < 265 ? 0 : (symbol - 261) >>> 2;
    setMeaning(literalMeanings, symbol, (base << baseShift) | extra);
    base += 1 << extra;
  }
  setMeaning(literalMeanings, 285, 258 << baseShift);
  setMeaning(literalMeanings, 286, invalid);
  setMeaning(literalMeanings, 287, invalid);
  base = 1;
  for (let symbol: u32 = 0; symbol < 30; symbol++) {
    const extra: u32 = symbol < 4 ? 0 : (symbol - 2) >>> 1;
    setMeaning(distanceMeanings, symbol, (base << baseShift) | extra);
    base += 1 << extra;
  }
  for (let symbol: u32 = 30; symbol < distanceSymbols; symbol++) setMeaning(distanceMeanings, symbol, invalid);
  for (let symbol: u32 = 0; symbol < lengthCodeSymbols; symbol++) {
    setMeaning(lengthCodeMeanings, symbol, symbol << baseShift);
  }
}
