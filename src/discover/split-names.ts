/**
 * Which names of a folder stand for an archive in several files, and which are only parts of one. A list says so of any
 * names; without one, numbered names do, up to the first that is an archive by itself. Hostile input: lists and names in any
 * number; a list that cannot be read stands for itself.
 */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf, VarveError } from '../model/error.js';
import type { Limits } from '../model/limits.js';
import { partsListEnding } from '../sources/part-names.js';
import { pathOfBytes, systemPath } from '../sources/path-bytes.js';
import type { Steps } from '../sources/steps.js';
import { type FileKind, readFileKind } from './file-kind.js';
import { countTogether } from './joined-parts.js';
import { isPartName, type PartSeries, seriesAmong } from './part-series.js';
import { listedArchive, type SplitArchive, seriesArchive } from './split-archive.js';

/** A name that stands for parts; `archive` is null where they cannot be put together, and `reason` says why. */
export interface FoundSplit {
  readonly path: string;
  readonly archive: SplitArchive | null;
  readonly reason: string;
  /** Whether a list says that it is an archive, and not a name alone. */
  readonly isSure: boolean;
}

/** What stands for parts in a folder. */
export interface SplitNames {
  /** By the name of the list, or of the first part. */
  readonly archives: ReadonlyMap<string, FoundSplit>;
  /** All other names of parts. */
  readonly members: ReadonlySet<string>;
}

type SplitLimits = Pick<Limits, 'archiveParts' | 'documentBytes'>;

/** The archives in parts among the names of a folder. */
export function* splitAmong(folder: string, names: readonly string[], limits: SplitLimits): Steps<SplitNames> {
  const archives = new Map<string, FoundSplit>();
  const members = new Set<string>();
  for (const name of names) {
    if (!name.endsWith(partsListEnding)) continue;
    const path = join(folder, name);
    if (readFileKind(path).kind !== 'parts-list') continue;
    const found = yield* foundByList(path, limits);
    archives.set(name, found);
    for (const part of found.archive?.named ?? []) members.add(part);
    yield;
  }
  const candidates = names.filter((name) => !members.has(name) && isPartName(name));
  for (const series of new Set(seriesAmong(candidates).values())) {
    const found = yield* foundByNames(folder, series, limits);
    if (found === null) continue;
    const [first = '', ...others] = found.archive?.named ?? [...series.names, ...series.beyond];
    archives.set(first, found);
    for (const name of others) members.add(name);
    yield;
  }
  return { archives, members };
}

/** The archive that a named file of this kind is the list or, by its name, a part of; null where it is neither. */
export function* splitOf(path: string, { kind }: FileKind, limits: SplitLimits): Steps<FoundSplit | null> {
  const name = basename(path);
  const folder = dirname(path);
  if (!isPartName(name)) return kind === 'parts-list' ? yield* foundByList(path, limits) : null;
  const siblings = namesIn(folder).filter(isPartName);
  const series = seriesAmong(siblings).get(name);
  const stem = series?.stem ?? /^(.+)\.part[-_.]?\w+$/.exec(name)?.[1];
  if (stem !== undefined) {
    const list = join(folder, stem + partsListEnding);
    const listed = readFileKind(list).kind === 'parts-list' ? yield* foundByList(list, limits) : null;
    if (listed?.archive?.named.includes(name)) return listed;
  }
  const found = series === undefined ? null : yield* foundByNames(folder, series, limits);
  return found?.archive?.named.includes(name) === false ? null : found;
}

function* foundByList(path: string, limits: SplitLimits): Steps<FoundSplit> {
  try {
    return { path, archive: yield* listedArchive(path, limits), reason: '', isSure: true };
  } catch (error) {
    return { path, archive: null, reason: reasonOf(error), isSure: true };
  }
}

/** Null where the names only look like those of parts. */
function* foundByNames(folder: string, series: PartSeries, limits: SplitLimits): Steps<FoundSplit | null> {
  const { names } = series;
  const path = join(folder, names[0] ?? '');
  const count = yield* countTogether(folder, series);
  if (count === 1 && names.length > 1) return null;
  const own = count === names.length ? series : { ...series, names: names.slice(0, count), missing: null, beyond: [] };
  try {
    return { path, archive: seriesArchive(folder, own, limits), reason: '', isSure: false };
  } catch (error) {
    return { path, archive: null, reason: reasonOf(error), isSure: false };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof VarveError) || error.code !== 'input-unreadable') throw error;
  return messageOf(error);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(systemPath(folder), 'buffer').map(pathOfBytes);
  } catch {
    return [];
  }
}
