/**
 * Bytes that should be UTF-8 and are not, as text. Go reads U+FFFD for every byte that begins no character, the decoders
 * of JavaScript one for all bytes of a character that was cut; two names that differ in Go may so be one here. Hostile
 * input: any bytes; the work is linear in their number.
 */

/** The text, with U+FFFD for each byte that is no part of a whole character. */
export function repairedText(bytes: Buffer): string {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    if (length === 0) {
      parts.push(bytes.toString('utf8', from, at), '\ufffd');
      from = at + 1;
    }
    at += Math.max(1, length);
  }
  parts.push(bytes.toString('utf8', from));
  return parts.join('');
}

/** Bytes of the character that begins at a place (Unicode 16, table 3-7); 0 where none does. */
function characterLength(bytes: Buffer, at: number): number {
  const [first = 0, second = 0] = [bytes[at], bytes[at + 1]];
  if (first < 0x80) return 1;
  const length = lengthAfter(first);
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (length === 0 || at + length > bytes.length || second < least || second > most) return 0;
  for (let next = at + 2; next < at + length; next++) if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

/** Bytes of a character by its first one; 0 where none begins so. */
function lengthAfter(first: number): number {
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
