/**
 * Names of a table and where they lead. A name is looked up as it stands, and only where no entry has it folder by folder,
 * as a disk does, over links to folders. Links are followed inside the archive only. Where a link leads is found out once,
 * whoever asks. Hostile input: links by the hundred thousand in chains and circles, names of a megabyte; ways over folders
 * that are links have a budget, since each of them may be as long as all names together.
 */

import { type Limits, limitMessage } from '../model/limits.js';
import { eachOf, finished, isRestDue, type Work } from '../model/work/work.js';
import { type ArchiveEntry, type EntryTable, escapes, normalizeName } from './entry-table.js';
import { NamePrefixes } from './name-prefixes.js';

/** Where the links that start at an entry end: at a file or folder, at the root, or nowhere. */
interface End {
  readonly at: ArchiveEntry | 'root' | null;
  /** Links on the way; of a way to nowhere those that have to be followed to know it. */
  readonly hops: number;
}

/** How far links are followed, and how much is read of ways over folders that are links. */
export type NameLimits = Pick<Limits, 'linkHops' | 'entryNamesBytes'>;

type Walked = { readonly name: string } | null | 'beyond';

/** Looks up names in a table: the last entry of a name wins, links are followed inside the archive only. */
export class EntryNames {
  readonly #byName = new Map<string, ArchiveEntry>();
  readonly #limits: NameLimits;
  readonly #symlinks = new NamePrefixes<ArchiveEntry>();
  readonly #ends = new Map<ArchiveEntry, End>();
  /** Where folders lead that are named and lie behind a link. */
  readonly #walkedFolders = new Map<string, Walked>();
  /** Entries by their names with slashes, of those that have backslashes; made when one is first looked for. */
  #slashed: ReadonlyMap<string, ArchiveEntry> | null = null;
  /** Characters of names that may still be looked up on ways over folders that are links. */
  #walkBudget: number;

  constructor({ entries }: Pick<EntryTable, 'entries'>, limits: NameLimits) {
    this.#limits = limits;
    this.#walkBudget = limits.entryNamesBytes;
    finished(this.#take(entries));
  }

  /** The names of a table, made with rests. */
  static *of({ entries }: Pick<EntryTable, 'entries'>, limits: NameLimits): Work<EntryNames> {
    const names = new EntryNames({ entries: [] }, limits);
    yield* names.#take(entries);
    // One chain may have as many links as there are entries: whoever asks for an end later finds it known.
    for (const entry of entries) if (entry.linkName !== null && !names.#ends.has(entry)) yield* names.#findEnd(entry);
    return names;
  }

  *#take(entries: readonly ArchiveEntry[]): Work<void> {
    yield* eachOf(entries, (entry) => {
      this.#byName.set(entry.name, entry);
    });
    yield* eachOf(this.#byName.values(), (entry) => {
      if (entry.type === 'symlink') this.#symlinks.add(entry.name, entry);
    });
  }

  /** The entry of that name itself, links unresolved. */
  get(name: string): ArchiveEntry | undefined {
    return this.#byName.get(normalizeName(name));
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The whole file that a name leads to, or null where it leads to none or to one that is cut. */
  file(name: string): ArchiveEntry | null {
    const end = this.#follow(this.#find(normalizeName(name)));
    return end !== null && typeof end === 'object' && end.type === 'file' ? wholeFile(end) : null;
  }

  /** The entry whose name has backslashes and is this one where they are slashes; null where none is. */
  backslashed(name: string): ArchiveEntry | null {
    this.#slashed ??= slashedNames(this.#byName);
    return this.#slashed.size === 0 ? null : (this.#slashed.get(normalizeName(name)) ?? null);
  }

  /** The whole file that a name leads to where Windows reads it: a backslash is a slash, in names and in links. */
  windowsFile(name: string): ArchiveEntry | null {
    let at: string | null = normalizeName(withSlashes(name));
    for (let links = 0; at !== null && links <= this.#limits.linkHops && this.#walkBudget >= 0; links++) {
      const entry: ArchiveEntry | undefined = this.#find(at) ?? this.backslashed(at) ?? undefined;
      if (entry?.linkName == null) return entry?.type === 'file' ? wholeFile(entry) : null;
      this.#walkBudget -= at.length + entry.linkName.length;
      const link: ArchiveEntry = { ...entry, name: at, linkName: withSlashes(entry.linkName) };
      // Where a disk goes another way than names do, spelling is not what the file is missed for.
      at = this.crossesLink(link) ? null : linkTarget(link);
    }
    return null;
  }

  /** The first link to a folder over which a name leads that no entry has; null where it leads over none, or nowhere. */
  folderLinkOf(name: string): ArchiveEntry | null {
    const normal = normalizeName(name);
    if (this.#byName.has(normal) || this.#find(normal) === undefined) return null;
    return this.#symlinks.above(normal);
  }

  /** Why a chain of links that starts at this entry is not followed to its end; null where it is. */
  beyondLimit(entry: ArchiveEntry): string | null {
    if (this.#follow(entry) !== 'beyond') return null;
    return limitMessage('linkHops', this.#limits.linkHops, 'the link leads over more links');
  }

  /** Why some names that lie behind links were not looked up; null where all were. */
  get givenUp(): string | null {
    if (this.#walkBudget >= 0) return null;
    return limitMessage(
      'entryNamesBytes',
      this.#limits.entryNamesBytes,
      'names behind links to folders have more bytes',
    );
  }

  /** Whether a link leads to a whole file, to a folder, or to the root. */
  leadsSomewhere(entry: ArchiveEntry): boolean {
    const end = this.#follow(entry);
    if (end === 'root') return true;
    if (end === null || end === 'beyond') return false;
    return end.type === 'directory' || wholeFile(end) !== null;
  }

  /** Whether a symbolic link has another one on its way, as a folder. */
  crossesLink(entry: ArchiveEntry): boolean {
    const target = entry.type === 'symlink' ? linkTarget(entry) : null;
    if (target === null) return false;
    if (this.#symlinks.above(target) !== null) return true;
    if (!climbsOverFolder(entry.linkName ?? '')) return false;
    const walked = this.#walk(wayOf(entry));
    return walked === null || walked === 'beyond' || walked.name !== target;
  }

  #find(name: string): ArchiveEntry | undefined {
    const direct = this.#byName.get(name);
    if (direct !== undefined || escapes(name) || this.#symlinks.isEmpty) return direct;
    if (this.#symlinks.above(name) === null) return undefined;
    const lastSlash = name.lastIndexOf('/');
    const folder = name.slice(0, lastSlash + 1);
    let walked = this.#walkedFolders.get(folder);
    if (walked === undefined) {
      walked = this.#walk(folder);
      this.#walkedFolders.set(folder, walked);
    }
    if (walked === null || walked === 'beyond') return undefined;
    const last = name.slice(lastSlash + 1);
    return this.#byName.get(/^\/?$/.test(walked.name) ? walked.name + last : `${walked.name}/${last}`);
  }

  #follow(first: ArchiveEntry | undefined): End['at'] | 'beyond' {
    if (first === undefined) return null;
    const { at, hops } = this.#endOf(first);
    return hops > this.#limits.linkHops ? 'beyond' : at;
  }

  #endOf(first: ArchiveEntry): End {
    return this.#ends.get(first) ?? finished(this.#findEnd(first));
  }

  /** Follows links until one is known, and then knows all of them. */
  *#findEnd(first: ArchiveEntry): Work<End> {
    const way: ArchiveEntry[] = [];
    const places = new Map<ArchiveEntry, number>();
    let entry = first;
    let end: End | undefined;
    while (end === undefined) {
      if (isRestDue()) yield;
      end = this.#ends.get(entry);
      if (end !== undefined) break;
      const circleFrom = places.get(entry);
      if (circleFrom !== undefined) {
        // Each link of a circle is back at itself after all of them.
        const hops = way.length - circleFrom - 1;
        for (const each of way.splice(circleFrom)) this.#ends.set(each, { at: null, hops });
        end = { at: null, hops };
        break;
      }
      const next = this.#next(entry);
      if (typeof next === 'object' && 'index' in next) {
        places.set(entry, way.length);
        way.push(entry);
        entry = next;
      } else {
        end = next;
        this.#ends.set(entry, end);
      }
    }
    for (const each of way.reverse()) {
      if (isRestDue()) yield;
      end = { at: end.at, hops: end.hops + 1 };
      this.#ends.set(each, end);
    }
    return end;
  }

  /** The entry that a link leads to, or the end that it is. */
  #next(entry: ArchiveEntry): ArchiveEntry | End {
    if (entry.type !== 'symlink' && entry.type !== 'link') return { at: entry, hops: 0 };
    const target = linkTarget(entry);
    if (target === null) return { at: null, hops: 0 };
    if (target === '') return { at: 'root', hops: 1 };
    if (!this.crossesLink(entry)) return this.#find(target) ?? { at: null, hops: 0 };
    const walked = this.#walk(wayOf(entry));
    if (walked === 'beyond') return { at: null, hops: Number.POSITIVE_INFINITY };
    return (walked === null ? undefined : this.#byName.get(walked.name)) ?? { at: null, hops: 0 };
  }

  /** Goes a way part by part, over every link but one at its end, as a disk does. Null: it leaves the archive. */
  #walk(way: string): Walked {
    const root = way.startsWith('/') ? '/' : '';
    const done: string[] = [];
    const rest = partsOf(way);
    this.#walkBudget -= way.length;
    for (let links = 0; rest.length > 0; ) {
      if (this.#walkBudget < 0 || links > this.#limits.linkHops) return 'beyond';
      if (!goOn(done, rest.pop() ?? '')) return null;
      const linkName = rest.length === 0 ? null : this.#symlinkAt(root + done.join('/'));
      if (linkName === null) continue;
      if (linkName.startsWith('/')) return null;
      links++;
      done.pop();
      for (const part of partsOf(linkName)) rest.push(part);
    }
    return { name: root + done.join('/') };
  }

  #symlinkAt(name: string): string | null {
    this.#walkBudget -= name.length;
    const entry = this.#byName.get(name);
    if (entry?.type !== 'symlink' || entry.linkName === null) return null;
    this.#walkBudget -= entry.linkName.length;
    return entry.linkName;
  }
}

/** A name as Windows reads it. */
export function withSlashes(name: string): string {
  return name.includes('\\') ? name.replaceAll('\\', '/') : name;
}

/** The same, normalised. */
export function windowsName(name: string): string {
  return name.includes('\\') ? normalizeName(withSlashes(name)) : name;
}

/** Whether a name or a link of an entry leads out of the archive, to whoever takes a backslash for a slash or not. */
export function leadsOut(entry: ArchiveEntry): 'name' | 'link' | null {
  const ways = hasBackslash(entry) ? [entry, asOnWindows(entry)] : [entry];
  if (ways.some(({ name }) => escapes(name)) || onDrive.test(entry.name)) return 'name';
  if (entry.linkName === null) return null;
  return ways.some((way) => linkTarget(way) === null) || onDrive.test(entry.linkName) ? 'link' : null;
}

/** `C:\`: a place of its own, from wherever one comes. */
const onDrive = /^[A-Za-z]:\\/;

function hasBackslash({ name, linkName }: ArchiveEntry): boolean {
  return name.includes('\\') || (linkName?.includes('\\') ?? false);
}

function asOnWindows(entry: ArchiveEntry): ArchiveEntry {
  const linkName = entry.linkName === null ? null : withSlashes(entry.linkName);
  return { ...entry, name: windowsName(entry.name), linkName };
}

function slashedNames(byName: ReadonlyMap<string, ArchiveEntry>): Map<string, ArchiveEntry> {
  const slashed = new Map<string, ArchiveEntry>();
  for (const [name, entry] of byName) if (name.includes('\\')) slashed.set(windowsName(name), entry);
  return slashed;
}

/** The parts of a way, the first one last. */
function partsOf(way: string): string[] {
  return way.split('/').reverse();
}

/** Goes one part further; false where that leaves the root. */
function goOn(done: string[], part: string): boolean {
  if (part === '..') return done.pop() !== undefined;
  if (part !== '' && part !== '.') done.push(part);
  return true;
}

function wholeFile(entry: ArchiveEntry): ArchiveEntry | null {
  return entry.type === 'file' && entry.storedBytes === entry.sizeBytes ? entry : null;
}

/** The way of a symbolic link from the root, its folders and what it says, as it is written. */
function wayOf({ name, linkName }: ArchiveEntry): string {
  return name.slice(0, name.lastIndexOf('/') + 1) + linkName;
}

/** Whether a link goes into a folder and out of it again: where that folder is a link, that leads elsewhere. */
function climbsOverFolder(linkName: string): boolean {
  let from = 0;
  for (let length = climb(linkName, from); length > 0; length = climb(linkName, from)) from += length;
  const rest = linkName.slice(from);
  return rest !== '..' && escapes(rest);
}

function climb(linkName: string, from: number): number {
  return ['/', './', '../'].find((step) => linkName.startsWith(step, from))?.length ?? 0;
}

/** The normalised name that a link points to, or null for no link and for one that leaves the archive. */
export function linkTarget(entry: ArchiveEntry): string | null {
  if (entry.linkName === null) return null;
  // Beside a sub-folder that is read as an archive, names start with a slash, and so do their targets.
  const root = entry.name.startsWith('/') ? '/' : '';
  if (entry.type === 'link') {
    const name = normalizeName(entry.linkName);
    return escapes(name) ? null : root + name;
  }
  if (entry.type !== 'symlink' || entry.linkName.startsWith('/')) return null;
  const parts = entry.name.slice(root.length).split('/').slice(0, -1);
  for (const part of entry.linkName.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return root + parts.join('/');
}
