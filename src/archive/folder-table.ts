/**
 * The entry table of a folder: an OCI image layout, or a save archive that someone unpacked. Files are entries, each
 * read in place. A file that two names share (hard links) has its bytes counted once; the other name is a link.
 * Hostile input: a tree of any shape, which may change while it is read; links are listed, never followed.
 */
import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../model/error.js';
import { type Finding, finding } from '../model/finding.js';
import { limitMessage } from '../model/limits.js';
import { sortByBytes } from '../sources/byte-order.js';
import { placeOf } from '../sources/file-identity.js';
import { fileAt } from '../sources/location.js';
import { pathOfBytes, systemPath } from '../sources/path-bytes.js';
import { atOnce, type Steps } from '../sources/steps.js';
import type { ArchiveEntry, EntryTable } from './entry-table.js';

/** What a store keeps beside its layout while it is written: its lock, unfinished files, what failed its digest. No part of any archive. */
export const workFolder = '.varve';

/** Lists a folder recursively, in the order of name bytes. What cannot be read is a finding. */
export function indexFolder(path: string, maxEntries: number): EntryTable {
  return atOnce(walkFolder(path, maxEntries));
}

/** The same, with a rest after each name, and without the files and folders of these names. */
export function* walkFolder(
  path: string,
  maxEntries: number,
  without: ReadonlySet<string> = new Set(),
): Steps<EntryTable> {
  const walk = new FolderWalk(path, maxEntries, without);
  yield* walk.visit('');
  const sizeBytes = walk.entries.reduce((sum, entry) => sum + entry.storedBytes, 0);
  return {
    path,
    filePath: path,
    location: fileAt(path),
    container: 'folder',
    compression: 'none',
    sizeBytes,
    tarBytes: sizeBytes,
    entries: walk.entries,
    overhead: { headerBytes: 0, paddingBytes: 0, endBytes: 0, trailingBytes: 0 },
    truncated: false,
    findings: walk.findings,
  };
}

function namesIn(folder: string): string[] {
  return readdirSync(systemPath(folder), 'buffer').map(pathOfBytes);
}

class FolderWalk {
  readonly entries: ArchiveEntry[] = [];
  readonly findings: Finding[] = [];
  readonly #root: string;
  readonly #maxEntries: number;
  readonly #without: ReadonlySet<string>;
  readonly #byPlace = new Map<string, string>();
  #full = false;

  constructor(root: string, maxEntries: number, without: ReadonlySet<string>) {
    this.#root = root;
    this.#maxEntries = maxEntries;
    this.#without = without;
  }

  *visit(folder: string): Steps<void> {
    const names = this.#try(folder, (path) => sortByBytes(namesIn(path))) ?? [];
    for (const last of names) {
      if (this.#full) return;
      const name = folder === '' ? last : `${folder}/${last}`;
      if (this.#without.has(name)) continue;
      if (this.entries.length >= this.#maxEntries) {
        this.#full = true;
        const message = limitMessage('entries', this.#maxEntries, 'the folder has more');
        this.findings.push(finding('limit-exceeded', message, { subject: folder || null }));
        return;
      }
      yield* this.#add(name);
      yield;
    }
  }

  *#add(name: string): Steps<void> {
    const stat = this.#try(name, (path) => lstatSync(systemPath(path)));
    if (stat === null) return;
    if (stat.isDirectory()) {
      this.#push(name, { type: 'directory' });
      yield* this.visit(name);
    } else if (stat.isSymbolicLink()) {
      const linkName = this.#try(name, (path) => pathOfBytes(readlinkSync(systemPath(path), 'buffer')));
      if (linkName !== null) this.#push(name, { type: 'symlink', linkName });
    } else if (stat.isFile()) {
      const twin = this.#twinOf(name, stat);
      if (twin !== undefined) this.#push(name, { type: 'link', linkName: twin });
      else this.#push(name, { type: 'file', sizeBytes: stat.size, location: fileAt(join(this.#root, name)) });
    } else {
      this.#push(name, { type: 'other' });
    }
  }

  /** The name under which the same file was listed before. */
  #twinOf(name: string, stat: Stats): string | undefined {
    if (stat.nlink < 2) return undefined;
    const place = placeOf(stat);
    const first = this.#byPlace.get(place);
    if (first === undefined) this.#byPlace.set(place, name);
    return first;
  }

  #push(name: string, facts: Pick<ArchiveEntry, 'type'> & Partial<ArchiveEntry>): void {
    const index = this.entries.length;
    const { sizeBytes = 0 } = facts;
    const structureBytes = { headerBytes: 0, paddingBytes: 0 };
    const place = {
      index,
      sourceIndex: index,
      offsetBytes: 0,
      dataOffsetBytes: 0,
      storedBytes: sizeBytes,
      structureBytes,
    };
    this.entries.push({ name, linkName: null, sizeBytes, location: null, ...place, ...facts });
  }

  /** What a look at a name below the root gives, or null where it fails; a file that just went away is no crash. */
  #try<T>(name: string, look: (path: string) => T): T | null {
    try {
      return look(join(this.#root, name));
    } catch (error) {
      this.findings.push(finding('input-unreadable', messageOf(error), { subject: name || null }));
      return null;
    }
  }
}
