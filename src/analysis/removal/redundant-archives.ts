/**
 * Redundant archives: files that can be deleted as they stand, and nothing is lost, since an archive that stays has all
 * that they hold, whole and intact: every image under every name that it has there (one without a name under any), and
 * every artifact. Chosen one after the other, damaged ones first, then the largest on disk, then those that come later in
 * the input; another set may free more. Linear in what the archives hold.
 */
import type { Inventory } from '../../model/results/inventory.js';
import type { Report } from '../../model/results/results.js';
import { eachOf, flatMapped, type Work } from '../../model/work/work.js';
import { type DeletionUnit, deletionUnits } from './deletion-units.js';

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
  return (yield* redundantUnits(yield* deletionUnits(inventory))).map(({ unit, coveredBy, lostDigests }) => ({
    path: unit.path,
    sizeBytes: unit.sizeBytes,
    damaged: unit.damaged,
    coveredBy: coveredBy.map(({ path }) => path),
    lostDigests: [...lostDigests],
  }));
}

/** The redundant ones of these, in their order. */
export function* redundantUnits(units: readonly DeletionUnit[]): Work<RedundantUnit[]> {
  const offers = yield* offersOf(units);
  const gone = new Set<DeletionUnit>();
  for (const unit of [...units].sort(byOrderOfDeletion)) {
    yield;
    const isElsewhere = (item: string) => {
      const having = offers.get(item);
      return having !== undefined && having.size > (having.has(unit) ? 1 : 0);
    };
    // Of an archive without a single image or artifact nobody knows what it was meant to hold.
    if (!unit.deletable || unit.holds.size === 0 || ![...unit.holds].every(isElsewhere)) continue;
    gone.add(unit);
    for (const item of unit.offers) offers.get(item)?.delete(unit);
  }
  const kept = new Set(
    yield* flatMapped(
      units.filter((unit) => !gone.has(unit)),
      ({ digests }) => [...digests],
    ),
  );
  return units
    .filter((unit) => gone.has(unit))
    .map((unit) => ({
      unit,
      coveredBy: coveringUnits(unit, offers),
      lostDigests: [...unit.digests].filter((digest) => !kept.has(digest)),
    }));
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
