/**
 * Members of tar archives, read and written by code that shares nothing with the program: what is shown of Varve on real
 * archives rests on archives that something else has changed. Plain files, links and folders; other members are refused.
 */
import { readSync, writeSync } from 'node:fs';

export interface Member {
  readonly name: string;
  readonly link: string | null;
  /** Of the header, of the content, and of the byte behind its padding. */
  readonly start: number;
  readonly content: number;
  readonly end: number;
  readonly size: number;
}

/** One image of a `manifest.json`. */
export interface SavedImage {
  readonly Config: string;
  readonly Layers: readonly string[];
  readonly RepoTags: readonly string[] | null;
}

const blockBytes = 512;
const pieceBytes = 1 << 20;

/** The members of an open archive, up to its end blocks. Throws RangeError for a kind that it does not know. */
export function* membersOf(file: number): Generator<Member> {
  for (let at = 0; ; ) {
    const header = bytesAt(file, at, blockBytes);
    if (header.length < blockBytes || header[0] === 0) return;
    const field = (start: number, length: number) =>
      header
        .subarray(start, start + length)
        .toString()
        .replace(/\0.*$/s, '');
    const type = field(156, 1) || '0';
    if (!/[0125]/.test(type)) throw new RangeError(`a member of type ${type}`);
    const size = Number.parseInt(field(124, 12), 8);
    if (!Number.isSafeInteger(size)) throw new RangeError('a member without a size');
    const content = at + blockBytes;
    const end = content + paddedTo(size);
    const prefix = field(345, 155);
    const name = `${prefix === '' ? '' : `${prefix}/`}${field(0, 100)}`;
    yield { name, link: type === '1' || type === '2' ? field(157, 100) : null, start: at, content, end, size };
    at = end;
  }
}

/** Header and content of a file, with its padding; root's, of 1970. */
export function tarMember(name: string, content: Buffer): Buffer {
  return Buffer.concat([tarHeader(name, content.length), content, paddingOf(content.length)]);
}

/** The header of a file of so many bytes. */
export function tarHeader(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new RangeError(`a name longer than 100 bytes: ${name}`);
  const header = Buffer.alloc(blockBytes);
  header.write(name);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  return withChecksum(header);
}

/** The same header with the sum that its bytes have now. */
export function withChecksum(header: Buffer): Buffer {
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

export function paddingOf(size: number): Buffer {
  return Buffer.alloc(paddedTo(size) - size);
}

/** What stands at the end of an archive. */
export const endBlocks = Buffer.alloc(2 * blockBytes);

/** Copies a range of an open file to the end of another. */
export function copyRange(from: number, to: number, start: number, end: number): void {
  for (let at = start; at < end; at += pieceBytes) writeSync(to, bytesAt(from, at, Math.min(pieceBytes, end - at)));
}

/** Up to so many bytes of an open file; fewer at its end. */
export function bytesAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, at));
}

function paddedTo(size: number): number {
  return Math.ceil(size / blockBytes) * blockBytes;
}
