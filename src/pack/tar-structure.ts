/**
 * The tar around the files of a pack: a header before each, padding behind it, two blocks of zeros at the end (POSIX ustar;
 * a PAX record where a name is too long for it). Times, owners and modes say nothing, so that the same files are the same
 * archive. The headers are tar-stream's; the bodies do not go through its stream, which would cost a copy and fresh memory for
 * each chunk.
 */
import { once } from 'node:events';
import { pack } from 'tar-stream';
import { paddingOf } from '../archive/tar/tar-cursor.js';
import { blockBytes } from '../archive/tar/tar-header.js';

const endBytes = 2 * blockBytes;

/** Where everything stands in the archive. */
export interface TarStructure {
  /** Of each file, in its order. */
  readonly headers: readonly Buffer[];
  /** Of the body of each file. */
  readonly offsetsBytes: readonly number[];
  /** Of the whole archive. */
  readonly sizeBytes: number;
}

/** The structure of an archive of these files, in their order. */
export async function tarStructure(
  files: readonly { readonly name: string; readonly sizeBytes: number }[],
): Promise<TarStructure> {
  const headers: Buffer[] = [];
  const offsetsBytes: number[] = [];
  let position = 0;
  for (const { name, sizeBytes } of files) {
    const header = await headerOf(name, sizeBytes);
    headers.push(header);
    position += header.length;
    offsetsBytes.push(position);
    position += sizeBytes + paddingOf(sizeBytes);
  }
  return { headers, offsetsBytes, sizeBytes: position + endBytes };
}

async function headerOf(name: string, size: number): Promise<Buffer> {
  const stream = pack();
  try {
    stream.entry({ name, size, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), type: 'file' });
    await once(stream, 'readable');
    const pieces: Buffer[] = [];
    for (let piece = stream.read(); piece !== null; piece = stream.read()) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  } finally {
    stream.destroy();
  }
}
