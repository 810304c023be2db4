/**
 * Whether a file is still the one that was read: device, inode, size, and both times in nanoseconds. The ctime cannot be
 * set by a program, so a change that puts the mtime back is seen as well. A file that was changed just now might change
 * again within the same tick of the clock, without a trace; its identity is not settled, and nothing is kept for it.
 */
import { type BigIntStats, statSync } from 'node:fs';

export interface FileIdentity {
  /** `device:inode:size:mtime:ctime`. */
  readonly text: string;
  /** Device and inode: the same file, whatever it holds now. */
  readonly place: string;
  readonly settled: boolean;
}

/** Longer than a tick of the clock by which a kernel marks its files. */
const tickMs = 50;
/** Some file systems keep whole seconds, or every second one. */
const coarseTickMs = 2500;
const nsPerMs = 1_000_000n;
const nsPerSecond = 1_000_000_000n;

/** The identity of what is at this path now, links followed; null where there is none. */
export function identify(path: string, nowMs: number = Date.now()): FileIdentity | null {
  try {
    const stat = statSync(path, { bigint: true });
    const { mtimeNs, ctimeNs } = stat;
    const coarse = mtimeNs % nsPerSecond === 0n && ctimeNs % nsPerSecond === 0n;
    return {
      text: identityOf(stat),
      place: placeOf(stat),
      settled: Number(ctimeNs / nsPerMs) + (coarse ? coarseTickMs : tickMs) < nowMs,
    };
  } catch {
    return null;
  }
}

/** Device and inode, which all names of one file share. */
export function placeOf({ dev, ino }: { readonly dev: number | bigint; readonly ino: number | bigint }): string {
  return `${dev}-${ino}`;
}

/** `device:inode:size:mtime:ctime` of a file. */
export function identityOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
}
