/**
 * How many of the files that are named like parts are parts of one: whole archives may be numbered, too, and would be nowhere
 * behind the end of the first. Told by how each begins and the one before it ends, which is no proof: a part of a tar may
 * begin with a header by itself, where it was cut there. Hostile input: files that come and go.
 */
import { join } from 'node:path';
import { type FileSource, openFile } from '../sources/file-source.js';
import type { Steps } from '../sources/steps.js';
import { readFileKind } from './file-kind.js';
import type { PartSeries } from './part-series.js';

/** What the edges of a file say. */
interface Edges {
  readonly sizeBytes: number;
  /** How it begins: as an archive may, with something other than zeros, or in no such way. */
  readonly begins: 'plain' | 'compressed' | null;
  /** Whether it ends with the blocks that close a tar. */
  readonly endsTar: boolean;
}

const endBytes = 1024;

/** So many of the names, from the first, are parts of one file; 1 where the second is an archive by itself. Never throws. */
export function* countTogether(folder: string, { names, isUnmarked }: PartSeries): Steps<number> {
  const files: Edges[] = [];
  for (const name of names) {
    files.push(edgesOf(join(folder, name)));
    yield;
  }
  const [first] = files;
  const isGuess = isUnmarked && !areCut(files);
  const isApart = ({ begins }: Edges, at: number): boolean =>
    at > 0 && begins !== null && (isGuess || first?.begins === 'compressed' || files[at - 1]?.endsTar === true);
  const end = files.findIndex(isApart);
  return end === -1 ? names.length : end;
}

/** Whoever cuts a file makes parts of one size, of which the last may be less. */
function areCut(files: readonly Edges[]): boolean {
  const [size = 0] = files.map(({ sizeBytes }) => sizeBytes);
  return files.every(({ sizeBytes }, at) => sizeBytes === size || (at === files.length - 1 && sizeBytes < size));
}

function edgesOf(path: string): Edges {
  const { kind } = readFileKind(path);
  let file: FileSource | null = null;
  try {
    file = openFile(path);
    const { sizeBytes } = file;
    const start = Buffer.alloc(1);
    const end = Buffer.alloc(endBytes, 1);
    if (sizeBytes >= endBytes) file.read(end, sizeBytes - endBytes);
    const isZero = file.read(start, 0) === 1 && start[0] === 0;
    const begins = (kind === 'plain' && !isZero) || kind === 'compressed' ? kind : null;
    return { sizeBytes, begins, endsTar: end.every((byte) => byte === 0) };
  } catch {
    return { sizeBytes: 0, begins: null, endsTar: false };
  } finally {
    file?.close();
  }
}
