/**
 * Files that are asked for as a whole, before anything else goes: those that are redundant, of which nothing is lost, and
 * damaged ones, whatever is lost with them. What they hold is taken out of the inventory; the rest of the plan is made of
 * what is left, where the same bytes may have another class. A damaged file that is the last to hold an image that must
 * stay is not deleted.
 */
import type { ArchiveRecord, Inventory } from '../../model/results/inventory.js';
import type { PlannedDeletion } from '../../model/results/plan.js';
import type { Work } from '../../model/work/work.js';
import { bodyBytes } from '../bytes/archive-bytes.js';
import { isReadable } from '../set/distinct-images.js';
import { type DeletionUnit, deletionUnits, type Held } from './deletion-units.js';
import { coveringUnits, offersOf, redundantUnits } from './redundant-archives.js';

/** Files that can be asked for by a word. */
export const fileClasses = ['redundant', 'damaged'] as const;

export type FileClass = (typeof fileClasses)[number];

/** What goes with the files that are asked for. */
export interface FileDeletions {
  /** The inventory without them: their archives are there, and hold nothing. */
  readonly rest: Inventory;
  /** Of the files that are left, in input order. */
  readonly units: readonly DeletionUnit[];
  /** In input order. */
  readonly deletions: readonly PlannedDeletion[];
  /** Positions of their archives. */
  readonly archives: ReadonlySet<number>;
  /** IDs of images that must stay and are why a damaged file was not taken. */
  readonly kept: ReadonlySet<string>;
  readonly bodyBytes: number;
}

/** Decides which files of these classes go; `isKept` says of an image by its ID that it must stay. */
export function* deleteFiles(
  inventory: Inventory,
  classes: ReadonlySet<FileClass>,
  isKept: (id: string) => boolean,
): Work<FileDeletions> {
  const units = yield* deletionUnits(inventory);
  const kept = new Set<string>();
  const taken = new Map<DeletionUnit, FileClass>();
  if (classes.has('redundant')) {
    for (const { unit } of yield* redundantUnits(units)) taken.set(unit, 'redundant');
  }
  for (const unit of classes.has('damaged') ? units : []) {
    yield;
    if (!unit.damaged || !unit.deletable || taken.has(unit)) continue;
    const needed = lastOf(inventory, unit, [...taken.keys()], isKept);
    if (needed.length === 0) taken.set(unit, 'damaged');
    for (const id of needed) kept.add(id);
  }
  const left = units.filter((unit) => !taken.has(unit));
  const offers = yield* offersOf(left);
  const archives = new Set([...taken.keys()].flatMap((unit) => unit.archives));
  const rest = withoutArchives(inventory, archives);
  return {
    rest,
    units: left,
    deletions: units.flatMap((unit): PlannedDeletion[] => {
      const reason = taken.get(unit);
      if (reason === undefined) return [];
      const { path, isFolder, sizeBytes } = unit;
      const coveredBy = coveringUnits(unit, offers).map((other) => other.path);
      const lost = unit.contents.flatMap((held) => lostOf(held, offers));
      return [{ path, folder: isFolder, reason, sizeBytes, coveredBy, lost }];
    }),
    archives,
    kept,
    bodyBytes: recordsAt(inventory, archives).reduce((sum, record) => sum + bodyBytes(record), 0),
  };
}

/** The images that must stay and are in no file but this one and those that are taken. */
function lastOf(
  inventory: Inventory,
  unit: DeletionUnit,
  taken: readonly DeletionUnit[],
  isKept: (id: string) => boolean,
): string[] {
  const own = recordsAt(inventory, unit.archives).flatMap(imagesIn).filter(isKept);
  if (own.length === 0) return [];
  const going = new Set([...taken, unit].flatMap(({ archives }) => archives));
  const left = new Set(inventory.archives.flatMap((record, at) => (going.has(at) ? [] : imagesIn(record))));
  return own.filter((id) => !left.has(id));
}

/** What of an image or artifact is whole and intact in no file that is left. */
function lostOf({ kind, id, items }: Held, offers: ReadonlyMap<string, unknown>): PlannedDeletion['lost'] {
  const missing = items.filter(({ key }) => !offers.has(key));
  return missing.length === 0 ? [] : [{ kind, id, references: missing.flatMap(({ name }) => name ?? []) }];
}

function imagesIn(archive: ArchiveRecord): string[] {
  return isReadable(archive) ? archive.images.map(({ id }) => id) : [];
}

function recordsAt({ archives }: Inventory, positions: Iterable<number>): ArchiveRecord[] {
  return [...positions].flatMap((position) => archives[position] ?? []);
}

/** The inventory with these archives as if nothing could be read in them, so that all others keep their places. */
function withoutArchives(inventory: Inventory, positions: ReadonlySet<number>): Inventory {
  if (positions.size === 0) return inventory;
  const archives = inventory.archives.map(
    (archive, position): ArchiveRecord =>
      positions.has(position)
        ? { ...archive, status: 'unreadable', entries: [], images: [], artifacts: [], absentPlatforms: [] }
        : archive,
  );
  return { ...inventory, archives };
}
