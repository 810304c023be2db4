/**
 * One archive that holds several images in sub-folders (packages of other tools do) → one entry table for each folder,
 * named `FILE!/folder`. Every byte of the archive lands in exactly one of them: what lies in no folder, and the end of
 * the tar, goes to the first. A backslash above the images is a slash, as Windows has it. Hostile input: many folders times many entries; an entry is looked up, never compared
 * with each folder.
 */
import { windowsName, withSlashes } from './entry-names.js';
import { type ArchiveEntry, type EntryTable, escapes, normalizeName } from './entry-table.js';

/** Splits a table along folders, none of which lies in another, in their order. */
export function splitTable(table: EntryTable, folders: readonly string[]): EntryTable[] {
  const parts = folders.map((): ArchiveEntry[] => []);
  const owners = new FolderOwners(folders);
  for (const entry of table.entries) {
    const owner = owners.of(windowsName(entry.name));
    const part = parts[owner ?? 0];
    part?.push({ ...entry, ...namesInside(entry, owner === null ? null : (folders[owner] ?? '')), index: part.length });
  }
  return folders.map((folder, i) => partTable(table, folder, parts[i] ?? [], i === 0));
}

/** Which folder a name lies in. */
class FolderOwners {
  readonly #owners: ReadonlyMap<string, number>;
  readonly #lengths: readonly number[];

  constructor(folders: readonly string[]) {
    this.#owners = new Map(folders.map((folder, i) => [folder, i]));
    this.#lengths = [...new Set(folders.map((folder) => folder.length))];
  }

  of(name: string): number | null {
    for (const length of this.#lengths) {
      if (name[length] !== '/') continue;
      const owner = this.#owners.get(name.slice(0, length));
      if (owner !== undefined) return escapes(name) ? null : owner;
    }
    return null;
  }
}

/** The names of an entry as seen from its folder; null = it lies in none. */
function namesInside(entry: ArchiveEntry, folder: string | null): Pick<ArchiveEntry, 'name' | 'linkName'> {
  const { name, linkName } = entry;
  // No normalised name starts with a slash: what lies outside cannot be taken for what lies inside.
  if (folder === null) return { name: `/${name}`, linkName };
  // A symlink is relative to its own place; a hard link names its target from the root of the archive.
  const link = entry.type === 'link' && linkName !== null ? seenFrom(folder, normalizeName(linkName)) : linkName;
  return { name: seenFrom(folder, name), linkName: link };
}

function seenFrom(folder: string, name: string): string {
  const slashed = windowsName(name);
  if (!slashed.startsWith(`${folder}/`)) return `../${name}`;
  const inside = slashed.slice(folder.length + 1);
  // Below the folder a name stays as it is written, and is found with a remark.
  const written = name.slice(name.length - inside.length);
  return withSlashes(written) === inside ? written : inside;
}

function partTable(table: EntryTable, folder: string, entries: readonly ArchiveEntry[], first: boolean): EntryTable {
  const own = structureOf(entries);
  // Headers that belong to no entry (a lone zero block, a global header at the end) stay with the first part as well.
  const stray = first ? table.overhead.headerBytes - structureOf(table.entries).headerBytes : 0;
  const overhead = {
    headerBytes: own.headerBytes + stray,
    paddingBytes: own.paddingBytes,
    endBytes: first ? table.overhead.endBytes : 0,
    trailingBytes: first ? table.overhead.trailingBytes : 0,
  };
  const bodies = entries.reduce((total, entry) => total + entry.storedBytes, 0);
  const tarBytes = bodies + overhead.headerBytes + overhead.paddingBytes + overhead.endBytes + overhead.trailingBytes;
  return {
    ...table,
    path: `${table.path}!/${folder}`,
    entries,
    overhead,
    tarBytes,
    sizeBytes: table.compression === 'none' ? tarBytes : first ? table.sizeBytes : 0,
    findings: first ? table.findings : [],
  };
}

function structureOf(entries: readonly ArchiveEntry[]): { headerBytes: number; paddingBytes: number } {
  const structure = { headerBytes: 0, paddingBytes: 0 };
  for (const { structureBytes } of entries) {
    structure.headerBytes += structureBytes.headerBytes;
    structure.paddingBytes += structureBytes.paddingBytes;
  }
  return structure;
}
