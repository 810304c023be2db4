/**
 * Whether the files of a source are still what they were when it was opened: what was read of one that somebody writes to
 * belongs to no single state of it. The ctime is left out: a file that is renamed or linked keeps its bytes.
 */
import { statSync } from 'node:fs';
import { systemPath } from './path-bytes.js';

export class FileState {
  readonly #states: ReadonlyMap<string, string>;

  /** Takes the state of files, links followed; to be called before their bodies are read. */
  constructor(paths: Iterable<string>) {
    this.#states = new Map([...paths].map((path) => [path, stateOf(path)]));
  }

  /** The first file that is another one, of another size or written to since; null where there is none. */
  changed(): string | null {
    for (const [path, state] of this.#states) if (stateOf(path) !== state) return path;
    return null;
  }
}

function stateOf(path: string): string {
  try {
    const { dev, ino, size, mtimeNs } = statSync(systemPath(path), { bigint: true });
    return [dev, ino, size, mtimeNs].join(':');
  } catch {
    return 'absent';
  }
}
