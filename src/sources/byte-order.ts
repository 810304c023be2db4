/**
 * The order of paths: by their bytes in UTF-8, as a sorted listing of files has it. JavaScript's own order of strings is
 * another one as soon as a name holds a character beyond U+FFFF.
 */
import { bytesOfPath } from './path-bytes.js';

/** A sorted copy. */
export function sortByBytes(paths: readonly string[]): string[] {
  return paths
    .map((path) => ({ path, bytes: bytesOfPath(path) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ path }) => path);
}
