/**
 * Which codec the first bytes want, by magic number and never by a name. Short input is judged by what is there; a
 * prefix that could still become anything is nothing. Hostile input can at most name a codec whose decoder then refuses.
 */

import type { Codec } from './decoder.js';

const startsWith = (bytes: Uint8Array, magic: readonly number[], from = 0): boolean =>
  bytes.length >= from + magic.length && magic.every((byte, index) => bytes[from + index] === byte);

const gzipDeflate = [0x1f, 0x8b, 0x08];
const xzMagic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const bzip2Magic = [0x42, 0x5a, 0x68];
const bzip2Block = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59];
const bzip2Footer = [0x17, 0x72, 0x45, 0x38, 0x50, 0x90];
const zstdMagic = [0x28, 0xb5, 0x2f, 0xfd];

/** The codec of an input that starts with `firstBytes` (16 or more are wanted), or null where it is none of ours. */
export function detectCodec(firstBytes: Uint8Array): Codec | null {
  if (startsWith(firstBytes, gzipDeflate)) return 'gzip';
  if (startsWith(firstBytes, xzMagic)) return 'xz';
  if (isBzip2(firstBytes)) return 'bzip2';
  if (isZstd(firstBytes)) return 'zstd';
  return null;
}

/** Three letters and a digit open many a text file too, so what follows them is looked at where it is there. */
function isBzip2(bytes: Uint8Array): boolean {
  const level = bytes[3];
  if (!startsWith(bytes, bzip2Magic) || level === undefined || level < 0x31 || level > 0x39) return false;
  const rest = [...bytes.subarray(4, 10)];
  return (
    rest.every((byte, index) => byte === bzip2Block[index]) || rest.every((byte, index) => byte === bzip2Footer[index])
  );
}

/**
 * A zstd file may open with skippable frames (RFC 8878, 3.1.2), which other formats use as well. They count as zstd
 * unless a frame of something else is seen behind them.
 */
function isZstd(bytes: Uint8Array): boolean {
  let from = 0;
  while (from + 4 <= bytes.length) {
    if (startsWith(bytes, zstdMagic, from)) return true;
    if (((bytes[from] ?? 0) & 0xf0) !== 0x50 || !startsWith(bytes, [0x2a, 0x4d, 0x18], from + 1)) return false;
    if (from + 8 > bytes.length) return true;
    from += 8 + new DataView(bytes.buffer, bytes.byteOffset + from + 4, 4).getUint32(0, true);
  }
  return from > 0;
}
