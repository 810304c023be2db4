/**
 * The lock of a store, or of a file that is gone on with: one writer at a time, and a writer that is dead holds nobody up. It is a
 * link that leads nowhere and is named by whoever holds it: made in one step, whole or not there, and without a byte of space;
 * where there are no links, a file. A lock of a dead process is taken away under a lock of its own, named by the dead one, so that nobody
 * takes away what a third has made meanwhile. Readers take no lock.
 */
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { discard, diskCode, diskMessage } from '../content/disk.js';
import { writeAll } from '../content/new-output.js';
import { interruption, OutputError, StoreError } from '../model/error.js';
import { isGone, type LockOwner, lockText, type OwnProcess, ownerOf, parseLock } from './lock-owner.js';

/** How a lock is waited for. */
export interface LockSettings {
  readonly own: OwnProcess;
  /** How long to wait for another writer. */
  readonly timeoutMs: number;
  /** Hears once who is waited for. */
  readonly onWait: (text: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** A lock that is held. */
export interface HeldLock {
  /** Throws StoreError where somebody has taken it away meanwhile. */
  check(): void;
  release(): void;
}

const pollMs = 50;
const maxLockBytes = 512;
/** So long it may take to write a lock that is a file. */
const maxUnwrittenMs = 60_000;

/**
 * Takes the lock at a path, and waits for it; `what` it is of is said. Throws StoreError where that takes too long, `interrupted`;
 * OutputError.
 */
export async function takeLock(path: string, settings: LockSettings, what = 'the store'): Promise<HeldLock> {
  const { own, timeoutMs, onWait, signal } = settings;
  const endMs = performance.now() + timeoutMs;
  for (let isTold = false; ; ) {
    const held = tryLock(path, own);
    if (held !== null) return held;
    const holder = readLock(path);
    if (holder !== null && !isTold) {
      isTold = true;
      onWait(`waiting for ${nameOf(holder)}, which is writing to ${what}`);
    }
    if (performance.now() >= endMs) {
      const who = nameOf(readLock(path) ?? holder ?? '');
      const way =
        'varve waits longer with --lock-timeout SECONDS; where it is certain that nobody writes, that file can be removed';
      throw new StoreError(`${what} is in use: ${who} holds ${path}; ${way}`);
    }
    await delay(pollMs, undefined, { signal }).catch(() => {});
    if (signal?.aborted) throw interruption(signal);
  }
}

/** Who holds the lock at a path, for a sentence; null where nobody does. */
export function lockHolder(path: string, own: OwnProcess): { readonly name: string; readonly isGone: boolean } | null {
  const text = readLock(path);
  if (text === null) return null;
  const owner = parseLock(text);
  return { name: nameOf(text), isGone: owner !== null && isGone(owner, own) };
}

function tryLock(path: string, own: OwnProcess): HeldLock | null {
  const self = ownerOf(own);
  const text = lockText(self);
  if (make(path, text)) return heldLock(path, text);
  return breakStale(path, own, self) && make(path, text) ? heldLock(path, text) : null;
}

/** Takes a lock away whose owner is gone; false where there is none such, or another process is at it. */
function breakStale(path: string, own: OwnProcess, self: LockOwner): boolean {
  const text = readLock(path);
  if (text === null) return true;
  const owner = parseLock(text);
  const isLeft = owner === null ? text === '' && isUnwritten(path) : isGone(owner, own, self);
  if (!isLeft) return false;
  const guard = tryLock(`${path}-${owner?.token ?? 'unwritten'}`, own);
  if (guard === null) return false;
  try {
    // Another process may have done it, and made its own, before this one had the guard.
    if (readLock(path) === text) remove(path);
    return true;
  } finally {
    guard.release();
  }
}

function heldLock(path: string, text: string): HeldLock {
  return {
    check() {
      if (readLock(path) === text) return;
      throw new StoreError(`${path} was taken away while this process held it; nothing more is written`);
    },
    release() {
      if (readLock(path) === text) remove(path);
    },
  };
}

/** File systems without links. */
const linkless: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL']);

/** Makes a lock; false where there is one. */
function make(path: string, text: string): boolean {
  try {
    symlinkSync(text, path);
    return true;
  } catch (error) {
    // Over a network the answer may be lost, and the question asked again: then it is there, and is this one.
    if (diskCode(error) === 'EEXIST') return readLock(path) === text;
    if (!linkless.has(diskCode(error))) throw notWritten(path, error);
  }
  return makeFile(path, text);
}

function makeFile(path: string, text: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644);
  } catch (error) {
    if (diskCode(error) === 'EEXIST') return false;
    throw notWritten(path, error);
  }
  try {
    writeAll(fd, Buffer.from(text), 0);
  } catch (error) {
    discard(path);
    throw notWritten(path, error);
  } finally {
    closeSync(fd);
  }
  // Whoever took so long over it may have lost it.
  return readLock(path) === text;
}

/** Whether a lock is a file that was made and never written, by a process that was ended between the two. */
function isUnwritten(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size === 0 && Date.now() - stat.mtimeMs > maxUnwrittenMs;
}

function remove(path: string): void {
  try {
    // Where that is not allowed, `rmSync` would say what it makes of a link that leads nowhere.
    unlinkSync(path);
  } catch (error) {
    if (diskCode(error) === 'ENOENT') return;
    throw new OutputError(`${path} was not removed: ${diskMessage(error)}`, { cause: error });
  }
}

function notWritten(path: string, error: unknown): OutputError {
  // What the link was to lead to means nothing to whoever reads it.
  const reason = diskMessage(error).replace(/, symlink '.*$/s, '');
  return new OutputError(`${path} was not written: ${reason}`, { cause: error });
}

/** The text of a lock; null where there is none. */
function readLock(path: string): string | null {
  try {
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) return readlinkSync(path);
    return stat.isFile() && stat.size <= maxLockBytes ? readFileSync(path, 'utf8') : '';
  } catch (error) {
    if (diskCode(error) === 'ENOENT') return null;
    throw new OutputError(`${path} cannot be read: ${diskMessage(error)}`, { cause: error });
  }
}

function nameOf(text: string): string {
  const owner = parseLock(text);
  return owner === null ? 'somebody' : `process ${owner.pid} of ${owner.host}`;
}
