/**
 * A comparison as checks: whether a plan came true, and the findings of both sides. That something differs is no failure,
 * so a comparison without a plan has the findings alone. An archive that is the same on both sides stands once.
 */
import type { Severity } from '../model/finding.js';
import type { ArchiveRecord } from '../model/inventory.js';
import type { PlanDifference, PlanOutcome } from '../model/results-diff.js';
import type { Check, CheckGroup, CheckList } from './checks.js';
import { differenceText } from './plan-outcome-text.js';
import { verificationChecks } from './verification-checks.js';

const rule = {
  id: 'plan-came-true',
  severity: 'error',
  meaning: 'What a plan predicted is what came true.',
  page: 'docs/cli.md#a-plan-and-what-came-of-it',
} as const;

/** The checks of both sides, and of the plan if there is one. */
export function diffChecks(
  plan: PlanOutcome | null,
  { before, after }: { readonly before: readonly ArchiveRecord[]; readonly after: readonly ArchiveRecord[] },
  failOn: Severity | 'never',
): CheckList {
  const known = new Set(after.map((archive) => JSON.stringify(archive)));
  const paths = new Set(after.map(({ path }) => path));
  const gone = before.filter((archive) => !known.has(JSON.stringify(archive)));
  const findings = verificationChecks('diff', [...after, ...gone], failOn);
  const groups = findings.groups.map((group, index) =>
    index >= after.length && paths.has(group.name) ? { ...group, name: `${group.name} (before)` } : group,
  );
  if (plan === null) return { ...findings, groups };
  return { ...findings, rules: [rule, ...findings.rules], groups: [planGroup(plan), ...groups] };
}

function planGroup({ cameTrue, differences }: PlanOutcome): CheckGroup {
  const passed: Check = { ...blank, message: rule.meaning };
  return { name: 'plan', readable: true, verdict: cameTrue ? passed : null, checks: differences.map(differenceCheck) };
}

function differenceCheck(difference: PlanDifference): Check {
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

const blank: Check = {
  rule: rule.id,
  level: 'pass',
  fails: false,
  path: null,
  subject: null,
  expected: null,
  actual: null,
  offsetBytes: null,
  message: '',
  details: [],
};
