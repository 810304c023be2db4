/**
 * Tar bytes as no writer makes them: an entry whose header is patched after it was written, and two entries of which each
 * reader sees only one, by how it reads the size of a third.
 */
import { type RawEntry, rawTar } from '../helpers/archive-builder.js';

const blockBytes = 512;

/** Bytes to be written into a header, by offset. */
export type Patch = Readonly<Record<number, string | Buffer>>;

/** Blocks of the entries, without an end. */
export function blocks(...entries: readonly RawEntry[]): Buffer {
  return rawTar(entries, { endBlocks: 0 });
}

/** The entry's blocks with bytes of its own header changed (not of headers before it) and the checksum made right again. */
export function patched(entry: RawEntry, patch: Patch): Buffer {
  const bytes = Buffer.from(blocks(entry));
  const before = blocks({ ...entry, content: Buffer.alloc(0) }).length - blockBytes;
  const header = bytes.subarray(before, before + blockBytes);
  for (const [offset, value] of Object.entries(patch)) {
    const raw = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
    raw.copy(header, Number(offset));
  }
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}

/** A whole tar of these blocks. */
export function ended(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([...parts, Buffer.alloc(2 * blockBytes)]);
}

/**
 * Blocks of which a reader sees `outside` if it skips the body that the opening header claims, and `inside` if it takes
 * that header to have none: what is inside ends with an entry that swallows what is outside.
 */
export function fork(opening: (bodyBytes: number) => Buffer, inside: RawEntry, outside: RawEntry): Buffer {
  const outer = blocks(outside);
  const swallower = blocks({ name: 'rest', claimedSizeBytes: outer.length }).subarray(0, blockBytes);
  const body = Buffer.concat([blocks(inside), swallower]);
  return Buffer.concat([opening(body.length), body, outer]);
}

export function octal(value: number, widthBytes: number): string {
  return `${value.toString(8).padStart(widthBytes - 1, '0')}\0`;
}
