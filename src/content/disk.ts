/**
 * What a disk answers when it fails: whether it is full, in words where the runtime has none, and what is removed as far as
 * that can be done.
 */
import { rmSync } from 'node:fs';
import { constants } from 'node:os';
import { messageOf } from '../model/error.js';

/** Errors of systems that libuv has no names for, by their numbers; Windows has others for what is like them. */
const unnamed: readonly (readonly [code: 'EDQUOT' | 'ESTALE', meaning: string])[] = [
  ['EDQUOT', 'the quota of the disk is used up'],
  ['ESTALE', 'the file was replaced by another machine'],
];

/** The code of an error of the system, also of one that libuv calls unknown; null for any other. */
export function diskCode(error: unknown): string | null {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return null;
  const number = 'errno' in error ? Math.abs(Number(error.errno)) : 0;
  const known = unnamed.find(([code]) => constants.errno[code] === number);
  return known?.[0] ?? error.code;
}

/** The message of an error, with a name for each error of a disk. */
export function diskMessage(error: unknown): string {
  const code = diskCode(error);
  const known = unnamed.find(([name]) => name === code);
  if (known === undefined) return messageOf(error);
  const [call] = /, [a-z]+ '.*'$/s.exec(messageOf(error)) ?? [''];
  return `${code}: ${known[1]}${call}`;
}

/** Whether an error, or what caused it, says that there is no space left. */
export function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = diskCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT' || isFull(error.cause);
}

/** Removes what nobody needs any more, a file or a folder; where that cannot be done, it stays. */
export function discard(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Whatever was to be told has been: that it is left over changes nothing of it.
  }
}
