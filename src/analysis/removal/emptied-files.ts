/**
 * Which files and folders a removal leaves without any image or artifact: they can be deleted as a whole, with all that is
 * still in them. One that has no root to begin with does not become empty, and a file with archives in its sub-folders only
 * when all of them do.
 */
import type { Inventory } from '../../model/results/inventory.js';
import type { Holders } from '../set/artifact-states.js';
import { type BlobHolders, goesWith } from '../set/blob-holders.js';
import type { ImageSet } from '../set/image-set.js';
import type { DeletionUnit } from './deletion-units.js';

/** A file or folder, by what it holds. */
export interface FileRoots {
  readonly unit: DeletionUnit;
  /** By position in the set. */
  readonly images: ReadonlySet<number>;
  readonly artifacts: readonly Holders[];
}

/** The roots of the files and folders that may be deleted as a whole. */
export function fileRoots(
  { archives }: Inventory,
  units: readonly DeletionUnit[],
  { positions }: ImageSet,
  holders: BlobHolders,
): FileRoots[] {
  return units
    .filter(({ deletable }) => deletable)
    .map((unit) => {
      const records = unit.archives.flatMap((position) => archives[position] ?? []);
      return {
        unit,
        images: new Set(records.flatMap(({ images }) => images.map(({ id }) => positions.get(id) ?? -1))),
        artifacts: records.flatMap((record) =>
          record.artifacts.map((artifact) => holders.artifacts.get(artifact) ?? 'always'),
        ),
      };
    });
}

/** Those that have no root left when these images go. */
export function emptiedFiles(files: readonly FileRoots[], images: ReadonlySet<number>): DeletionUnit[] {
  if (images.size === 0) return [];
  return files
    .filter(
      (file) =>
        file.images.size + file.artifacts.length > 0 &&
        [...file.images].every((image) => images.has(image)) &&
        file.artifacts.every((holders) => goesWith(holders, images)),
    )
    .map(({ unit }) => unit);
}
