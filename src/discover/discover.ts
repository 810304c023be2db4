/**
 * INPUT → sources, in the order given, files found in folders by the bytes of their paths. Kind is told by content: the
 * first 512 bytes, or the documents of a folder, never the file's extension. Nothing is left out in silence: what was
 * named and cannot be read is listed, what a search passes over is counted. Hostile input: a tree of any shape, which
 * may change while it is searched.
 */
import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import { sortByBytes } from '../archive/byte-order.js';
import { pathOfBytes, systemPath } from '../archive/path-bytes.js';
import { inTurns, type Restful } from '../archive/turns.js';
import { messageOf } from '../model/error.js';
import { beyond, limits } from '../model/limits.js';
import { type FileKind, readFileKind } from './file-kind.js';
import { expandGlob, type GlobResult } from './glob-search.js';
import { isLayoutFolder } from './layout-folder.js';

/** Something to be read as an archive, an inventory, or standard input. */
export interface Source {
  readonly kind: 'plain' | 'compressed' | 'folder' | 'stdin' | 'inventory';
  /** As the user named it, or as it was found below what they named. */
  readonly path: string;
  /** Of a file; 0 for what is none. */
  readonly sizeBytes: number;
  /** Found by a search and not named like an archive: no fault if it turns out to be something else. */
  readonly optional: boolean;
}

export interface Discovery {
  readonly sources: readonly Source[];
  /** Inputs that cannot be read, each with its place in the order of the sources. */
  readonly unreadable: readonly Refused[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /** Files below searched folders that are no archives. */
  readonly passedOver: number;
  /** The first of these. */
  readonly passedOverPaths: readonly string[];
  /** Patterns of `exclude` that excluded nothing. */
  readonly idleExcludes: readonly string[];
}

/** An input that cannot be read; `sizeBytes` of a file, as far as that is known. */
interface Refused {
  readonly path: string;
  /** It could not be read, or it was, and is no archive of images. */
  readonly code: 'input-unreadable' | 'not-an-image-archive';
  readonly reason: string;
  readonly before: number;
  readonly sizeBytes: number | null;
}

/** What a source has on the disk; null for what is no file. */
export function fileSize({ kind, sizeBytes }: Pick<Source, 'kind' | 'sizeBytes'>): number | null {
  return kind === 'folder' || kind === 'stdin' ? null : sizeBytes;
}

/** The source that a file is, by whatever name or link, or the folder among them that it lies in; null where it is none. */
export function sourceOf(file: string, sources: readonly Source[]): Source | null {
  let own: Stats;
  let path: string;
  try {
    own = statSync(systemPath(file));
    path = realpathSync(systemPath(file), 'utf8');
  } catch {
    return null;
  }
  return sources.find((source) => source.kind !== 'stdin' && holds(source, own, path)) ?? null;
}

function holds(source: Source, own: Stats, path: string): boolean {
  try {
    if (source.kind === 'folder') return path.startsWith(realpathSync(systemPath(source.path), 'utf8') + sep);
    const { dev, ino } = statSync(systemPath(source.path));
    return dev === own.dev && ino === own.ino;
  } catch {
    return false;
  }
}

/** Of the files that are passed over, so many are named. */
const namedPassedOver = 3;

const archiveName = /\.(?:tar(?:\.[a-z0-9]+)?|tgz|txz|tbz2?|tzst)$/i;

/**
 * Finds the sources of the inputs. `exclude`: globs against the path below a searched folder, or the file's name; one that
 * ends in a slash is for folders alone.
 * `folderFiles`: names below one folder that are looked at. Throws VarveError `interrupted`.
 */
export async function discover(
  inputs: readonly string[],
  exclude: readonly string[] = [],
  folderFiles: number = limits.folderFiles,
  signal?: AbortSignal,
): Promise<Discovery> {
  const excludes = await excludesOf(exclude);
  const search = new Search(excludes, folderFiles);
  const named: Named[] = [];
  for (const input of inputs) {
    if (input === '-') named.push({ kind: 'stdin' });
    else named.push(exists(input) ? { kind: 'paths', paths: [input] } : await search.expand(input));
  }
  await inTurns(search.add(named), signal);
  const { sources, unreadable, skipped, passedOver, passedOverPaths } = search;
  const idleExcludes = excludes.filter(({ used }) => !used).map(({ pattern }) => pattern);
  return { sources, unreadable, skipped, passedOver, passedOverPaths, idleExcludes };
}

/** A pattern of what a search leaves out. */
interface Exclude {
  readonly pattern: string;
  readonly matches: (path: string) => boolean;
  readonly foldersOnly: boolean;
  /** Whether it has left anything out. */
  used: boolean;
}

/** Most runs exclude nothing and name what exists: the libraries for globs are loaded for the rest. */
async function excludesOf(patterns: readonly string[]): Promise<Exclude[]> {
  if (patterns.length === 0) return [];
  const { default: picomatch } = await import('picomatch');
  return patterns.map((pattern) => {
    const glob = pattern.replace(/(?<=[^/])\/+$/, '');
    const matches = picomatch(glob, { dot: true, basename: !glob.includes('/') });
    return { pattern, matches, foldersOnly: glob !== pattern, used: false };
  });
}

function exists(path: string): boolean {
  try {
    lstatSync(systemPath(path));
    return true;
  } catch {
    return false;
  }
}

/** What an input stands for. */
type Named =
  | { readonly kind: 'stdin' }
  | { readonly kind: 'paths'; readonly paths: readonly string[]; readonly unreadable?: GlobResult['unreadable'] }
  | { readonly kind: 'refused'; readonly input: string; readonly reason: string };

class Search implements Omit<Discovery, 'idleExcludes'> {
  readonly sources: Source[] = [];
  readonly unreadable: Refused[] = [];
  readonly skipped: { path: string; reason: string }[] = [];
  passedOver = 0;
  readonly passedOverPaths: string[] = [];
  readonly #excludes: readonly Exclude[];
  readonly #folderFiles: number;
  readonly #seen = new Map<string, string>();
  readonly #refused = new Set<string>();
  /** Names below the folder at hand that were looked at. */
  #files = 0;
  /** Archives found, readable or not, known or new. */
  #candidates = 0;

  constructor(excludes: readonly Exclude[], folderFiles: number) {
    this.#excludes = excludes;
    this.#folderFiles = folderFiles;
  }

  #refuse(path: string, reason: string, { code, sizeBytes }: Partial<Pick<Refused, 'code' | 'sizeBytes'>> = {}): void {
    this.#candidates++;
    if (this.#refused.has(path)) return;
    this.#refused.add(path);
    const facts = { code: code ?? 'input-unreadable', sizeBytes: sizeBytes ?? null };
    this.unreadable.push({ path, reason, before: this.sources.length, ...facts });
  }

  *add(inputs: readonly Named[]): Restful<void> {
    for (const input of inputs) {
      if (input.kind === 'stdin') this.#addStandardInput();
      else if (input.kind === 'refused') this.#refuse(input.input, input.reason);
      else {
        for (const path of input.paths) {
          yield* this.#addNamed(path);
          yield;
        }
        for (const { path, reason } of input.unreadable ?? []) this.#refuse(path, reason);
      }
    }
  }

  #addStandardInput(): void {
    if (this.sources.some((source) => source.kind === 'stdin')) return;
    this.sources.push({ kind: 'stdin', path: '-', sizeBytes: 0, optional: false });
  }

  *#addNamed(path: string): Restful<void> {
    let stat: Stats;
    try {
      stat = statSync(systemPath(path));
    } catch (error) {
      this.#refuse(path, messageOf(error));
      return;
    }
    if (stat.isDirectory()) yield* this.#addFolder(path, stat);
    else if (stat.isFile()) this.#addFile(path, stat, true);
    else this.#refuse(path, 'neither a file nor a folder; a stream is read from standard input, as -');
  }

  /** The paths of a glob, in the order of their bytes. */
  async expand(pattern: string): Promise<Named> {
    const none = (reason: string): Named => ({ kind: 'refused', input: pattern, reason });
    // Paths are shown as the pattern was written: from the root, or from here.
    const found = await expandGlob(pattern, isAbsolute(pattern));
    if (found === null) return none('no such file or folder');
    const paths = found.paths
      .map((path) => ({ path: path.replace(/(?<=.)\/$/, ''), isFolder: path.endsWith('/') }))
      .filter(({ path, isFolder }) => !this.#isExcluded(path, isFolder))
      .map(({ path }) => path);
    if (paths.length === 0 && found.unreadable.length === 0) return none('no file or folder matches');
    return { kind: 'paths', paths: sortByBytes(paths), unreadable: found.unreadable };
  }

  #isExcluded(path: string, isFolder: boolean): boolean {
    const exclude = this.#excludes.find(({ matches, foldersOnly }) => (isFolder || !foldersOnly) && matches(path));
    if (exclude !== undefined) exclude.used = true;
    return exclude !== undefined;
  }

  *#addFolder(path: string, stat: Stats): Restful<void> {
    const layout = isLayoutFolder(path);
    if (layout.kind === 'layout') this.#push({ kind: 'folder', path, sizeBytes: 0, optional: false }, stat);
    else if (layout.kind === 'refused') this.#refuse(path, layout.reason, { code: 'not-an-image-archive' });
    else {
      const before = this.#candidates;
      this.#files = 0;
      yield* this.#searchFolder(path, '');
      if (this.#candidates === before) this.#refuse(path, 'no image archive in this folder or below it');
    }
  }

  *#searchFolder(root: string, below: string): Restful<void> {
    const folder = join(root, below);
    let entries: ReadonlyMap<string, Dirent<Buffer>>;
    try {
      const found = readdirSync(systemPath(folder), { encoding: 'buffer', withFileTypes: true });
      entries = new Map(found.map((entry) => [pathOfBytes(entry.name), entry]));
    } catch (error) {
      this.#refuse(folder, messageOf(error));
      return;
    }
    for (const name of sortByBytes([...entries.keys()])) {
      const relative = below === '' ? name : `${below}/${name}`;
      if (this.#files > this.#folderFiles) return;
      const isFolder = entries.get(name)?.isDirectory() ?? false;
      if (this.#isExcluded(relative, isFolder)) this.skipped.push({ path: join(root, relative), reason: 'excluded' });
      else if (++this.#files <= this.#folderFiles) yield* this.#visit(root, relative);
      else this.#refuse(folder, beyond('folderFiles', this.#folderFiles, 'the folder has more files'));
      yield;
    }
  }

  *#visit(root: string, relative: string): Restful<void> {
    const path = join(root, relative);
    let linked: boolean;
    let stat: Stats;
    try {
      linked = lstatSync(systemPath(path)).isSymbolicLink();
      stat = statSync(systemPath(path));
    } catch (error) {
      this.#refuse(path, messageOf(error));
      return;
    }
    if (stat.isDirectory() && linked) this.skipped.push({ path, reason: 'a link to a folder' });
    else if (stat.isDirectory()) {
      const layout = isLayoutFolder(path);
      if (layout.kind === 'layout') this.#push({ kind: 'folder', path, sizeBytes: 0, optional: false }, stat);
      else if (layout.kind === 'refused') this.#refuse(path, layout.reason, { code: 'not-an-image-archive' });
      else yield* this.#searchFolder(root, relative);
    } else if (stat.isFile()) this.#addFile(path, stat, false);
    else if (archiveName.test(path)) this.#refuse(path, 'neither a file nor a folder');
    else this.#passOver(path);
  }

  #addFile(path: string, stat: Stats, named: boolean): void {
    const kind: FileKind = readFileKind(path);
    const looksLikeArchive = archiveName.test(path);
    if ('reason' in kind) {
      if (named || looksLikeArchive || kind.kind !== 'other') {
        const code = kind.kind === 'unreadable' ? 'input-unreadable' : 'not-an-image-archive';
        this.#refuse(path, kind.reason, { code, sizeBytes: stat.size });
      } else this.#passOver(path);
    } else if (kind.kind !== 'inventory') {
      const optional = !named && !looksLikeArchive && kind.kind === 'compressed';
      this.#push({ kind: kind.kind, path, sizeBytes: kind.sizeBytes, optional }, stat);
    } else if (named) {
      this.#push({ kind: 'inventory', path, sizeBytes: kind.sizeBytes, optional: false }, stat);
    } else this.#passOver(path);
  }

  #passOver(path: string): void {
    this.passedOver++;
    if (this.passedOverPaths.length < namedPassedOver) this.passedOverPaths.push(path);
  }

  /** A file reached twice, by link or by name, counts once, under its first path. */
  #push(source: Source, { dev, ino }: Stats): void {
    this.#candidates++;
    const identity = `${dev}:${ino}`;
    const first = this.#seen.get(identity);
    if (first === undefined) {
      this.#seen.set(identity, source.path);
      this.sources.push(source);
    } else if (first !== source.path) {
      this.skipped.push({ path: source.path, reason: `the same file as ${first}` });
    }
  }
}
