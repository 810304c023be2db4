/**
 * Which archive of one side is which of the other. Paths decide first, since they are what people know an archive by; what
 * is left is told by its content, so that a renamed archive is no loss. One archive against one is a pair, whatever their
 * names. Each archive is in one pair at most, and the pairs are the same when the sides are exchanged.
 */
import type { ArchiveRecord, EntryRecord } from '../../model/results/inventory.js';
import { eachOf, type Work } from '../../model/work/work.js';
import { isReadable } from '../set/distinct-images.js';

/** The archives of a side, with the inputs that they were found in. */
export interface ArchiveSide {
  readonly input: readonly string[];
  readonly archives: readonly ArchiveRecord[];
}

/** As far as the names of its archives go. */
interface PathSide {
  readonly input: readonly string[];
  readonly archives: readonly Pick<ArchiveRecord, 'path'>[];
}

/** Positions of two archives that are compared. */
export interface ArchivePair {
  readonly before: number;
  readonly after: number;
  /** Whether only their content says that they belong together. */
  readonly moved: boolean;
}

export interface ArchivePairs {
  /** In the order of the side before. */
  readonly pairs: readonly ArchivePair[];
  readonly removed: readonly number[];
  readonly added: readonly number[];
}

type KeyOf = (archive: ArchiveRecord, name: string) => string | null;

const byPath: KeyOf = ({ path }) => path;
const byName: KeyOf = (_, name) => name;

/** Pairs the archives of two sides. */
export function pairArchives(before: ArchiveSide, after: ArchiveSide): ArchivePairs {
  if (before.archives.length === 1 && after.archives.length === 1) {
    return { pairs: [{ before: 0, after: 0, moved: false }], removed: [], added: [] };
  }
  const rests = [
    new Set(before.archives.map((_, position) => position)),
    new Set(after.archives.map((_, position) => position)),
  ] as const;
  const names = [archiveNames(before), archiveNames(after)] as const;
  // Of two folders, the names below them count, also where the one lies inside the other. What an inventory or a glob was
  // made from is not known: there, equal paths are the better sign.
  const folders = folderOf(before) !== null && folderOf(after) !== null;
  const pairs = (folders ? [byName, contentKey] : [byPath, byName, contentKey]).flatMap((keyOf) => {
    const left = keyed(before.archives, names[0], rests[0], keyOf);
    const right = keyed(after.archives, names[1], rests[1], keyOf);
    return [...left].flatMap(([key, positions]) =>
      positions.slice(0, right.get(key)?.length ?? 0).map((position, turn): ArchivePair => {
        const other = right.get(key)?.[turn] ?? 0;
        rests[0].delete(position);
        rests[1].delete(other);
        return { before: position, after: other, moved: keyOf === contentKey };
      }),
    );
  });
  return { pairs: pairs.sort((a, b) => a.before - b.before), removed: [...rests[0]], added: [...rests[1]] };
}

/** What each archive is called below the folder that the side is: its whole path where there is no such folder. */
export function archiveNames(side: PathSide): string[] {
  const paths = side.archives.map(({ path }) => segmentsOf(path));
  const folder = folderOf(side) ?? commonFolder(paths);
  return paths.map((path) => path.slice(folder.length).join('/'));
}

/** The segments of the one input, if it is a folder above all archives; else null. */
function folderOf({ input, archives }: PathSide): string[] | null {
  const [only, ...others] = input;
  if (only === undefined || others.length > 0) return null;
  const folder = segmentsOf(only);
  const inside = archives.every(({ path }) => {
    const segments = segmentsOf(path);
    return segments.length > folder.length && folder.every((segment, index) => segments[index] === segment);
  });
  return inside ? folder : null;
}

/** The folders that all paths begin with. */
function commonFolder([first = [], ...others]: readonly (readonly string[])[]): string[] {
  const folders = first.slice(0, -1);
  const end = folders.findIndex((folder, index) =>
    others.some((path) => index >= path.length - 1 || path[index] !== folder),
  );
  return end === -1 ? folders : folders.slice(0, end);
}

/** The parts of a path, without those that lead nowhere (`.`) or back (`x/..`). */
function segmentsOf(path: string): string[] {
  const segments: string[] = path.startsWith('/') ? [''] : [];
  for (const segment of path.split('/')) {
    const last = segments.at(-1);
    if (segment === '..' && last !== undefined && last !== '' && last !== '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments;
}

function keyed(
  archives: readonly ArchiveRecord[],
  names: readonly string[],
  rest: ReadonlySet<number>,
  keyOf: KeyOf,
): Map<string, number[]> {
  const positions = new Map<string, number[]>();
  for (const position of rest) {
    const archive = archives[position];
    const key = archive === undefined ? null : keyOf(archive, names[position] ?? '');
    if (key === null) continue;
    const known = positions.get(key);
    if (known === undefined) positions.set(key, [position]);
    else known.push(position);
  }
  return positions;
}

/** Equal for archives with the same bodies under the same names, as far as that is claimed or known. */
function contentKey(archive: ArchiveRecord): string | null {
  if (!isReadable(archive) || archive.entries.length === 0) return null;
  return JSON.stringify([
    archive.format,
    archive.entries.map((entry) => [entry.name, entry.storedBytes, formOf(entry)]),
  ]);
}

/** How many bodies are on one side only, and how many have the same name and other bytes. */
export interface BodyChanges {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

/** Compares the bodies of two archives by name; those of one name in the order in which they stand. */
export function* compareBodies(before: readonly EntryRecord[], after: readonly EntryRecord[]): Work<BodyChanges> {
  const waiting = new Map<string, EntryRecord[]>();
  yield* eachOf([...after].reverse(), (entry) => {
    const known = waiting.get(entry.name);
    if (known === undefined) waiting.set(entry.name, [entry]);
    else known.push(entry);
  });
  let removed = 0;
  let changed = 0;
  yield* eachOf(before, (entry) => {
    const other = waiting.get(entry.name)?.pop();
    if (other === undefined) removed += 1;
    else if (!sameBody(entry, other)) changed += 1;
  });
  return { added: after.length - (before.length - removed), removed, changed };
}

/** Whether nothing says that two bodies differ: what was not hashed on both sides is told by what it claims to be. */
function sameBody(a: EntryRecord, b: EntryRecord): boolean {
  if (a.storedBytes !== b.storedBytes) return false;
  if (a.digest !== null && b.digest !== null) return a.digest === b.digest;
  const forms = [formOf(a), formOf(b)];
  return forms.includes(null) || forms[0] === forms[1];
}

function formOf({ claimedDigest, digest, compression, diffId }: EntryRecord): string | null {
  return claimedDigest ?? digest ?? (compression === 'none' ? diffId : null);
}
