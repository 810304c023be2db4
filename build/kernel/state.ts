/**
 * Where decoding stands, between any two bytes of input: the bits that were taken and not used, what is read next, how
 * far the output has come.
 */
import { inputAt, outputAt, outputEnd, windowBytes } from './memory';

/** Bits that were taken from the input; the next one is the lowest. Above `bits` they are zero but in the fast loop. */
export let hold: u64 = 0;
export let bits: u32 = 0;
/** Addresses of the piece of input, of the next byte of it and of its end. */
export let piece: u32 = inputAt;
export let next: u32 = 0;
export let end: u32 = 0;
/** Addresses of the next byte of output, of the area that it is made in, and of the end of the room there. */
export let out: u32 = outputAt;
export let area: u32 = outputAt;
export let areaEnd: u32 = outputEnd;
/** Address of the first byte that a distance may reach: of this member, and no more than a window ago. */
export let floor: u32 = outputAt;
/** `base + out` is how much the member has made, modulo 2 ** 32. */
export let base: u32 = 0;

export function setBits(value: u64, count: u32): void {
  hold = value;
  bits = count;
}

export function setNext(at: u32): void {
  next = at;
}

export function setInput(from: u32, to: u32): void {
  piece = from;
  next = from;
  end = to;
}

export function setOut(at: u32): void {
  out = at;
}

/** A member begins: what was made before it is no longer there for it. */
export function startMember(): void {
  floor = out;
  base = 0 - out;
}

/**
 * A member goes on of which so many bytes were made before, and the last `windowBytes` of them lie before the output
 * area, which is empty.
 */
export function goOnWith(windowBytes: u32, memberBytes: u32): void {
  floor = out - windowBytes;
  base = memberBytes - out;
}

/** Which bit of the piece of input is next; less than none where bits of the one before it are left. */
export function nextBit(): i32 {
  return ((next - piece) << 3) - bits;
}

/** Goes on with an empty area at this address, with room for so many bytes: the window is moved before it. */
export function moveTo(at: u32, room: u32): void {
  areaEnd = at + room;
  if (out !== at) memory.copy(at - windowBytes, out - windowBytes, windowBytes);
  floor = at - min(out - floor, windowBytes);
  base += out - at;
  out = at;
  area = at;
}

/** Makes at least `count` bits be there, byte by byte; false where the input ends before. At most 56. */
export function need(count: u32): bool {
  while (bits < count) {
    if (next === end) return false;
    hold |= <u64>load<u8>(next) << bits;
    next += 1;
    bits += 8;
  }
  return true;
}

/** The next bits, which are there. At most 32. */
export function peek(count: u32): u32 {
  return <u32>(hold & (((<u64>1) << count) - 1));
}

export function drop(count: u32): void {
  hold >>= count;
  bits -= count;
}

export function take(count: u32): u32 {
  const value = peek(count);
  drop(count);
  return value;
}
