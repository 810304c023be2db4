/**
 * A name as Go's `path.Match` sees it: bytes of UTF-8 in which a character can be read at every byte. Go lets `*` end in
 * the middle of a character, and what is left of it then counts as one broken character a byte; to match as Go does, this
 * has to be there too. Names may hold anything that JSON can hold: a lone surrogate is U+FFFD, as for Go.
 */

/** Three columns of the same length, one place for each byte. */
export interface NameBytes {
  readonly bytes: readonly number[];
  /** The character that is read when reading starts at this byte; U+FFFD inside of one. */
  readonly codes: readonly number[];
  /** How many bytes that takes; 1 inside of a character. */
  readonly widths: readonly number[];
}

const replacement = 0xfffd;

/** The bytes of a name, ready for any number of patterns. */
export function nameBytes(name: string): NameBytes {
  const bytes: number[] = [];
  const codes: number[] = [];
  const widths: number[] = [];
  for (const code of codePoints(name)) {
    const encoded = encodeCharacter(code);
    for (const [position, byte] of encoded.entries()) {
      bytes.push(byte);
      codes.push(position === 0 ? code : replacement);
      widths.push(position === 0 ? encoded.length : 1);
    }
  }
  return { bytes, codes, widths };
}

/** The characters of a text as numbers. */
export function codePoints(text: string): number[] {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? replacement;
    return code >= 0xd800 && code <= 0xdfff ? replacement : code;
  });
}

/** UTF-8 of one character. */
export function encodeCharacter(code: number): number[] {
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), continuation(code)];
  if (code < 0x1_0000) return [0xe0 | (code >> 12), continuation(code >> 6), continuation(code)];
  return [0xf0 | (code >> 18), continuation(code >> 12), continuation(code >> 6), continuation(code)];
}

function continuation(bits: number): number {
  return 0x80 | (bits & 0x3f);
}
