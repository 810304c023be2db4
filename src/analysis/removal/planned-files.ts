/**
 * What a plan says of whole files: those that are asked for, with the images and names that are nowhere else, and those
 * that the removal of images leaves empty. A name or an image that lies elsewhere too is not lost, and so not named.
 */
import type { Inventory } from '../../model/results/inventory.js';
import type { Plan, PlannedDeletion, PlannedImage } from '../../model/results/plan.js';
import { bodyBytes, overheadBytes } from '../bytes/archive-bytes.js';
import { readableArchives } from '../set/distinct-images.js';
import { type ImageSet, imageOf, type SetImage } from '../set/image-set.js';
import type { FileRoots } from './emptied-files.js';
import type { FileDeletions } from './file-deletions.js';
import { namesOf } from './removal.js';

type PlannedArchive = Plan['archives'][number];

/** What goes with the files that are asked for and is in no other. */
export interface LostWithFiles {
  readonly images: readonly PlannedImage[];
  /** Names of images that are elsewhere under others. */
  readonly untagged: Plan['untagged'];
  /** Digests. */
  readonly artifacts: readonly string[];
}

/** What of `set`, the images before, is not in `rest`, those without the files. */
export function lostWithFiles(
  inventory: Inventory,
  set: ImageSet,
  rest: ImageSet,
  files: FileDeletions,
): LostWithFiles {
  if (files.archives.size === 0) return { images: [], untagged: [], artifacts: [] };
  const artifactsOf = (of: Inventory) =>
    readableArchives(of).flatMap(([, { artifacts }]) => artifacts.map(({ digest }) => digest));
  const left = new Set<string>(artifactsOf(files.rest));
  return {
    images: set.images
      .filter(({ id }) => !rest.positions.has(id))
      .map((image) => lostImage(image, inventory.archives, files.deletions)),
    untagged: set.images.flatMap((image) => {
      const kept = imageOf(rest, image.id);
      const names = kept === undefined ? [] : namesOf(image).filter((name) => !namesOf(kept).includes(name));
      return names.length === 0 ? [] : [{ id: image.id, references: names.sort() }];
    }),
    artifacts: artifactsOf(inventory).filter((digest) => !left.has(digest)),
  };
}

function lostImage(
  image: SetImage,
  archives: Inventory['archives'],
  deletions: FileDeletions['deletions'],
): PlannedImage {
  const records = image.occurrences.flatMap(({ archive }) => archives[archive] ?? []);
  const files = new Set(records.map(({ path, nestedIn }) => nestedIn ?? path));
  return {
    id: image.id,
    references: namesOf(image).sort(),
    platform: image.platform,
    createdAt: image.createdAt,
    state: image.state,
    reason: deletions.some(({ path, reason }) => reason === 'damaged' && files.has(path)) ? 'damaged' : 'redundant',
    freedAloneBytes: 0,
    freedBytes: 0,
    contested: [],
    archives: [...new Set(records.map(({ path }) => path))],
  };
}

/** The row of an archive: of one in a file that is asked for, that all of it goes. */
export function deletedArchive(
  { archives }: Inventory,
  files: FileDeletions,
  position: number,
  planned: PlannedArchive,
): PlannedArchive {
  const archive = archives[position];
  if (archive === undefined || !files.archives.has(position)) return planned;
  return {
    ...planned,
    outcome: 'deleted',
    freedBytes: bodyBytes(archive),
    freedOverheadBytes: overheadBytes(archive),
    leftBytes: 0,
    strandedBytes: 0,
    removed: [...new Set(archive.images.map(({ id }) => id))],
    untagged: [],
  };
}

/** Files that the removal leaves without an image or artifact, and without a body that something else needs. */
export function emptiedDeletions(
  roots: readonly FileRoots[],
  inventory: Inventory,
  archives: readonly PlannedArchive[],
): PlannedDeletion[] {
  const isGone = (position: number): boolean => {
    const planned = archives[position];
    const record = inventory.archives[position];
    // Bodies of no bytes go with the others; the overhead tells, of which all goes with the last body.
    return (
      planned?.outcome === 'empty' &&
      planned.leftBytes === 0 &&
      record !== undefined &&
      planned.freedOverheadBytes === overheadBytes(record)
    );
  };
  return roots
    .filter(({ unit }) => unit.archives.every(isGone))
    .map(({ unit: { path, isFolder, sizeBytes } }) => ({
      path,
      folder: isFolder,
      reason: 'empty',
      sizeBytes,
      coveredBy: [],
      lost: [],
    }));
}
