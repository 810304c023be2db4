/**
 * The numbers in a tar header: octal text, or base-256 where the first bit is set (GNU; sizes of 8 GiB and more, times
 * before 1970). Go's archive/tar decides what a field is worth; whether other readers find another value in it is asked
 * apart, since hardly any header needs the answer. Hostile input: any bytes; never throws, allocates nothing.
 */

const nul = 0;
const space = 0x20;

/** Whether the field is octal digits behind blanks, up to a blank, a NUL or its end: every reader reads one number. */
export function isPlainNumber(block: Buffer, start: number, end: number): boolean {
  let at = start;
  while (at < end && block[at] === space) at++;
  const first = at;
  while (at < end && isOctalDigit(block[at])) at++;
  if (at === first) return false;
  // Behind a NUL nobody looks; behind a blank Go allows nothing but padding.
  if (at === end || block[at] === nul) return true;
  return isPadding(block, at, end);
}

/** What Go reads, null where it reads no number. May be negative; beyond 2^53 it is only nearly right. */
export function parseTarNumber(block: Buffer, start: number, end: number): number | null {
  return ((block[start] ?? 0) & 0x80) !== 0 ? parseBase256(block, start, end) : parseOctal(block, start, end);
}

/** Octal only, as in a checksum. Blanks and NULs around the digits count for nothing, wherever they stand. */
export function parseOctal(block: Buffer, start: number, end: number): number | null {
  let at = start;
  let last = end;
  while (at < last && isBlank(block[at])) at++;
  while (last > at && isBlank(block[last - 1])) last--;
  let value = 0;
  for (; at < last && block[at] !== nul; at++) {
    const byte = block[at];
    if (!isOctalDigit(byte)) return null;
    value = value * 8 + (byte ?? 0) - 0x30;
  }
  return value;
}

/** Two's complement, most significant byte first; null where it does not fit into 64 bits. */
function parseBase256(block: Buffer, start: number, end: number): number | null {
  const inverted = ((block[start] ?? 0) & 0x40) !== 0 ? 0xff : 0;
  let value = 0;
  let digits = 0;
  for (let at = start; at < end; at++) {
    const byte = ((block[at] ?? 0) ^ inverted) & (at === start ? 0x7f : 0xff);
    if (digits > 0 || byte !== 0) digits++;
    if (digits > 8 || (digits === 1 && byte > 0x7f && end - at === 8)) return null;
    value = value * 256 + byte;
  }
  return inverted === 0 ? value : -value - 1;
}

/** What readers in C find in a field that Go reads: blanks, then digits up to the first other byte. */
export function readersInC(block: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && block[at] === space) at++;
  let value = 0;
  for (; at < end && isOctalDigit(block[at]); at++) value = value * 8 + (block[at] ?? 0) - 0x30;
  return value;
}

/**
 * Whether a field that is not plain, and that Go reads, has the same value to all: NULs from its first byte or behind
 * blanks, or a base-256 number as GNU tar writes it. Blanks alone are no number to GNU tar.
 */
export function isAgreedNumber(block: Buffer, start: number, end: number): boolean {
  const first = block[start];
  if (first === 0x80 || first === 0xff) return true;
  let at = start;
  while (at < end && block[at] === space) at++;
  while (at < end && block[at] === nul) at++;
  return at === end && block[end - 1] === nul;
}

/** Whether nothing but blanks and NULs is there. */
function isPadding(block: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isBlank(block[at])) return false;
  return true;
}

function isBlank(byte: number | undefined): boolean {
  return byte === space || byte === nul;
}

function isOctalDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x37;
}
