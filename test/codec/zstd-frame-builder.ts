/** Writes zstd frames by hand (RFC 8878), of raw and RLE blocks: the tests need headers that no encoder would write. */

import { concat } from './decode.js';

export interface FrameParts {
  /** The window descriptor: exponent << 3 | mantissa, for 2 ** (10 + exponent) bytes. Absent: a single segment. */
  readonly window?: number;
  readonly contentBytes?: number;
  readonly dictionaryId?: number;
  readonly reservedBit?: boolean;
  readonly blocks: readonly Uint8Array[];
}

/** A one-byte content size in a single segment, else four bytes, so that every header here is easy to read. */
export function zstdFrame({ window, contentBytes, dictionaryId, reservedBit, blocks }: FrameParts): Uint8Array {
  const single = window === undefined;
  const contentFlag = contentBytes === undefined || single ? 0 : 2;
  const descriptor =
    (contentFlag << 6) | (single ? 0x20 : 0) | (reservedBit ? 8 : 0) | (dictionaryId === undefined ? 0 : 1);
  return concat(
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, descriptor),
    single ? new Uint8Array() : Uint8Array.of(window),
    dictionaryId === undefined ? new Uint8Array() : Uint8Array.of(dictionaryId),
    single
      ? Uint8Array.of(contentBytes ?? 0)
      : contentFlag === 2
        ? littleEndian(contentBytes ?? 0, 4)
        : new Uint8Array(),
    ...blocks,
  );
}

type BlockType = 0 | 1 | 2 | 3;

export function zstdBlock(type: BlockType, sizeBytes: number, content: Uint8Array, last = true): Uint8Array {
  return concat(littleEndian((sizeBytes << 3) | (type << 1) | (last ? 1 : 0), 3), content);
}

export const rawBlock = (content: Uint8Array, last = true): Uint8Array => zstdBlock(0, content.length, content, last);

export const rleBlock = (byte: number, sizeBytes: number, last = true): Uint8Array =>
  zstdBlock(1, sizeBytes, Uint8Array.of(byte), last);

export const skippableFrame = (content: Uint8Array, variant = 0): Uint8Array =>
  concat(Uint8Array.of(0x50 + variant, 0x2a, 0x4d, 0x18), littleEndian(content.length, 4), content);

function littleEndian(value: number, sizeBytes: number): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, index) => (value >>> (8 * index)) & 255);
}
