/**
 * What was begun beside an output and never finished: a program that was killed takes nothing away. Whether whoever began it
 * still runs cannot be told where containers or machines share a folder, so nothing is removed here: it is said what lies
 * there, how large it is, and when it was last written to.
 */
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { hiddenStart } from '../content/new-output.js';

/** A file or folder with a temporary name of an output. */
export interface LeftBehind {
  readonly path: string;
  /** Of all files in it. */
  readonly sizeBytes: number;
  /** When something of it was written to, in milliseconds. */
  readonly writtenMs: number;
}

/** The temporary files and folders of the output at `path`, in the order of their names. Never throws. */
export function leftBehind(path: string): LeftBehind[] {
  const start = hiddenStart(path);
  const isTemporary = (name: string): boolean =>
    name.startsWith(start) && /^[0-9a-f]{12}\.tmp$/.test(name.slice(start.length));
  return namesIn(dirname(path))
    .filter(isTemporary)
    .flatMap((name) => {
      const found = measured(join(dirname(path), name));
      return found === null ? [] : [{ path: join(dirname(path), name), ...found }];
    });
}

function measured(path: string): Omit<LeftBehind, 'path'> | null {
  const stats = statsOf(path);
  if (stats === null) return null;
  const below = stats.isDirectory() ? namesIn(path).flatMap((name) => measured(join(path, name)) ?? []) : [];
  const sizeBytes = stats.isDirectory() ? 0 : stats.size;
  return {
    sizeBytes: below.reduce((sum, each) => sum + each.sizeBytes, sizeBytes),
    writtenMs: Math.max(stats.mtimeMs, ...below.map(({ writtenMs }) => writtenMs)),
  };
}

function statsOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
