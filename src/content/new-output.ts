/**
 * A file or folder that is either whole or not there: it is written beside its place, made durable, and renamed; killed at
 * any moment, there is what was there before. A file may replace one; a folder takes the place of none, or of an empty one.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OutputError } from '../model/error.js';
import { backgroundFlush } from './background-flush.js';
import { discard, diskMessage } from './disk.js';
import { OneOpenFile } from './one-open-file.js';

/** What is being written; each method throws OutputError. */
export interface NewOutput {
  /** Puts bytes into a file of it, by the name and the position there; a file by itself has no name. */
  write(name: string, bytes: Uint8Array, positionBytes: number): void;
  /** Makes it durable and puts it in its place. */
  commit(): void;
  /** Leaves what was there; may be called after `commit`, and then does nothing. */
  abandon(): void;
}

/** One that can be looked at before it is committed. */
export interface VisibleOutput extends NewOutput {
  /** Where it is written until then. */
  readonly temporary: string;
}

/** Of the 255 bytes that a name may have, what comes behind one here leaves so many. */
const longestNameBytes = 220;

/** How hidden names beside a path begin: with its name; of one that is too long for that, with its beginning and its digest. */
export function hiddenStart(path: string): string {
  const name = basename(path);
  if (Buffer.byteLength(name) <= longestNameBytes) return `.${name}.`;
  return `.${name.slice(0, 40)}-${createHash('sha256').update(name).digest('hex').slice(0, 32)}.`;
}

/** A name beside a path that nobody else takes. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `${hiddenStart(path)}${randomBytes(6).toString('hex')}.tmp`);
}

/** Begins a file at `path`; where that is a link, at what it leads to. Throws OutputError, also for a device or a pipe. */
export function newFile(path: string): VisibleOutput {
  const place = outputPlace(path);
  const temporary = temporaryBeside(place.target);
  const descriptor = guarded(path, () => openSync(temporary, 'wx', 0o666));
  const flush = backgroundFlush(temporary);
  let isOpen = true;
  const close = (): void => {
    flush.end();
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  let isDone = false;
  return {
    temporary,
    write: (_, bytes, positionBytes) => {
      guarded(path, () => writeAll(descriptor, bytes, positionBytes));
      flush.wrote(bytes.length);
    },
    commit: () =>
      guarded(path, () => {
        makeReady(descriptor, place);
        close();
        renameSync(temporary, place.target);
        isDone = true;
        syncFolder(dirname(place.target));
      }),
    abandon: () => {
      close();
      if (!isDone) discard(temporary);
    },
  };
}

/** Where a file is going to be: what a link leads to, and what is there now. */
export interface OutputPlace {
  readonly target: string;
  readonly existing: Stats | undefined;
}

/** Where a file at `path` is going to be. Throws OutputError where something is there that is no file. */
export function outputPlace(path: string): OutputPlace {
  const existing = guarded(path, () => existingFile(path));
  return { target: existing === undefined ? path : realpathSync(path), existing };
}

/** Gives a file the rights of the one that it replaces, and makes its bytes durable. */
export function makeReady(fd: number, { existing }: OutputPlace): void {
  if (existing !== undefined) fchmodSync(fd, existing.mode & 0o777);
  fsyncSync(fd);
}

/** A rename would destroy anything else. */
function existingFile(path: string): Stats | undefined {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing === undefined || existing.isFile()) return existing;
  throw new Error('something is there that is no file');
}

/** Begins a folder at `path`, which must be absent, an empty folder or a link to one. Throws OutputError. */
export function newFolder(path: string): VisibleOutput {
  const target = guarded(path, () => (existsSync(path) ? realpathSync(path) : path));
  const temporary = temporaryBeside(target);
  guarded(path, () => mkdirSync(temporary));
  const folders = new Set([temporary]);
  const files = new OneOpenFile();
  let isDone = false;
  const fileNamed = (name: string): number => {
    const file = join(temporary, name);
    for (let folder = dirname(file); !folders.has(folder); folder = dirname(folder)) {
      mkdirSync(folder, { recursive: true });
      folders.add(folder);
    }
    return files.at(file);
  };
  return {
    temporary,
    write: (name, bytes, positionBytes) => guarded(path, () => writeAll(fileNamed(name), bytes, positionBytes)),
    commit: () =>
      guarded(path, () => {
        files.finish();
        for (const folder of folders) syncFolder(folder);
        renameSync(temporary, target);
        isDone = true;
        syncFolder(dirname(target));
      }),
    abandon: () => {
      files.abandon();
      if (!isDone) discard(temporary);
    },
  };
}

/** Writes all of it, however little the system takes at a time. */
export function writeAll(fd: number, bytes: Uint8Array, positionBytes: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, positionBytes + done);
  }
}

/** File systems that cannot do it (some on a network) say so, and keep their own promises. */
const unsyncable: ReadonlySet<unknown> = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EISDIR', 'EPERM']);

/** Makes the names in a folder durable. */
export function syncFolder(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && unsyncable.has(error.code))) throw error;
  } finally {
    closeSync(fd);
  }
}

/** Does some writing; what goes wrong is told with the path. Throws OutputError. */
export function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw unwritten(path, cause);
  }
}

/** The error of a writing that was waited for. */
export function unwritten(path: string, cause: unknown): OutputError {
  return new OutputError(`${path} was not written: ${diskMessage(cause)}`, { cause });
}
