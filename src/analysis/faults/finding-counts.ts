/**
 * How many findings the archives have, by severity. Every archive counts, the unreadable ones too: what could not be
 * read must show in the sum.
 */
import { type Severity, weightOf } from '../../model/finding.js';
import type { Inventory } from '../../model/results/inventory.js';

/** Findings by severity, and how many things were not checked. */
export interface FindingCounts {
  readonly errors: number;
  readonly warnings: number;
  readonly hints: number;
  readonly notChecked: number;
}

/** Counts the findings of all archives. */
export function findingCounts({ archives }: Inventory): FindingCounts {
  const counts: Record<Severity, number> = { error: 0, warning: 0, hint: 0 };
  let notChecked = 0;
  for (const archive of archives) {
    for (const found of archive.findings) counts[found.severity] += weightOf(found);
    for (const thing of archive.notChecked) notChecked += weightOf(thing);
  }
  return { errors: counts.error, warnings: counts.warning, hints: counts.hint, notChecked };
}
