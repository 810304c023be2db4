/**
 * Whether a store was changed while it was read. Readers take no lock: a writer puts a new index in place of the old one, and
 * removes bodies after that, under a mark that stands from before the index is written until the last body has gone. Whoever
 * has read the old index, or began under the mark, reads again.
 */
import { lstatSync, lutimesSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { workFolder } from '../archive/folder-table.js';
import { discard } from '../content/disk.js';

/** Of a store that is written to all the time, the last reading is told. */
const maxReads = 10;
const pauseMs = 50;
/** A mark that is older was left by a process that is gone. */
const maxMarkMs = 60_000;

/** Reads inputs; where a store among them was changed meanwhile, again, as it is now. */
export async function settled<Found>(inputs: readonly string[], read: () => Promise<Found>): Promise<Found> {
  for (let reads = 1; ; reads++) {
    const isMarked = inputs.some(isBeingEmptied);
    const stamp = storeStamp(inputs);
    const found = await read();
    if (reads === maxReads || (!isMarked && storeStamp(inputs) === stamp)) return found;
    await delay(pauseMs);
  }
}

/** The states of the stores among these inputs; unlike another one where an index has been replaced between them. */
export function storeStamp(inputs: readonly string[]): string {
  return inputs.map((input) => (isStore(input) ? stampOf(join(input, 'index.json')) : '')).join(' ');
}

/**
 * Does what removes bodies from a store, under its mark, and is to say now and then that it is still at it. A link takes no
 * space on a full disk; where there are none, it goes without.
 */
export function whileEmptying<T>(store: string, work: (stillAtIt: () => void) => T): T {
  const mark = markOf(store);
  discard(mark);
  try {
    symlinkSync('removing', mark);
  } catch {
    // Readers may see bodies go, and say so.
  }
  let markedMs = performance.now();
  const stillAtIt = (): void => {
    if (performance.now() - markedMs < maxMarkMs / 4) return;
    markedMs = performance.now();
    touch(mark);
  };
  try {
    return work(stillAtIt);
  } finally {
    discard(mark);
  }
}

/** Makes a mark one of now. */
function touch(mark: string): void {
  try {
    lutimesSync(mark, new Date(), new Date());
  } catch {
    // As where there are no links.
  }
}

function isBeingEmptied(store: string): boolean {
  try {
    return Date.now() - lstatSync(markOf(store)).ctimeMs < maxMarkMs;
  } catch {
    return false;
  }
}

function markOf(store: string): string {
  return join(store, workFolder, 'removing');
}

/** Whether a writer of ours has made a store of a folder. */
export function isStore(path: string): boolean {
  try {
    return lstatSync(join(path, workFolder)).isDirectory();
  } catch {
    return false;
  }
}

function stampOf(path: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join('/');
  } catch {
    return '-';
  }
}
