/**
 * A comparison as checks: whether a plan came true, and the findings of both sides. That something differs is no failure,
 * so a comparison without a plan has the findings alone. An archive that is the same on both sides stands once.
 */
import type { Severity } from '../../model/finding.js';
import type { PlanDifference, PlanOutcome } from '../../model/results/diff.js';
import type { Fault } from '../../model/results/faults.js';
import type { Inventory } from '../../model/results/inventory.js';
import { blankCheck, type CheckCase, type CheckGroup, type CheckList } from '../forms/checks.js';
import { differenceText } from '../plan/plan-outcome-text.js';
import { verificationChecks } from '../verification/verification-checks.js';

const rule = {
  id: 'plan-came-true',
  severity: 'error',
  meaning: 'What a plan predicted is what came true.',
  page: 'docs/cli.md#a-plan-and-what-came-of-it',
} as const;

/** What was scanned of a side, with its faults, and what its search left out. */
interface Side {
  readonly archives: readonly FaultyArchive[];
  readonly skipped: Inventory['skipped'];
}

type FaultyArchive = Inventory['archives'][number] & { readonly faults: Fault[] };

/** The checks of both sides, and of the plan if there is one. */
export function diffChecks(
  plan: PlanOutcome | null,
  sides: { readonly before: Side; readonly after: Side },
  failOn: Severity | 'never',
): CheckList {
  const { before, after } = { before: sides.before.archives, after: sides.after.archives };
  const known = new Set(after.map(sameArchive));
  const paths = new Set(after.map(({ path }) => path));
  const gone = before.filter((archive) => !known.has(sameArchive(archive)));
  const skipped = distinct([...sides.after.skipped, ...sides.before.skipped]);
  const findings = verificationChecks('diff', { archives: [...after, ...gone], skipped }, failOn);
  const groups = findings.groups.map((group, index) =>
    index >= after.length && index < after.length + gone.length && paths.has(group.name)
      ? { ...group, name: `${group.name} (before)` }
      : group,
  );
  if (plan === null) return { ...findings, groups };
  return { ...findings, rules: [rule, ...findings.rules], groups: [planGroup(plan), ...groups] };
}

/** A path that both searches left out for the same reason stands once. */
function distinct(skipped: Side['skipped']): Side['skipped'] {
  return [...new Map(skipped.map((item) => [JSON.stringify([item.path, item.reason]), item])).values()];
}

/** Where an intact copy of a damaged one lies is another on each side, and no difference of the archive. */
function sameArchive({ faults: _, ...record }: FaultyArchive): string {
  return JSON.stringify(record);
}

function planGroup({ cameTrue, differences }: PlanOutcome): CheckGroup {
  const passed: CheckCase = { ...blank, message: rule.meaning };
  return { name: 'plan', readable: true, verdict: cameTrue ? passed : null, checks: differences.map(differenceCheck) };
}

function differenceCheck(difference: PlanDifference): CheckCase {
  const text = (value: PlanDifference['actual']) => (value === null ? null : String(value));
  const { what, subject, predicted, actual } = difference;
  return {
    ...blank,
    level: 'error',
    fails: true,
    path: what.startsWith('archive-') ? subject : null,
    subject,
    expected: text(predicted),
    actual: text(actual),
    message: `${differenceText(difference, { wide: true })}.`,
  };
}

const blank: CheckCase = { ...blankCheck(null), rule: rule.id, level: 'pass' };
