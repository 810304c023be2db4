/**
 * What lies in a store beside its index and its blobs, and what is said of each. Only looked at: nothing is opened, no link is
 * followed, and what goes away meanwhile was somebody's who is at work.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { workFolder } from '../../archive/folder-table.js';
import { lstatOf, type StoreFolder } from '../store-folder.js';

/** Some files together. */
export interface Files {
  readonly names: readonly string[];
  readonly bytes: number;
}

/** All that a store has of its own beside index and blobs. */
export interface Leftovers {
  /** What was begun and not finished, or is being written. */
  readonly uploads: Files;
  /** What stood under a digest without having it. */
  readonly quarantine: Files;
  /** What nobody here puts into the folder of work. */
  readonly unknown: Files;
  /** Locks that guard the taking over of a lock. */
  readonly guards: Files;
  /** Whether readers are told that bodies go. */
  readonly isMarked: boolean;
  /** Null where there is none. */
  readonly ballastBytes: number | null;
}

const ownNames: ReadonlySet<string> = new Set(['lock', 'uploads', 'quarantine', 'ballast', 'removing', 'known-blobs']);
const guardName = /^lock-[0-9a-f]{12}$/;

/** Looks at the folder of work of a store. Throws StoreError. */
export function leftoversOf({ path, uploadsPath, quarantinePath, ballastPath }: StoreFolder): Leftovers {
  const work = join(path, workFolder);
  const others = namesOf(work).filter((name) => !ownNames.has(name));
  return {
    uploads: filesIn(uploadsPath),
    quarantine: filesIn(quarantinePath),
    unknown: filesOf(
      work,
      others.filter((name) => !guardName.test(name)),
    ),
    guards: filesOf(
      work,
      others.filter((name) => guardName.test(name)),
    ),
    isMarked: lstatOf(join(work, 'removing')) !== null,
    ballastBytes: lstatOf(ballastPath)?.size ?? null,
  };
}

function filesIn(folder: string): Files {
  return filesOf(folder, namesOf(folder));
}

function filesOf(folder: string, names: readonly string[]): Files {
  return { names, bytes: names.reduce((sum, name) => sum + (lstatOf(join(folder, name))?.size ?? 0), 0) };
}

function namesOf(folder: string): string[] {
  return lstatOf(folder)?.isDirectory() === true ? readdirSync(folder).sort() : [];
}
