/**
 * What a plan does to each archive. An archive is *empty* when no image and no artifact is left in it, even if bodies are:
 * copies that only other archives have a use for, or what nothing referred to before. It loses all of its overhead only
 * when no body is left either, since only then can the file go without anything that the plan does not count. Nobody
 * writes an archive anew without what its own images need: such bytes go in one packed archive alone.
 */
import type { ArchiveRecord, Inventory } from '../../model/results/inventory.js';
import type { Plan } from '../../model/results/plan.js';
import { eachOf, type Work } from '../../model/work/work.js';
import { bodiesOf, overheadBytes } from '../bytes/archive-bytes.js';
import { goesWith } from '../set/blob-holders.js';
import { isReadable } from '../set/distinct-images.js';
import { type StoredCopy, storedBytesOf } from '../set/stored-copies.js';
import type { Freed, Stock } from './freed-copies.js';
import type { Removal } from './removal.js';

type PlannedArchive = Plan['archives'][number];

/** One item for each archive of the inventory, in its order. */
export function* plannedArchives(
  inventory: Inventory,
  stock: Stock,
  removal: Removal,
  { copies, stranded }: Freed,
): Work<PlannedArchive[]> {
  const gone = new Set(removal.images.keys());
  const freedIn = byArchive(copies);
  const strandedIn = byArchive(stranded);
  const planned: PlannedArchive[] = [];
  for (const [position, archive] of inventory.archives.entries()) {
    const { path, format, tarBytes } = archive;
    const roots = yield* rootsOf(archive, stock, removal);
    const freed = freedIn.get(position) ?? [];
    const left = leftBytes(archive, freed);
    const isNeeded = freed.some(({ entry }) => isNeededThere(stock, gone, position, entry));
    const outcome = isReadable(archive) ? outcomeOf(roots, freed, isNeeded) : 'unreadable';
    planned.push({
      path,
      format,
      outcome,
      tarBytes,
      freedBytes: storedBytesOf(freed),
      freedOverheadBytes:
        outcome === 'empty' && left.bodies === 0
          ? overheadBytes(archive)
          : sum(freed.map(({ record }) => record.structureBytes ?? 0)),
      leftBytes: left.bytes,
      strandedBytes: storedBytesOf(strandedIn.get(position) ?? []),
      removed: roots.removed,
      untagged: roots.untagged,
    });
    yield;
  }
  return planned;
}

/** The overhead that goes, of all archives. */
export function planOverheadBytes(archives: readonly PlannedArchive[]): number {
  return sum(archives.map(({ freedOverheadBytes }) => freedOverheadBytes));
}

interface Roots {
  /** IDs of images that go from the archive. */
  readonly removed: string[];
  /** Names that go from its images that stay. */
  readonly untagged: string[];
  /** Whether an artifact goes with its image. */
  readonly artifactGoes: boolean;
  readonly anyStays: boolean;
}

function* rootsOf(archive: ArchiveRecord, { set, holders }: Stock, removal: Removal): Work<Roots> {
  const removed = new Set<string>();
  const untagged = new Set<string>();
  if (!isReadable(archive)) return { removed: [], untagged: [], artifactGoes: false, anyStays: false };
  const gone = new Set(removal.images.keys());
  yield* eachOf(archive.images, ({ id, references, localTags }) => {
    const position = set.positions.get(id) ?? -1;
    if (gone.has(position)) removed.add(id);
    const names = removal.names.get(position);
    if (names === undefined) return;
    for (const name of [...references, ...localTags]) if (names.has(name)) untagged.add(name);
  });
  const artifacts = archive.artifacts.map((artifact) => goesWith(holders.artifacts.get(artifact) ?? null, gone));
  return {
    removed: [...removed],
    untagged: [...untagged].sort(),
    artifactGoes: artifacts.includes(true),
    anyStays: archive.images.some(({ id }) => !removed.has(id)) || artifacts.includes(false),
  };
}

/** Whether an image or artifact that stays in the archive needs that body of it. */
function isNeededThere({ holders }: Stock, gone: ReadonlySet<number>, archive: number, entry: number): boolean {
  const reach = holders.reach[archive]?.[entry] ?? null;
  return reach !== null && !goesWith(reach, gone);
}

function outcomeOf(
  { removed, untagged, artifactGoes, anyStays }: Roots,
  freed: readonly StoredCopy[],
  isNeeded: boolean,
): PlannedArchive['outcome'] {
  if (isNeeded) return 'pack';
  if (removed.length + untagged.length + freed.length === 0 && !artifactGoes) return 'same';
  return anyStays ? 'rewrite' : 'empty';
}

function leftBytes(archive: ArchiveRecord, freed: readonly StoredCopy[]) {
  const bodies = bodiesOf(archive);
  const freedBytes = storedBytesOf(freed);
  return {
    bodies: bodies.length - freed.length,
    bytes: sum(bodies.map(({ storedBytes }) => storedBytes)) - freedBytes,
  };
}

function byArchive(copies: readonly StoredCopy[]): Map<number, StoredCopy[]> {
  const groups = new Map<number, StoredCopy[]>();
  for (const copy of copies) {
    const group = groups.get(copy.archive);
    if (group === undefined) groups.set(copy.archive, [copy]);
    else group.push(copy);
  }
  return groups;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
