/** What a fresh scan finds in what was written, against what was planned: the last word before it takes its place. */
import { algorithmOf, type Digest } from '../../model/digest.js';
import type { ArchiveRecord } from '../../model/results/inventory.js';
import type { RepairPlan } from '../plan/repair-plan.js';

/** How what was found differs from a plan; null where it does not. */
export function differenceOf(archives: readonly ArchiveRecord[], plan: RepairPlan): string | null {
  const [archive] = archives;
  if (archive === undefined || archives.length > 1) return `${archives.length} archives`;
  if (archive.sizeBytes !== plan.sizeBytes) return `${archive.sizeBytes} bytes instead of ${plan.sizeBytes}`;
  const errors = archive.findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (errors.length > plan.errors) return `${first?.subject ?? archive.path}: ${first?.message}`;
  const found = new Map<string, (Digest | null)[]>();
  for (const { name, digest } of archive.entries) found.set(name, [...(found.get(name) ?? []), digest]);
  for (const [name, digest] of plan.bodies) {
    const isThere = found.get(name)?.some((other) => other === digest || !isComparable(other, digest)) ?? false;
    if (!isThere) return `${name} is not ${digest}`;
  }
  return null;
}

function isComparable(a: Digest | null, b: Digest): boolean {
  return a !== null && algorithmOf(a) === algorithmOf(b);
}
