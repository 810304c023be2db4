/**
 * Go's strings are bytes, and a template can cut one in the middle of a character. Here a text is a JavaScript string in
 * which a byte that is not part of a whole character stands as the lone surrogate U+DC00 + byte, so that the bytes can
 * come together again. All that counts bytes or compares by them goes through this module. Data and templates may hold
 * lone surrogates of their own; they come out as U+FFFD, as everything that is not a character does.
 */

// With the flag u these match lone surrogates only, never a half of a pair.
const strayByte = /[\u{dc80}-\u{dcff}]/u;
const loneSurrogate = /\p{Cs}/u;
const loneSurrogates = /\p{Cs}/gu;
const beyondAscii = /\P{ASCII}/u;

/** Characters that are put together at a time. */
const chunk = 4096;

/** The bytes of a text in UTF-8. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(byteLength(text));
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.codePointAt(at) ?? 0;
    if (code > 0xffff) at += 1;
    length = writeCharacter(bytes, length, code);
  }
  return bytes;
}

/** Writes one character and gives the place behind it. */
function writeCharacter(bytes: Uint8Array, at: number, code: number): number {
  if (code < 0x80) {
    bytes[at] = code;
    return at + 1;
  }
  if (code >= 0xd800 && code <= 0xdfff) {
    if (code < 0xdc80 || code > 0xdcff) return writeCharacter(bytes, at, 0xfffd);
    bytes[at] = code - 0xdc00;
    return at + 1;
  }
  const width = code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  for (let next = width - 1, rest = code; next > 0; next -= 1, rest >>= 6) bytes[at + next] = 0x80 | (rest & 63);
  bytes[at] = ((0xf00 >> width) & 0xff) | (code >> (6 * (width - 1)));
  return at + width;
}

/** The text of these bytes; what is not UTF-8 becomes one lone surrogate a byte. */
export function decodeUtf8(bytes: Uint8Array): string {
  const codes: number[] = [];
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const width = characterWidth(bytes, at);
    codes.push(width === 0 ? 0xdc00 + (bytes[at] ?? 0) : codeAt(bytes, at, width));
    at += width || 1;
    if (codes.length === chunk || at >= bytes.length) {
      text += String.fromCodePoint(...codes);
      codes.length = 0;
    }
  }
  return text;
}

function codeAt(bytes: Uint8Array, at: number, width: number): number {
  const first = bytes[at] ?? 0;
  let code = width === 1 ? first : first & (0x7f >> width);
  for (let next = 1; next < width; next += 1) code = (code << 6) | ((bytes[at + next] ?? 0) & 63);
  return code;
}

/** Bytes of the whole character that starts here; 0 where none does (RFC 3629: no overlong forms, no surrogates). */
function characterWidth(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const width = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let next = 2; next < width; next += 1) {
    if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return width;
}

/** Length in UTF-8 bytes, without encoding it. */
export function byteLength(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (unit < 0xd800 || unit > 0xdfff) length += 2;
    else if (unit < 0xdc00 && isLowSurrogate(text.charCodeAt(at + 1))) {
      length += 2;
      at += 1;
    } else if (unit < 0xdc80 || unit > 0xdcff) length += 2;
  }
  return length;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** The bytes from `start` up to `end`; both must be within the text. */
export function sliceBytes(text: string, start: number, end: number): string {
  if (!beyondAscii.test(text)) return text.slice(start, end);
  return decodeUtf8(encodeUtf8(text).subarray(start, end));
}

/** The byte at an index that must be within the text. */
export function byteAt(text: string, index: number): number {
  return beyondAscii.test(text) ? (encodeUtf8(text)[index] ?? 0) : text.charCodeAt(index);
}

/** Characters, a byte that is part of none counting as one. */
export function characterCount(text: string): number {
  if (!beyondAscii.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The first `count` characters. */
export function firstCharacters(text: string, count: number): string {
  let end = 0;
  let left = count;
  for (const character of text) {
    if (left === 0) break;
    left -= 1;
    end += character.length;
  }
  return text.slice(0, end);
}

/** Go's order of strings: by their bytes. JavaScript's own order differs from it beyond U+FFFF. */
export function compareText(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  if (at === a.length || at === b.length) return a.length - b.length;
  // A difference in the second half of a pair is one of the whole pair.
  if (isLowSurrogate(a.charCodeAt(at)) && isLowSurrogate(b.charCodeAt(at)) && at > 0) at -= 1;
  const first = encodeUtf8(a.slice(at, at + 2));
  const second = encodeUtf8(b.slice(at, at + 2));
  const index = first.findIndex((byte, offset) => byte !== second[offset]);
  return index === -1 ? first.length - second.length : (first[index] ?? 0) - (second[index] ?? -1);
}

/** After texts were put together: single bytes that now form a character become one. */
export function rejoin(text: string): string {
  return strayByte.test(text) ? decodeUtf8(encodeUtf8(text)) : text;
}

/** The parts between separators, as Go's strings.Split gives them; `limit` and more parts are not made. */
export function splitText(text: string, separator: string, limit: number): string[] {
  if (separator === '') return Array.from(text.slice(0, limit * 2)).slice(0, limit);
  if (!strayByte.test(text) && !strayByte.test(separator)) return text.split(separator, limit);
  // Loose bytes can be part of a match, so the search has to be among bytes: one character each.
  const parts = binary(text).split(binary(separator), limit);
  return parts.map((part) => decodeUtf8(Uint8Array.from(part, (byte) => byte.charCodeAt(0))));
}

function binary(text: string): string {
  return Array.from(encodeUtf8(text), (byte) => String.fromCharCode(byte)).join('');
}

/** The text as it leaves a template: what is not a character is U+FFFD. */
export function wellFormed(text: string): string {
  return loneSurrogate.test(text) ? text.replace(loneSurrogates, '\u{fffd}') : text;
}

/** Whether Go prints the character as itself: letters, marks, numbers, punctuation, symbols and the plain space. */
export function isPrintable(character: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character);
}
