/**
 * The only source of chance in test data: a small generator (mulberry32) that gives the same sequence for the same seed on
 * every machine and every Node version. Nothing here reads a clock, and Math.random is not used anywhere in the builder.
 */
const WORDS = (
  'anchor basin cargo delta ebb ferry gauge harbour inlet jetty keel ledger mooring north orders pier quay river ' +
  'shelf tide upstream varve wharf yard silt gravel loam clay marl peat strand ripple current depth sound'
).split(' ');

/** A reproducible stream of numbers, bytes and words. */
export interface SeededRandom {
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** One of the items; throws RangeError on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** `sizeBytes` bytes that no compressor can shrink. */
  bytes(sizeBytes: number): Buffer;
  /** Exactly `sizeBytes` bytes of lower-case ASCII words in short lines: compresses to about a third. */
  text(sizeBytes: number): string;
  /** `digits` lower-case hexadecimal digits. */
  hex(digits: number): string;
}

/** A generator for `seed` (taken modulo 2^32). */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const nextUint32 = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const integer = (min: number, max: number): number => min + (nextUint32() % (max - min + 1));
  const pick = <T>(items: readonly T[]): T => {
    if (items.length === 0) throw new RangeError('nothing to pick from');
    return items[integer(0, items.length - 1)] as T;
  };
  const bytes = (sizeBytes: number): Buffer => {
    const buffer = Buffer.alloc(Math.ceil(sizeBytes / 4) * 4);
    for (let offset = 0; offset < sizeBytes; offset += 4) buffer.writeUInt32LE(nextUint32(), offset);
    return buffer.subarray(0, sizeBytes);
  };
  const text = (sizeBytes: number): string => {
    const parts: string[] = [];
    let length = 0;
    for (let count = 1; length < sizeBytes; count++) {
      const part = pick(WORDS) + (count % 9 === 0 ? '\n' : ' ');
      parts.push(part);
      length += part.length;
    }
    return parts.join('').slice(0, sizeBytes);
  };
  const hex = (digits: number): string =>
    bytes(Math.ceil(digits / 2))
      .toString('hex')
      .slice(0, digits);
  return { integer, pick, bytes, text, hex };
}
