/**
 * Redundant archives: files that can be deleted as they stand, and nothing is lost, since an archive that stays has all
 * that they hold, whole and intact: every image under every name that it has there (one without a name under any), and
 * every artifact. Chosen one after the other, damaged ones first, then the largest on disk, then those that come later in
 * the input; another set may free more. Linear in what the archives hold.
 */
import type { Inventory } from '../../model/results/inventory.js';
import type { Report } from '../../model/results/results.js';
import { eachOf, flatMapped, sorted, type Work } from '../../model/work/work.js';
import { comparableUnits, type DeletionUnit } from './deletion-units.js';

/** A file or folder that can go, and what that rests on. */
export interface RedundantUnit {
  readonly unit: DeletionUnit;
  /** Few of those that stay, which together have all of it. */
  readonly coveredBy: readonly DeletionUnit[];
  /** Digests of its manifests and indexes that none of those that stay has. */
  readonly lostDigests: readonly string[];
}

/** The redundant archives of an inventory, in input order. */
export function* redundantArchives(inventory: Inventory): Work<Report['redundant']> {
  return (yield* redundantUnits(yield* comparableUnits(inventory))).map(({ unit, coveredBy, lostDigests }) => ({
    path: unit.path,
    sizeBytes: unit.sizeBytes,
    damaged: unit.damaged,
    coveredBy: coveredBy.map(({ path }) => path),
    lostDigests: [...lostDigests],
  }));
}

/** The redundant ones of these, in their order. */
export function* redundantUnits(units: readonly DeletionUnit[]): Work<RedundantUnit[]> {
  const gone = yield* unitsToGo(units);
  if (gone.size === 0) return [];
  const left = units.filter((unit) => !gone.has(unit));
  const offers = yield* offersOf(left);
  const kept = new Set(yield* flatMapped(left, ({ digests }) => [...digests]));
  return units
    .filter((unit) => gone.has(unit))
    .map((unit) => ({
      unit,
      coveredBy: coveringUnits(unit, offers),
      lostDigests: [...unit.digests].filter((digest) => !kept.has(digest)),
    }));
}

/** One after the other those of which all is elsewhere still. */
function* unitsToGo(units: readonly DeletionUnit[]): Work<Set<DeletionUnit>> {
  /** Of each item, how many units that are left can stand in for it. */
  const having = new Map<string, number>();
  const offer = (item: string): void => void having.set(item, (having.get(item) ?? 0) + 1);
  for (const { offers } of units) yield* eachOf(offers, offer);
  const gone = new Set<DeletionUnit>();
  yield* eachOf(yield* sorted(units, byOrderOfDeletion), (unit) => {
    const isElsewhere = (item: string): boolean => (having.get(item) ?? 0) > (unit.offers.has(item) ? 1 : 0);
    // Of an archive without a single image or artifact nobody knows what it was meant to hold.
    if (!unit.deletable || unit.holds.size === 0 || ![...unit.holds].every(isElsewhere)) return;
    gone.add(unit);
    for (const item of unit.offers) having.set(item, (having.get(item) ?? 0) - 1);
  });
  return gone;
}

/** Who can stand in for what, in input order. */
export function* offersOf(units: readonly DeletionUnit[]): Work<Map<string, Set<DeletionUnit>>> {
  const offers = new Map<string, Set<DeletionUnit>>();
  for (const unit of units) {
    yield* eachOf(unit.offers, (item) => {
      const known = offers.get(item);
      if (known === undefined) offers.set(item, new Set([unit]));
      else known.add(unit);
    });
  }
  return offers;
}

/** Few units that together have all of it that is anywhere, those that come first in the input. */
export function coveringUnits(
  { holds }: DeletionUnit,
  offers: ReadonlyMap<string, ReadonlySet<DeletionUnit>>,
): DeletionUnit[] {
  const covering = new Set<DeletionUnit>();
  for (const item of holds) {
    const having = [...(offers.get(item) ?? [])];
    const first = having[0];
    if (first !== undefined && !having.some((unit) => covering.has(unit))) covering.add(first);
  }
  return [...covering].sort((a, b) => a.position - b.position);
}

function byOrderOfDeletion(a: DeletionUnit, b: DeletionUnit): number {
  return Number(b.damaged) - Number(a.damaged) || b.sizeBytes - a.sizeBytes || b.position - a.position;
}
