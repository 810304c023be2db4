/**
 * Compressions that are not read here, by their first bytes: no tool that loads images reads them either, but whoever made
 * such a file should be told what it is, and not that it is damaged. Hostile input: a tar may begin with any of them, so
 * callers ask only about what is no tar.
 */
const starts: readonly (readonly [hex: string, name: string])[] = [
  ['04224d18', 'lz4'],
  ['02214c18', 'lz4 (its old format)'],
  ['4c5a4950', 'lzip'],
  ['894c5a4f000d0a1a0a', 'lzop'],
  ['4c525a49', 'lrzip'],
  ['1f9d', 'compress'],
  ['ff060000734e61507059', 'snappy'],
  ['377abcaf271c', '7z'],
  ['504b0304', 'zip'],
  ['526172211a07', 'rar'],
];

/** The name of the compression that bytes start with, or null where it is none of these. */
export function foreignCodec(firstBytes: Uint8Array): string | null {
  const start = Buffer.from(firstBytes.subarray(0, 16));
  const known = starts.find(([hex]) => start.toString('hex', 0, hex.length / 2) === hex);
  return known?.[1] ?? (isLzmaAlone(start) ? 'lzma' : null);
}

/** No magic: properties that every writer has, a dictionary of 2^n or 2^n + 2^(n-1) bytes, a size that is unknown or small. */
function isLzmaAlone(start: Buffer): boolean {
  if (start.length < 13 || start[0] !== 0x5d) return false;
  const dictionary = start.readUInt32LE(1);
  const top = 31 - Math.clz32(dictionary);
  const isRound = dictionary >= 4096 && (dictionary === 2 ** top || dictionary === 1.5 * 2 ** top);
  const size = start.readBigUInt64LE(5);
  return isRound && (size === 0xffffffffffffffffn || size < 2n ** 48n);
}
