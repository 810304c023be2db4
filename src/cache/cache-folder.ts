/**
 * The folder of a result cache: small named files, each whole or absent. A file is written beside its place and renamed,
 * so a writer that is killed leaves nothing but a temporary file, and of two writers one wins. Hostile input: the folder
 * may hold anything; only files of our own naming are read or removed, no link is followed, no pipe is waited for, and
 * what does not have the checksum that it begins with is of no use.
 */
import { hash, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { messageOf, VarveError } from '../model/error.js';

/** What the files of a cache may take on disk unless the caller says otherwise. */
export const defaultCacheBytes = 256_000_000;

/** A larger file is neither written nor read. */
const maxFileBytes = 32 * 1024 * 1024;
/** Of the line before the content. */
const checksumBytes = 65;
/** What a small file takes on disk. */
const blockBytes = 4096;
const ownName = /^(?:(?:source|files)-\d+-\d+|(?:layer|contents)-sha(?:256|512)-[0-9a-f]+)\.json$/;
const temporaryName = /^\.varve-[0-9a-f-]+\.tmp$/;
/** A temporary file as old as this is nobody's any more. */
const abandonedMs = 60 * 60 * 1000;
/** By this, backup programs know that the folder can be made again (bford.info/cachedir). */
const tag = 'Signature: 8a477f597d28d172789f06886806bc55\n# Results of varve --cache. It may be deleted at any time.\n';

/** How much a cache holds. */
export interface CacheFacts {
  readonly entries: number;
  /** On disk. */
  readonly bytes: number;
}

/** What lies in the folder of a cache; nothing where there is none. Changes nothing, and never throws for what is there. */
export function cacheFacts(path: string): CacheFacts {
  let names: readonly string[];
  try {
    names = readdirSync(path).filter((name) => ownName.test(name));
  } catch {
    return { entries: 0, bytes: 0 };
  }
  const sizes = names.flatMap((name) => {
    const stat = lstatSync(join(path, name), { throwIfNoEntry: false });
    return stat?.isFile() === true ? Math.ceil(stat.size / blockBytes) * blockBytes : [];
  });
  return { entries: sizes.length, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) };
}

export class CacheFolder {
  readonly path: string;
  readonly #limitBytes: number;
  readonly #remark: (text: string) => void;
  #writable = true;
  #written = false;

  /** Makes the folder where it is absent. Throws VarveError `usage` where something else is there. */
  constructor(path: string, limitBytes: number, remark: (text: string) => void) {
    this.path = path;
    this.#limitBytes = limitBytes;
    this.#remark = remark;
    this.#open();
  }

  #open(): void {
    try {
      // What is known of the archives of one user is no business of another.
      mkdirSync(this.path, { recursive: true, mode: 0o700 });
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'EEXIST' || code === 'ENOTDIR') {
        throw new VarveError('usage', `a cache takes a folder, and ${this.path} is none`, { cause });
      }
      this.#giveUp(cause);
    }
  }

  #read(name: string): string | null {
    const path = join(this.path, name);
    let fd: number;
    try {
      fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.refuse(name, messageOf(error));
      return null;
    }
    try {
      const stat = fstatSync(fd);
      if (!stat.isFile() || stat.size > maxFileBytes) throw new TypeError('it is no file of a cache');
      const content = contentOf(readFileSync(fd, 'utf8'));
      touch(path);
      return content;
    } catch (error) {
      this.refuse(name, messageOf(error));
      return null;
    } finally {
      closeSync(fd);
    }
  }

  /** What a file says, or null where there is none that says anything; `parse` throws where it is not what it should be. */
  parse<T>(name: string, parse: (content: string) => T | null): T | null {
    const content = this.#read(name);
    if (content === null) return null;
    try {
      return parse(content);
    } catch (error) {
      this.refuse(name, messageOf(error));
      return null;
    }
  }

  /** Says that a file is of no use. */
  refuse(name: string, reason: string): void {
    this.#remark(`cache: ${join(this.path, name)} is ignored: ${reason}`);
  }

  /** Puts a file in its place, in one step; too large a one is left out. Failure is a remark, and the end of writing. */
  write(name: string, content: string): void {
    if (!this.#writable || checksumBytes + Buffer.byteLength(content) > maxFileBytes) return;
    const temporary = join(this.path, `.varve-${randomUUID()}.tmp`);
    try {
      writeFileSync(temporary, `${checksum(content)}\n${content}`, { flag: 'wx', mode: 0o600 });
      renameSync(temporary, join(this.path, name));
      this.#written = true;
    } catch (error) {
      rmSync(temporary, { force: true });
      this.#giveUp(error);
    }
  }

  #giveUp(error: unknown): void {
    this.#writable = false;
    this.#remark(`cache: results are not kept in ${this.path}: ${messageOf(error)}`);
  }

  /** Ends the use: where something was written, what was not used for longest goes until the rest fits the limit. */
  close(): void {
    if (!this.#written) return;
    try {
      writeFileSync(join(this.path, 'CACHEDIR.TAG'), tag, { flag: 'wx' });
    } catch {
      // It is there, or cannot be: the results do not depend on it.
    }
    try {
      this.#evict();
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #evict(): void {
    const files = readdirSync(this.path).flatMap((name) => this.#look(name) ?? []);
    let total = files.reduce((sum, { diskBytes }) => sum + diskBytes, 0);
    for (const { name, diskBytes } of files.sort((a, b) => a.usedMs - b.usedMs)) {
      if (total <= this.#limitBytes) return;
      rmSync(join(this.path, name), { force: true });
      total -= diskBytes;
    }
  }

  /** A file of the cache, with when it was used last; what a killed writer left long ago is removed. */
  #look(name: string): { name: string; usedMs: number; diskBytes: number } | null {
    const temporary = temporaryName.test(name);
    if (!temporary && !ownName.test(name)) return null;
    const path = join(this.path, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined || stat.isDirectory()) return null;
    const { mtimeMs: usedMs, size } = stat;
    if (temporary && usedMs < Date.now() - abandonedMs) rmSync(path, { force: true });
    return temporary ? null : { name, usedMs, diskBytes: Math.ceil(size / blockBytes) * blockBytes };
  }
}

/** Not against people, who could write a checksum too: against disks and half a file. */
function checksum(content: string): string {
  return hash('sha256', content, 'hex');
}

function contentOf(text: string): string {
  const end = text.indexOf('\n');
  const content = text.slice(end + 1);
  if (end === -1 || checksum(content) !== text.slice(0, end)) throw new TypeError('its checksum does not fit');
  return content;
}

/** Marks a file as used now, as far as that is allowed. */
function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // A cache that others own can be read all the same.
  }
}
