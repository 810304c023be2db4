/**
 * What the properties of the accounting have in common: one seed for all, sums over classes, and views of inventories
 * and reports that compare. `VARVE_SEED` and `VARVE_RUNS` repeat a failure or search longer.
 */
import fc from 'fast-check';
import { noBytes } from '../../src/analysis/bytes/reclaim.js';
import type { ArchiveRecord, Inventory } from '../../src/model/results/inventory.js';
import type { ImageState, Reclaim } from '../../src/model/results/results.js';
import type { InventoryTraits } from '../helpers/inventory-plan.js';
import { randomInventory } from '../helpers/random-inventory.js';

export const seed = Number(process.env['VARVE_SEED'] ?? 1402);
const runs = Number(process.env['VARVE_RUNS'] ?? 2000);
/** A bound against hanging, not a measure: the default runs take a second or two per law. */
export const timeout = Math.max(60_000, runs * 30);

/** Checks a law on random inventories; `choice` is for laws that pick one part of many. A failure prints the seed. */
export function holds(traits: InventoryTraits, law: (inventory: Inventory, choice: number) => void): void {
  fc.assert(fc.property(randomInventory(traits), fc.nat(999), law), { seed, numRuns: Math.ceil(runs / 4) });
}

/** Checks that two opinions agree, which takes more runs than a law that is true by itself. */
export function agrees(comparison: (inventory: Inventory) => void): void {
  fc.assert(fc.property(randomInventory(), comparison), { seed, numRuns: runs });
}

export const nothing: Reclaim = noBytes();

export function addClasses(a: Reclaim, b: Reclaim): Reclaim {
  const names = Object.keys(nothing) as (keyof Reclaim)[];
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as Reclaim;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** So many bytes that can go, as they count in this archive: of one that failed nothing is offered. */
export function spare(archive: ArchiveRecord | undefined, bytes: number): Partial<Reclaim> {
  return archive?.status === 'failed' ? { withheldBytes: bytes } : { reclaimableBytes: bytes };
}

/** Bytes of the bodies that live roots reach. */
export function liveBytes(bytes: Reclaim): number {
  return bytes.neededBytes + bytes.duplicateBytes + bytes.twinBytes;
}

/** Bytes of what one store that keeps every tag and every digest would hold. */
export function storedBytes(bytes: Reclaim): number {
  return bytes.neededBytes + bytes.twinBytes + bytes.supersededBytes;
}

export function readable(inventory: Inventory): ArchiveRecord[] {
  return inventory.archives.filter((archive) => archive.status !== 'unreadable');
}

interface Weighed {
  readonly id: string;
  readonly state: ImageState;
  readonly sizeBytes: number | null;
  readonly sharedBytes: number | null;
  readonly uniqueBytes: number | null;
  readonly attributedBytes: number | null;
}

/** What is said of an image, from a report or from the account by hand. */
export function weightOf({ id, state, sizeBytes, sharedBytes, uniqueBytes, attributedBytes }: Weighed): Weighed {
  return { id, state, sizeBytes, sharedBytes, uniqueBytes, attributedBytes };
}
