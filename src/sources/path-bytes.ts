/**
 * Paths as text that keeps every byte. A name on a disk is any bytes; one that is no UTF-8 would come back as another name
 * and never be found again. Each byte that is no part of a character becomes a lone surrogate (U+DC80 to U+DCFF), which no
 * UTF-8 decodes to, and goes back to that byte where the system is asked. Shown to people it is an escape
 * (report/safe-text.ts), and JSON keeps it.
 */
import { isUtf8 } from 'node:buffer';

const surrogateBase = 0xdc00;
const firstSurrogate = 0xdc80;
const lastSurrogate = 0xdcff;
const longestCharacter = 4;

/** The path as text. */
export function pathOfBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    text +=
      length === 0 ? String.fromCharCode(surrogateBase + (bytes[at] ?? 0)) : bytes.toString('utf8', at, at + length);
    at += Math.max(length, 1);
  }
  return text;
}

/** The bytes of a path: its UTF-8, where each of those surrogates is one byte. */
export function bytesOfPath(path: string): Buffer {
  if (path.isWellFormed()) return Buffer.from(path);
  return Buffer.concat(
    Array.from(path, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return firstSurrogate <= code && code <= lastSurrogate
        ? Buffer.from([code - surrogateBase])
        : Buffer.from(character);
    }),
  );
}

/** The path as Node's functions take it. */
export function systemPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : bytesOfPath(path);
}

/** How many bytes from there are one character; 0 where they are none. */
function characterLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= longestCharacter && at + length <= bytes.length; length++) {
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}
