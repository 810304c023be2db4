/**
 * What a file is, by its first bytes. The reason for what cannot be read as an archive says what the file is instead.
 */

import { blockBytes, isZeroBlock } from '../archive/tar/tar-header.js';
import { isTarHeader } from '../archive/tar/tar-start.js';
import { detectCodec } from '../codec/detect.js';
import { foreignCodec } from '../codec/foreign-start.js';
import { messageOf } from '../model/error.js';
import type { SizedSource } from '../sources/byte-source.js';
import { openFile } from '../sources/file-source.js';

export type FileKind =
  | { readonly kind: 'plain' | 'compressed' | 'inventory' | 'parts-list'; readonly sizeBytes: number }
  | { readonly kind: 'empty' | 'other' | 'unreadable'; readonly reason: string };

/** What is read of each file, one after the other. */
const block = Buffer.alloc(blockBytes);

/** Reads the first 512 bytes of a file and says what it is. Never throws. */
export function readFileKind(path: string): FileKind {
  return kindOfSource(() => openFile(path));
}

/** The same of what is opened. */
export function kindOfSource(open: () => SizedSource): FileKind {
  try {
    const file = open();
    try {
      return kindOf(block.subarray(0, file.read(block, 0)), file.sizeBytes);
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
  if (/^\s*\{/.test(text) && text.includes('"varve.parts"')) return { kind: 'parts-list', sizeBytes };
  return { kind: 'other', reason: describeStart(start) };
}

/** Whether these bytes start a tar: a header whose checksum holds, or end blocks alone. */
function isTarStart(start: Buffer): boolean {
  if (start.length < blockBytes) return false;
  return isZeroBlock(start) || start.toString('latin1', 257, 262) === 'ustar' || isTarHeader(start);
}

/** What files start with that are taken for archives, by their first bytes in hex. */
const starts: readonly (readonly [start: string, what: string])[] = [
  [
    'fffe',
    'text in UTF-16 (it starts with FF FE), as PowerShell writes what a program prints: use docker save --output FILE',
  ],
  ['feff', 'text in UTF-16 (it starts with FE FF): bytes of a program went through a text encoding'],
  ['efbbbf', 'text in UTF-8 with a mark at its start (EF BB BF): bytes of a program went through a text encoding'],
  ['04224d18', 'compressed with lz4, which is not read here: decompress it with lz4 -d'],
  ['02214c18', 'compressed with lz4 (its old format), which is not read here: decompress it with lz4 -d'],
  ['5d000080', 'compressed with lzma, which is not read here: decompress it with unlzma'],
  ['4c5a4950', 'compressed with lzip, which is not read here: decompress it with lzip -d'],
  ['1f9d', 'compressed with compress, which is not read here: decompress it with uncompress'],
  ['377abcaf271c', 'a 7z file, not a tar archive'],
];

/** What a file that is no tar seems to be. */
export function describeStart(start: Buffer): string {
  const known = starts.find(([hex]) => start.toString('hex', 0, hex.length / 2) === hex);
  if (known !== undefined) return known[1];
  const foreign = foreignCodec(start);
  const text = start.toString('latin1');
  if (text.startsWith('version https://git-lfs')) return 'a Git LFS pointer, not the archive itself: run git lfs pull';
  if (text.startsWith('PK\x03\x04')) return 'a ZIP file, not a tar archive';
  if (foreign !== null) return `compressed with ${foreign}, which is not read here`;
  if (/^\s*[{[]/.test(text)) return 'a JSON text, not a tar archive';
  if (/^\s*<(?:!doctype|html)/i.test(text)) return 'an HTML page, not a tar archive: the download may have failed';
  return `not a tar archive: it starts with ${JSON.stringify(text.slice(0, 16))}`;
}
