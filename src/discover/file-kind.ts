/**
 * What a file is, by its first bytes. The reason for what cannot be read as an archive says what the file is instead.
 */
import { openByteFile } from '../archive/byte-file.js';
import { blockBytes, isZeroBlock, parseTarHeader } from '../archive/tar-header.js';
import { detectCodec } from '../codec/detect.js';
import { messageOf } from '../model/error.js';

export type FileKind =
  | { readonly kind: 'plain' | 'compressed' | 'inventory'; readonly sizeBytes: number }
  | { readonly kind: 'empty' | 'other' | 'unreadable'; readonly reason: string };

/** Reads the first 512 bytes of a file and says what it is. Never throws. */
export function readFileKind(path: string): FileKind {
  try {
    const file = openByteFile(path);
    try {
      const start = Buffer.alloc(blockBytes);
      return kindOf(start.subarray(0, file.readAt(start, 0)), file.sizeBytes);
    } finally {
      file.close();
    }
  } catch (error) {
    return { kind: 'unreadable', reason: messageOf(error) };
  }
}

function kindOf(start: Buffer, sizeBytes: number): FileKind {
  if (start.length === 0) return { kind: 'empty', reason: 'an empty file' };
  if (detectCodec(start) !== null) return { kind: 'compressed', sizeBytes };
  if (isTarStart(start)) return { kind: 'plain', sizeBytes };
  const text = start.toString('latin1');
  if (/^\s*\{/.test(text) && text.includes('"varve.inventory"')) return { kind: 'inventory', sizeBytes };
  return { kind: 'other', reason: describeStart(start) };
}

/** Whether these bytes start a tar: a header whose checksum holds, or end blocks alone. */
function isTarStart(start: Buffer): boolean {
  if (start.length < blockBytes) return false;
  return (
    isZeroBlock(start) || start.toString('latin1', 257, 262) === 'ustar' || parseTarHeader(start, 'latin1').checksumOk
  );
}

/** What a file that is no tar seems to be. */
export function describeStart(start: Buffer): string {
  const text = start.toString('latin1');
  if (text.startsWith('version https://git-lfs')) return 'a Git LFS pointer, not the archive itself: run git lfs pull';
  if (text.startsWith('PK\x03\x04')) return 'a ZIP file, not a tar archive';
  if (/^\s*[{[]/.test(text)) return 'a JSON text, not a tar archive';
  if (/^\s*<(?:!doctype|html)/i.test(text)) return 'an HTML page, not a tar archive: the download may have failed';
  return `not a tar archive: it starts with ${JSON.stringify(text.slice(0, 16))}`;
}
