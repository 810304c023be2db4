/**
 * The rules of a policy as checks: one for each rule, with what speaks against it behind it; and one for each input that
 * could not be read, since that fails the verdict whatever the rules say. Where nothing was judged, that is a check too, and
 * one that fails: no reader of a form takes a gate for open because all that it sees was skipped.
 */
import { findingCodes } from '../../model/finding.js';
import type { CheckedRule, Check as PolicyCheck } from '../../model/results/check.js';
import { plural } from '../blocks/units.js';
import { type CheckCase, type CheckGroup, type CheckLevel, type CheckList, passedOverGroups } from '../forms/checks.js';
import { expectedText, figureText, violationText } from './check-text.js';

const levels: Readonly<Record<CheckedRule['status'], CheckLevel>> = {
  pass: 'pass',
  fail: 'error',
  warn: 'warning',
  skip: 'skip',
};

/** Full names: a form is read by programs, and nothing in it is cut. */
const view = { wide: true };

const nothingJudged = {
  id: 'nothing-judged',
  severity: 'error',
  meaning: 'At least one rule of a policy can be judged.',
  page: 'docs/policy.md#when-nothing-can-be-judged',
} as const;

const noImage = {
  id: 'no-image',
  severity: 'error',
  meaning: 'There is an image to be judged, or the policy allows that there is none.',
  page: 'docs/policy.md#when-nothing-can-be-judged',
} as const;

/** The checks of a policy, in its order. */
export function policyChecks({ rules, archives, skipped, failedBy, strict, advice }: PolicyCheck): CheckList {
  const unreadable = archives.filter(({ status }) => status === 'unreadable').map(({ path }) => path);
  const first = archives[0]?.path ?? null;
  const policy: CheckGroup = {
    name: 'policy',
    readable: true,
    verdict: null,
    checks: [
      ...(failedBy.includes('nothing-judged')
        ? [
            blindCheck(nothingJudged.id, `Nothing was judged: ${plural(rules.length, 'rule')} skipped.`, {
              path: first,
              advice,
            }),
          ]
        : []),
      ...(failedBy.includes('no-image')
        ? [
            blindCheck(noImage.id, 'No image is in the inputs, and the policy does not allow that.', {
              path: first,
              advice,
            }),
          ]
        : []),
      ...rules.map((rule) => ruleCheck(rule, first, strict)),
    ],
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
      nothingJudged,
      noImage,
      { id: 'input-unreadable', ...findingCodes['input-unreadable'], page: 'docs/findings.md#input-unreadable' },
    ],
    groups: [policy, ...(unreadable.length === 0 ? [] : [inputs]), ...passedOverGroups(skipped)],
  };
}

/** Code scanning wants a file for everything: that of the worst violation, else the first that was looked at. */
function ruleCheck(rule: CheckedRule, first: string | null, strict: boolean): CheckCase {
  const { status, violations, unknown, unit, images, actual, reason, meaning, advice } = rule;
  const skipped = status === 'skip';
  const found = skipped || actual === null ? null : figureText(actual, unit);
  const things = violations.map((violation) => violationText(violation, rule, view));
  const open = unknown.map((thing) => `${thing.subject ?? 'the set'}: ${thing.reason}`);
  const expected = expectedText(rule);
  return {
    rule: rule.rule,
    level: skipped && strict ? 'error' : levels[status],
    fails: status === 'fail' || (skipped && strict),
    path: violations[0]?.archives[0] ?? first,
    // Not the worst image, which is another one tomorrow: a rule keeps its name.
    subject: images.length === 0 ? null : images.join(', '),
    expected: expected === '' ? null : expected,
    actual: found === '' ? null : found,
    offsetBytes: null,
    message: skipped ? `${strict ? 'It could not be judged: ' : ''}${reason ?? 'not known'}` : meaning,
    ...(status === 'fail' || status === 'warn' ? { advice } : {}),
    details: [...things, ...open],
  };
}

/** Why the gate stays shut though no rule fails. */
function blindCheck(
  rule: string,
  message: string,
  { path, advice }: { readonly path: string | null; readonly advice: string | null },
): CheckCase {
  return {
    rule,
    level: 'error',
    fails: true,
    path,
    subject: null,
    expected: null,
    actual: null,
    offsetBytes: null,
    message,
    ...(advice === null ? {} : { advice }),
    details: [],
  };
}

function inputCheck(path: string): CheckCase {
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
