/**
 * The list of entries that every builder returns, between "which image" and "which bytes": tests change this list (replace,
 * drop, rename, repeat, reorder) before they write it as a tar or as a folder. The helpers here never change their input, and
 * throw where the entry that they name is missing, so that no test passes because nothing was tampered with.
 */
export type EntryType = 'file' | 'directory' | 'symlink' | 'link';

/** One entry of an archive. */
export interface Entry {
  /** Path as written in the archive; a directory's ends with a slash. */
  readonly name: string;
  /** Body; empty for everything but files. */
  readonly content: Buffer;
  /** Default: file. */
  readonly type?: EntryType;
  /** Target of a symlink or hard link. */
  readonly linkname?: string;
  /** Permission bits. Default: 0o644, directories 0o755. */
  readonly mode?: number;
  /** Seconds since 1970. Default: 0. */
  readonly mtime?: number;
}

/** A file entry; a string is written as UTF-8. */
export function file(name: string, content: Buffer | string, mtime = 0): Entry {
  return { name, content: typeof content === 'string' ? Buffer.from(content) : content, mtime };
}

/** A directory entry; the slash at the end is added where it is missing. */
export function directory(name: string, mtime = 0): Entry {
  return { name: name.endsWith('/') ? name : `${name}/`, content: Buffer.alloc(0), type: 'directory', mtime };
}

/** A symlink entry. */
export function symlink(name: string, linkname: string, mtime = 0): Entry {
  return { name, content: Buffer.alloc(0), type: 'symlink', linkname, mode: 0o777, mtime };
}

/** A hard link entry. */
export function hardLink(name: string, linkname: string, mtime = 0): Entry {
  return { name, content: Buffer.alloc(0), type: 'link', linkname, mtime };
}

/** The first entry of that name; throws RangeError if there is none. */
export function findEntry(entries: readonly Entry[], name: string): Entry {
  const found = entries.find((entry) => entry.name === name);
  if (found === undefined) throw new RangeError(`no entry ${name}`);
  return found;
}

/** The list with the named entries changed by `change`. */
export function changeEntry(entries: readonly Entry[], name: string, change: (entry: Entry) => Entry): Entry[] {
  findEntry(entries, name);
  return entries.map((entry) => (entry.name === name ? change(entry) : entry));
}

/** The list with another body in the named entries. */
export function replaceContent(entries: readonly Entry[], name: string, content: Buffer | string): Entry[] {
  const replacement = typeof content === 'string' ? Buffer.from(content) : content;
  return changeEntry(entries, name, (entry) => ({ ...entry, content: replacement }));
}

/** The list with a JSON document rewritten: `edit` gets the parsed value and returns the new one. */
export function editJson<T>(entries: readonly Entry[], name: string, edit: (document: T) => unknown): Entry[] {
  const document = JSON.parse(findEntry(entries, name).content.toString()) as T;
  return replaceContent(entries, name, JSON.stringify(edit(document)));
}

/** The list without the named entries. */
export function dropEntry(entries: readonly Entry[], name: string): Entry[] {
  findEntry(entries, name);
  return entries.filter((entry) => entry.name !== name);
}

/** The list with an entry under another name. */
export function renameEntry(entries: readonly Entry[], name: string, newName: string): Entry[] {
  return changeEntry(entries, name, (entry) => ({ ...entry, name: newName }));
}

/** A copy of the bytes in which the bits of `mask` are inverted at the offset. */
export function flipByte(content: Buffer, offsetBytes: number, mask = 0x01): Buffer {
  const copy = Buffer.from(content);
  copy.writeUInt8(copy.readUInt8(offsetBytes) ^ mask, offsetBytes);
  return copy;
}

/** The list with one byte of an entry's body changed. */
export function flipEntryByte(entries: readonly Entry[], name: string, offsetBytes: number): Entry[] {
  return changeEntry(entries, name, (entry) => ({ ...entry, content: flipByte(entry.content, offsetBytes) }));
}

/** The list in the order in which a directory walk would meet the names (bytewise). */
export function sortEntries(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((left, right) => Buffer.compare(Buffer.from(left.name), Buffer.from(right.name)));
}
