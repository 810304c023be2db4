/**
 * A file that a later run may go on with: it is written beside its place under a name that can be found again, and put in its place
 * once it is whole. One process writes it at a time, under a lock beside it. Hostile input: a folder that others write into;
 * what lies under that name and is not a file of whoever holds the lock, and of nobody else, is not touched.
 */
import { closeSync, constants, existsSync, fstatSync, lstatSync, openSync, readSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OutputError } from '../model/error.js';
import type { Steps } from '../sources/steps.js';
import { type BackgroundFlush, backgroundFlush } from './background-flush.js';
import { discard, diskCode } from './disk.js';
import { guarded, hiddenStart, makeReady, outputPlace, syncFolder, unwritten } from './new-output.js';

/** Names beside a file that is to be. */
export interface PartialPaths {
  /** What has come of it. */
  readonly partial: string;
  /** The lock of whoever writes that. */
  readonly lock: string;
}

/** Where what came of a file lies until it is whole. Throws OutputError. */
export function partialPaths(path: string): PartialPaths {
  const { target } = outputPlace(path);
  const beside = (end: string): string => join(dirname(target), `${hiddenStart(target)}${end}`);
  return { partial: beside('partial'), lock: beside('partial.lock') };
}

/** One that is open to read and to write; each method throws OutputError. */
export interface PartialFile {
  readonly path: string;
  readonly fd: number;
  readonly flush: BackgroundFlush;
  /** Makes it durable and puts it in its place. */
  commit(): void;
  /** Leaves it for a later run, and says whether it lies there: after `commit` it does not. */
  leave(): boolean;
  /** Leaves nothing of it; after `commit` it does nothing. */
  abandon(): void;
}

/** Opens what there is, else begins; the lock beside it is held. Throws OutputError. */
export function openPartialFile(path: string): PartialFile {
  const place = outputPlace(path);
  const { partial, lock } = partialPaths(path);
  const fd = openOwn(partial, lock);
  let isOpen = true;
  const flush = backgroundFlush(partial);
  const close = (): void => {
    flush.end();
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  return {
    path: partial,
    fd,
    flush,
    commit: () =>
      guarded(path, () => {
        makeReady(fd, place);
        close();
        renameSync(partial, place.target);
        syncFolder(dirname(place.target));
      }),
    leave: () => {
      close();
      return existsSync(partial);
    },
    abandon: () => {
      close();
      discard(partial);
    },
  };
}

/** What the system says of a name under which something lies that is not to be opened. */
const refusals: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'ELOOP', 'EISDIR', 'ENXIO']);

/** Opens a file of this user alone, or makes it. Throws OutputError where something else lies there. */
function openOwn(partial: string, lock: string): number {
  const refusal = (cause: unknown): OutputError =>
    new OutputError(`${partial} is not a file of this user alone, and is not touched; remove it`, { cause });
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let fd: number;
  try {
    fd = openSync(partial, flags, 0o666);
  } catch (error) {
    throw refusals.has(diskCode(error)) ? refusal(error) : unwritten(partial, error);
  }
  if (guarded(lock, () => isOwn(fd, lock))) return fd;
  closeSync(fd);
  throw refusal(null);
}

/** The same to look at alone; null where there is nothing that a run would go on with. */
export function readPartialFile(path: string): (Pick<PartialFile, 'fd' | 'path'> & { close(): void }) | null {
  const { partial } = partialPaths(path);
  try {
    const fd = openSync(partial, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (fstatSync(fd).isFile()) return { fd, path: partial, close: () => closeSync(fd) };
    closeSync(fd);
    return null;
  } catch {
    return null;
  }
}

/** A lock is made by its holder; whoever else has a name or a hand in the file could change it behind every check. */
function isOwn(fd: number, lock: string): boolean {
  const stat = fstatSync(fd);
  return stat.isFile() && stat.nlink === 1 && stat.uid === lstatSync(lock).uid;
}

const zeros = Buffer.alloc(1024 * 1024);

/**
 * How many bytes of a part of a file were written, where they came in their order and all behind them is zeros still: fewer
 * where the last of them are zeros too. Throws OutputError.
 */
export function* writtenBytes(
  { fd, path }: Pick<PartialFile, 'fd' | 'path'>,
  startBytes: number,
  sizeBytes: number,
): Steps<number> {
  const buffer = Buffer.allocUnsafe(Math.min(zeros.length, sizeBytes));
  for (let endBytes = sizeBytes; endBytes > 0; ) {
    const at = Math.max(0, endBytes - buffer.length);
    const read = guarded(path, () => readSync(fd, buffer, 0, endBytes - at, startBytes + at));
    const piece = buffer.subarray(0, read);
    if (!piece.equals(zeros.subarray(0, read))) return at + piece.findLastIndex((byte) => byte !== 0) + 1;
    endBytes = at;
    yield;
  }
  return 0;
}
