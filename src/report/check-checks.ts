/**
 * The rules of a policy as checks: one for each rule, with what speaks against it behind it; and one for each input that
 * could not be read, since that fails the verdict whatever the rules say.
 */
import { findingCodes } from '../model/finding.js';
import type { CheckedRule, Check as PolicyCheck } from '../model/results-check.js';
import { expectedText, figureText, violationText } from './check-text.js';
import type { Check, CheckGroup, CheckLevel, CheckList } from './checks.js';

const levels: Readonly<Record<CheckedRule['status'], CheckLevel>> = {
  pass: 'pass',
  fail: 'error',
  warn: 'warning',
  skip: 'skip',
};

/** Full names: a form is read by programs, and nothing in it is cut. */
const view = { wide: true };

/** The checks of a policy, in its order. */
export function policyChecks({ rules, archives }: PolicyCheck): CheckList {
  const unreadable = archives.filter(({ status }) => status === 'unreadable').map(({ path }) => path);
  const first = archives[0]?.path ?? null;
  const policy: CheckGroup = {
    name: 'policy',
    readable: true,
    verdict: null,
    checks: rules.map((rule) => ruleCheck(rule, first)),
  };
  const inputs: CheckGroup = { name: 'inputs', readable: false, verdict: null, checks: unreadable.map(inputCheck) };
  const byName = new Map(rules.map((rule) => [rule.rule, rule]));
  return {
    title: 'varve check',
    rules: [
      ...[...byName.values()].map(({ rule, severity, meaning }) => ({
        id: rule,
        severity: severity === 'fail' ? ('error' as const) : ('warning' as const),
        meaning,
        page: 'docs/policy.md',
      })),
      { id: 'input-unreadable', ...findingCodes['input-unreadable'], page: 'docs/findings.md#input-unreadable' },
    ],
    groups: unreadable.length === 0 ? [policy] : [policy, inputs],
  };
}

/** Code scanning wants a file for everything: that of the worst violation, else the first that was looked at. */
function ruleCheck(rule: CheckedRule, first: string | null): Check {
  const { status, violations, unknown, unit, images, actual, reason, meaning, advice } = rule;
  const skipped = status === 'skip';
  const found = skipped || actual === null ? null : figureText(actual, unit);
  const things = violations.map((violation) => violationText(violation, rule, view));
  const open = unknown.map((thing) => `${thing.subject ?? 'the set'}: ${thing.reason}`);
  const expected = expectedText(rule);
  return {
    rule: rule.rule,
    level: levels[status],
    fails: status === 'fail',
    path: violations[0]?.archives[0] ?? first,
    // Not the worst image, which is another one tomorrow: a rule keeps its name.
    subject: images.length === 0 ? null : images.join(', '),
    expected: expected === '' ? null : expected,
    actual: found === '' ? null : found,
    offsetBytes: null,
    message: skipped ? (reason ?? 'not known') : meaning,
    details: [...things, ...open, ...(status === 'fail' || status === 'warn' ? [advice] : [])],
  };
}

function inputCheck(path: string): Check {
  return {
    rule: 'input-unreadable',
    level: 'error',
    fails: true,
    path,
    subject: path,
    expected: null,
    actual: null,
    offsetBytes: null,
    message: 'The input could not be read.',
    details: [],
  };
}
