/**
 * Names, tags and paths come from archives that nobody vouches for. A terminal obeys control characters and reorders
 * text at bidirectional overrides, so a name could forge a verdict or hide a file. Every character that is not shown as
 * itself is written as an escape; what is printed in full and visible stays as it is.
 */

// Control (C0, DEL, C1), format (bidi, zero width, tags), line and paragraph separators, lone surrogates.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The same text with unsafe characters as `\x1b`, `\u202e` or `\u{e0001}`; line ends are unsafe too. A byte of a path that is no UTF-8 is `\xe9`. */
export function safeText(text: string): string {
  return text.replace(unsafe, (character) => {
    const code = character.codePointAt(0) ?? 0;
    // A byte of a path that is no UTF-8 (archive/path-bytes.ts).
    const hex = (code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : code).toString(16);
    if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
    return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
  });
}

/** JSON text with the same characters as `\uXXXX` escapes: another spelling of the same document. */
export function safeJsonText(json: string): string {
  return json.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    if (character === '\n') return character;
    return Array.from({ length: character.length }, (_, unit) => {
      return `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`;
    }).join('');
  });
}
