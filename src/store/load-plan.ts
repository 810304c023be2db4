/**
 * What a load brings, archive by archive in the order of the inputs: the roots of each, whole and with their names, as a pack
 * of that archive alone would have them. A body that is damaged in one archive is taken from another. Pure.
 */
import { makeImageSet } from '../analysis/set/image-set.js';
import type { Sha256 } from '../model/hashing.js';
import type { Work } from '../model/work/work.js';
import { type PackPicks, selectionOf } from '../pack/pack-selection.js';
import { type Root, rootsOf } from '../pack/roots/image-roots.js';
import { nameRoots } from '../pack/roots/root-names.js';
import { wholeRoots } from '../pack/roots/whole-roots.js';
import type { StoredContent } from '../pack/stored-content.js';
import type { PlacedScan } from '../scan/scan.js';
import type { StoreName } from './store-index.js';

/** One root of one archive, and the names that it is to have. */
export interface PlannedRoot {
  readonly archive: string;
  readonly root: Root;
  readonly names: readonly StoreName[];
}

export interface LoadPlan {
  /** Of each archive that can be read, its roots. */
  readonly archives: readonly (readonly PlannedRoot[])[];
  readonly leftOut: readonly { readonly what: string; readonly reason: string }[];
}

/** All that an archive or a store has. */
export const everything: PackPicks = { images: null, without: [], platforms: [], keepLast: null, onlyNeeded: false };

/** Plans a load of all that a scan has found. */
export function* planLoad(scan: PlacedScan, content: StoredContent, sha256: Sha256): Work<LoadPlan> {
  const { inventory, places } = scan;
  const archives: PlannedRoot[][] = [];
  const leftOut: { what: string; reason: string }[] = [];
  for (const [position, record] of inventory.archives.entries()) {
    if (record.status === 'unreadable') {
      leftOut.push({ what: record.path, reason: record.findings[0]?.message ?? 'it cannot be read' });
      continue;
    }
    const alone = {
      ...scan,
      inventory: { ...inventory, archives: [record] },
      places: [places[position] ?? null],
    };
    const set = yield* makeImageSet(alone.inventory);
    const wanted = selectionOf(alone.inventory, set, everything);
    const found = yield* rootsOf(alone, content, wanted, sha256);
    const whole = wholeRoots(found.roots, found.rootless);
    leftOut.push(...whole.leftOut);
    const names = nameRoots(whole.roots, set, []);
    for (const { name } of names.contested) {
      leftOut.push({
        what: name,
        reason: `${record.path} gives this name to several images; they are loaded without it`,
      });
    }
    archives.push(
      whole.roots.map((root) => ({
        archive: record.path,
        root,
        names: [
          ...(names.references.get(root) ?? []).map((name) => ({ name, isReference: true })),
          ...(names.localTags.get(root) ?? []).map((name) => ({ name, isReference: false })),
        ],
      })),
    );
    yield;
  }
  return { archives, leftOut };
}
