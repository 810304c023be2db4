/** Which copies were tried in vain. A try that leaves out what turned out to be wrong while it was copied ends at last: each leaves out one more. */
import type { Digest } from '../../model/digest.js';
import type { RepairPlan } from '../plan/repair-plan.js';

export interface Tried {
  /** Bodies of which no copy can be had. */
  readonly excluded: Set<Digest>;
  /** Bodies of which the copies that can be sought have failed. */
  readonly suspects: Set<Digest>;
}

/** Copies that have to be unpacked are tried where the others have failed; then the body counts as lost. */
export function leaveOut(
  failures: ReadonlyMap<Digest, string>,
  { files }: RepairPlan,
  { excluded, suspects }: Tried,
): void {
  for (const { pieces } of files) {
    for (const piece of pieces) {
      if (piece.kind !== 'taken' || !failures.has(piece.digest)) continue;
      const outer = new Set(piece.copies.map((copy) => copy.outer === 'none'));
      if (outer.size === 2 && !suspects.has(piece.digest)) suspects.add(piece.digest);
      else excluded.add(piece.digest);
    }
  }
}
