/**
 * INPUT → sources, in the order given, files found in folders by the bytes of their paths. Kind is told by content: the
 * first 512 bytes, or the documents of a folder, never the file's extension. Nothing is left out in silence: what was
 * named and cannot be read is listed, what a search passes over is counted. Hostile input: a tree of any shape, which
 * may change while it is searched.
 */
import { type Dirent, existsSync, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import type { RemoteFound } from '../archive/remote-archive.js';
import { messageOf } from '../model/error.js';
import { type Limits, limitMessage } from '../model/limits.js';
import { sortByBytes } from '../sources/byte-order.js';
import { fileAt, pathsAt, standardInput } from '../sources/location.js';
import { openParts } from '../sources/parts-source.js';
import { pathOfBytes, systemPath } from '../sources/path-bytes.js';
import { inTurns, type Steps } from '../sources/steps.js';
import { type ArchiveParts, archiveParts } from './archive-parts.js';
import type { Discovery, DiscoveryLimits, DiscoveryOptions, RefusedInput } from './discovery.js';
import { Excludes } from './excludes.js';
import { type FileKind, kindOfSource, readFileKind } from './file-kind.js';
import { expandGlob, type GlobResult } from './glob-search.js';
import { isLayoutFolder } from './layout-folder.js';
import { isPartName } from './part-series.js';
import { findRemote } from './remote-sources.js';
import type { Beside, Source } from './source.js';
import { type FoundSplit, splitAmong, splitOf } from './split-names.js';

/** A folder that is an archive, from inside. */
interface Around extends ArchiveParts {
  /** Its path below the searched folder. */
  readonly below: string;
  readonly beside: Beside;
}

/** Of the files that are passed over, so many are named. */
const namedPassedOver = 3;

const partHint = '; it is named like a part of an archive, whose first part may not be there';

const archiveName = /\.(?:tar(?:\.[a-z0-9]+)?|tgz|txz|tbz2?|tzst)$/i;

/**
 * Finds the sources of the inputs. `exclude`: globs against the path below a searched folder, or the file's name; one that
 * ends in a slash is for folders alone. Throws VarveError `interrupted`, and what `remote` does.
 */
export async function discover(
  inputs: readonly string[],
  exclude: readonly string[],
  limits: Limits,
  options: DiscoveryOptions = {},
): Promise<Discovery> {
  const excludes = await Excludes.of(exclude);
  const { signal, remote = null } = options;
  const search = new Search(excludes, limits, options);
  const named: Named[] = [];
  const far = remote === null ? null : await findRemote(inputs, remote, limits, signal);
  for (const input of inputs) {
    const found = far?.get(input);
    if (input === '-') named.push({ kind: 'stdin' });
    else if (found !== undefined) named.push({ kind: 'remote', found });
    else named.push(exists(input) ? { kind: 'paths', paths: [input] } : await search.expand(input));
  }
  await inTurns(search.add(named), signal);
  const { sources, unreadable, skipped, passedOver, passedOverPaths } = search;
  return { sources, unreadable, skipped, passedOver, passedOverPaths, idleExcludes: excludes.idle };
}

function exists(path: string): boolean {
  try {
    lstatSync(systemPath(path));
    return true;
  } catch {
    return false;
  }
}

function hasIn(folder: string): (name: string) => boolean {
  return (name) => existsSync(systemPath(join(folder, name)));
}

/** A name below the searched folder as one below the archive. */
function nameIn({ below }: Around, relative: string): string {
  return below === '' ? relative : relative.slice(below.length + 1);
}

function isPartOf(around: Around, relative: string): boolean {
  return around.isPart(nameIn(around, relative));
}

/** Whether a link beside the parts of an archive is another way to one of them. */
function leadsToPart(root: string, around: Around, path: string): boolean {
  try {
    const top = realpathSync(systemPath(join(root, around.below)), 'utf8');
    const target = realpathSync(systemPath(path), 'utf8');
    return target.startsWith(top + sep) && around.isPart(target.slice(top.length + 1));
  } catch {
    return false;
  }
}

/** What an input stands for. */
type Named =
  | { readonly kind: 'stdin' }
  | { readonly kind: 'paths'; readonly paths: readonly string[]; readonly unreadable?: GlobResult['unreadable'] }
  | { readonly kind: 'remote'; readonly found: readonly RemoteFound[] }
  | { readonly kind: 'refused'; readonly input: string; readonly reason: string };

/** How a file was found. */
type Found = 'named' | 'searched' | 'beside';

/** What is known of a name that is visited. */
interface Visit {
  readonly around: Around | null;
  /** The archive whose parts the name stands for. */
  readonly split: FoundSplit | null;
}

class Search implements Omit<Discovery, 'idleExcludes'> {
  readonly sources: Source[] = [];
  readonly unreadable: RefusedInput[] = [];
  readonly skipped: { path: string; reason: string }[] = [];
  passedOver = 0;
  readonly passedOverPaths: string[] = [];
  readonly #excludes: Excludes;
  readonly #limits: DiscoveryLimits;
  readonly #options: DiscoveryOptions;
  readonly #seen = new Map<string, string>();
  readonly #refused = new Set<string>();
  /** Names below the folder at hand that were looked at. */
  #files = 0;
  /** Archives found, readable or not, known or new. */
  #candidates = 0;

  constructor(excludes: Excludes, limits: DiscoveryLimits, options: DiscoveryOptions) {
    this.#excludes = excludes;
    this.#limits = limits;
    this.#options = options;
  }

  *#tellOf(names: readonly string[]): Steps<void> {
    const waiting = this.#options.onFiles?.(names.filter((name) => archiveName.test(name)).length);
    if (waiting !== undefined) yield waiting;
  }

  /** Whether it is new. */
  #refuse(
    path: string,
    reason: string,
    { code, sizeBytes, findings }: Partial<Pick<RefusedInput, 'code' | 'sizeBytes' | 'findings'>> = {},
  ): boolean {
    this.#candidates++;
    if (this.#refused.has(path)) return false;
    this.#refused.add(path);
    const own = findings === undefined ? null : { findings };
    const facts = { code: code ?? 'input-unreadable', sizeBytes: sizeBytes ?? null, ...own };
    this.unreadable.push({ path, reason, insertBefore: this.sources.length, ...facts });
    return true;
  }

  *add(inputs: readonly Named[]): Steps<void> {
    yield* this.#tellOf(inputs.flatMap((input) => (input.kind === 'paths' ? input.paths : [])));
    for (const input of inputs) {
      if (input.kind === 'stdin') this.#addStandardInput();
      else if (input.kind === 'remote') this.#addRemote(input.found);
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

  #addRemote(all: readonly RemoteFound[]): void {
    for (const found of all) {
      if (found.kind === 'refused') this.#refuse(found.path, found.reason);
      else {
        const { table } = found.archive;
        const { path, location } = table;
        if (this.sources.some((source) => source.remote === found.archive)) continue;
        this.#candidates++;
        this.sources.push({ kind: 'remote', path, sizeBytes: 0, optional: false, location, remote: found.archive });
      }
    }
  }

  #addStandardInput(): void {
    const { spooledInput = null } = this.#options;
    if (spooledInput !== null) this.#addSpooledInput(spooledInput);
    else if (!this.sources.some((source) => source.kind === 'stdin'))
      this.sources.push({ kind: 'stdin', path: '-', sizeBytes: 0, optional: false, location: standardInput });
  }

  #addSpooledInput(file: string): void {
    const path = '-';
    const kind = readFileKind(file);
    if ('reason' in kind) this.#refuse(path, kind.reason, { code: 'not-an-image-archive' });
    else if (kind.kind === 'plain' || kind.kind === 'compressed') {
      const facts = { kind: kind.kind, path, sizeBytes: kind.sizeBytes, optional: false };
      this.#push({ ...facts, location: fileAt(file) }, statSync(file));
    } else this.#refuse(path, 'it holds no bytes of images', { code: 'not-an-image-archive' });
  }

  *#addNamed(path: string): Steps<void> {
    let stat: Stats;
    try {
      stat = statSync(systemPath(path));
    } catch (error) {
      this.#refuse(path, messageOf(error));
      return;
    }
    if (stat.isDirectory()) yield* this.#addFolder(path, stat);
    else if (stat.isFile()) yield* this.#addNamedFile(path, stat);
    else this.#refuse(path, 'neither a file nor a folder; a stream is read from standard input, as -');
  }

  /** A part stands for all of them, and so does their list. */
  *#addNamedFile(path: string, stat: Stats): Steps<void> {
    const kind = readFileKind(path);
    const split = yield* splitOf(path, kind, this.#limits);
    if (split === null) this.#addFile(path, stat, kind, 'named');
    else this.#addSplit(split, 'named');
  }

  /** The paths of a glob, in the order of their bytes. */
  async expand(pattern: string): Promise<Named> {
    const none = (reason: string): Named => ({ kind: 'refused', input: pattern, reason });
    // Paths are shown as the pattern was written: from the root, or from here.
    const found = await expandGlob(pattern, isAbsolute(pattern));
    if (found === null) return none('no such file or folder');
    const paths = found.paths
      .map((path) => ({ path: path.replace(/(?<=.)\/$/, ''), isFolder: path.endsWith('/') }))
      .filter(({ path, isFolder }) => !this.#excludes.has(path, isFolder))
      .map(({ path }) => path);
    if (paths.length === 0 && found.unreadable.length === 0) return none('no file or folder matches');
    return { kind: 'paths', paths: sortByBytes(paths), unreadable: found.unreadable };
  }

  *#addFolder(path: string, stat: Stats): Steps<void> {
    const before = this.#candidates;
    this.#files = 0;
    const isArchive = yield* this.#addArchive(path, '', stat);
    if (isArchive) return;
    yield* this.#searchFolder(path, '', null);
    if (this.#candidates === before) this.#refuse(path, 'no image archive in this folder or below it');
  }

  /** Takes a folder that is an archive, or is refused as one; false for any other. What lies beside its parts is searched. */
  *#addArchive(root: string, below: string, stat: Stats): Steps<boolean> {
    const path = join(root, below);
    const layout = isLayoutFolder(path);
    if (layout.kind === 'other') return false;
    const beside: Beside = { archives: [], leftOut: [] };
    const isNew =
      layout.kind === 'layout'
        ? this.#push({ kind: 'folder', path, sizeBytes: 0, optional: false, location: fileAt(path), beside }, stat)
        : this.#refuse(path, layout.reason, { code: 'not-an-image-archive' });
    if (isNew) {
      const parts = archiveParts(path, hasIn(path), this.#limits.documentBytes);
      yield* this.#searchFolder(root, below, { below, beside, ...parts });
    }
    return true;
  }

  /** `around`: the folder that is an archive and that this one is, or lies in. */
  *#searchFolder(root: string, below: string, around: Around | null): Steps<void> {
    const folder = join(root, below);
    const { folderFiles } = this.#limits;
    let entries: ReadonlyMap<string, Dirent<Buffer>>;
    try {
      const found = readdirSync(systemPath(folder), { encoding: 'buffer', withFileTypes: true });
      entries = new Map(found.map((entry) => [pathOfBytes(entry.name), entry]));
    } catch (error) {
      // What cannot be listed of an archive is a finding of it.
      if (around === null) this.#refuse(folder, messageOf(error));
      return;
    }
    yield* this.#tellOf([...entries.keys()]);
    const split = yield* splitAmong(folder, [...entries.keys()], this.#limits);
    for (const name of sortByBytes([...entries.keys()])) {
      const relative = below === '' ? name : `${below}/${name}`;
      if (this.#files > folderFiles) return;
      const isFolder = entries.get(name)?.isDirectory() ?? false;
      if (around !== null && isPartOf(around, relative)) continue;
      if (split.members.has(name)) {
        around?.beside.leftOut.push(nameIn(around, relative));
        continue;
      }
      if (this.#isExcluded(relative, isFolder, around)) {
        this.skipped.push({ path: join(root, relative), reason: 'excluded' });
        around?.beside.leftOut.push(nameIn(around, relative));
      } else if (++this.#files <= folderFiles)
        yield* this.#visit(root, relative, { around, split: split.archives.get(name) ?? null });
      else this.#refuse(folder, limitMessage('folderFiles', folderFiles, 'the folder has more files'));
      yield;
    }
  }

  #isExcluded(relative: string, isFolder: boolean, around: Around | null): boolean {
    if (around?.holdsPart(nameIn(around, relative))) return false;
    return this.#excludes.has(relative, isFolder);
  }

  *#visit(root: string, relative: string, { around, split }: Visit): Steps<void> {
    const path = join(root, relative);
    const before = this.#candidates;
    let linked: boolean;
    let stat: Stats;
    try {
      const own = lstatSync(systemPath(path));
      linked = own.isSymbolicLink();
      stat = linked ? statSync(systemPath(path)) : own;
    } catch (error) {
      // A link of an archive that leads nowhere is a finding of it.
      if (around === null || archiveName.test(path)) this.#refuse(path, messageOf(error));
      return;
    }
    if (stat.isDirectory() && linked) {
      if (!around?.holdsPart(nameIn(around, relative))) this.skipped.push({ path, reason: 'a link to a folder' });
    } else if (stat.isDirectory()) {
      const isArchive = yield* this.#addArchive(root, relative, stat);
      if (!isArchive) return yield* this.#searchFolder(root, relative, around);
    } else if (linked && around !== null && leadsToPart(root, around, path)) return;
    else if (stat.isFile()) this.#addFound(path, stat, split, around === null ? 'searched' : 'beside');
    else if (archiveName.test(path)) this.#refuse(path, 'neither a file nor a folder');
    else if (around === null) this.#passOver(path);
    if (around !== null && this.#candidates > before) around.beside.archives.push(nameIn(around, relative));
  }

  #addFound(path: string, stat: Stats, split: FoundSplit | null, found: Found): void {
    if (split === null) this.#addFile(path, stat, readFileKind(path), found);
    else this.#addSplit(split, found);
  }

  /** What is no archive beside the parts of one is listed among its entries, unless its name says that it should be one. */
  #addFile(path: string, stat: Stats, kind: FileKind, found: Found): void {
    const looksLikeArchive = archiveName.test(path);
    const isNamed = found === 'named';
    if ('reason' in kind) {
      if (isNamed || looksLikeArchive || (kind.kind !== 'other' && found === 'searched')) {
        const code = kind.kind === 'unreadable' ? 'input-unreadable' : 'not-an-image-archive';
        const hint = isPartName(path) ? partHint : '';
        this.#refuse(path, kind.reason + hint, { code, sizeBytes: stat.size });
      } else if (found === 'searched') this.#passOver(path);
    } else if (kind.kind === 'plain' || kind.kind === 'compressed') {
      const optional = !isNamed && !looksLikeArchive && kind.kind === 'compressed';
      this.#push({ kind: kind.kind, path, sizeBytes: kind.sizeBytes, optional, location: fileAt(path) }, stat);
    } else if (isNamed) {
      const { sizeBytes } = kind;
      this.#push({ kind: 'inventory', path, sizeBytes, optional: false, location: fileAt(path) }, stat);
    } else if (found === 'searched') this.#passOver(path);
  }

  /** An archive in parts; one of which nothing can be read is told with what is missing. */
  #addSplit({ path, archive, reason, isSure }: FoundSplit, found: Found): void {
    if (archive === null) {
      this.#refuse(path, reason);
      return;
    }
    const { location, sizeBytes, faults, claimed } = archive;
    const kind = kindOfSource(() => openParts(location));
    if (kind.kind === 'plain' || kind.kind === 'compressed') {
      const facts = { kind: kind.kind, path, sizeBytes, optional: false, location, split: { faults, claimed } };
      const [first] = pathsAt(location);
      this.#push(facts, statSync(systemPath(first ?? path)));
    } else if (isSure || found === 'named') {
      const why = ('reason' in kind ? kind.reason : 'its parts are no archive') + (isSure ? '' : partHint);
      this.#refuse(path, faults[0]?.message ?? why, { sizeBytes, findings: faults });
    } else if (found === 'searched') this.#passOver(path);
  }

  #passOver(path: string): void {
    this.passedOver++;
    if (this.passedOverPaths.length < namedPassedOver) this.passedOverPaths.push(path);
  }

  /** A file reached twice, by link or by name, counts once, under its first path. Whether it is new. */
  #push(source: Source, { dev, ino }: Stats): boolean {
    this.#candidates++;
    const identity = `${dev}:${ino}`;
    const first = this.#seen.get(identity);
    if (first === undefined) {
      this.#seen.set(identity, source.path);
      this.sources.push(source);
    } else if (first !== source.path) {
      this.skipped.push({ path: source.path, reason: `the same file as ${first}` });
    }
    return first === undefined;
  }
}
