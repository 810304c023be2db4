/**
 * Upper, lower and title case as Go's strings package makes them: each character for itself and into one character, where
 * JavaScript turns `ß` into `SS` and looks at the neighbours of a sigma. Bytes that are no character become U+FFFD.
 */
import { characterCount } from './go-text.js';

const asciiOnly = /^\p{ASCII}*$/u;
const loneSurrogate = /\p{Cs}/u;

export function upperText(text: string): string {
  return asciiOnly.test(text) ? text.toUpperCase() : text.replace(/./gsu, upper);
}

export function lowerText(text: string): string {
  return asciiOnly.test(text) ? text.toLowerCase() : text.replace(/./gsu, lower);
}

/** What follows a space, or ASCII that is no letter, digit or underscore, begins a word; the rest stays as it is. */
export function titleText(text: string): string {
  let isStart = true;
  return text.replace(/./gsu, (character) => {
    const mapped = isStart ? title(character) : whole(character);
    isStart = asciiOnly.test(character) ? !/\w/.test(character) : /\p{White_Space}/u.test(character);
    return mapped;
  });
}

function upper(character: string): string {
  const mapped = character.toUpperCase();
  if (characterCount(mapped) === 1) return whole(mapped);
  return greekCapital(character) ?? whole(character);
}

/** Greek letters with an iota below, which JavaScript writes as two capitals, have one of their own close by. */
function greekCapital(character: string): string | undefined {
  const code = character.codePointAt(0) ?? 0;
  return [8, 9].map((distance) => String.fromCodePoint(code + distance)).find((it) => it.toLowerCase() === character);
}

function lower(character: string): string {
  const mapped = character.toLowerCase();
  // The only letter that becomes two: İ is i and a dot.
  return mapped.length > character.length ? mapped.slice(0, 1) : whole(mapped);
}

function title(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // Dž, Lj, Nj and Dz are one letter each that has a form for the start of a word.
  if (code >= 0x1c4 && code <= 0x1cc) return String.fromCharCode(0x1c5 + 3 * Math.floor((code - 0x1c4) / 3));
  if (code >= 0x1f1 && code <= 0x1f3) return '\u{1f2}';
  // Georgian has capitals, but begins no word with them.
  return code >= 0x10d0 && code <= 0x10ff ? character : upper(character);
}

function whole(character: string): string {
  return loneSurrogate.test(character) ? '\u{fffd}' : character;
}
