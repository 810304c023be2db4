/** Which checks the rules of a policy are. */
import { describe, expect, it } from 'vitest';
import type { Check, CheckedRule } from '../../../src/model/results/check.js';
import { policyChecks } from '../../../src/report/check/check-checks.js';

function rule(facts: Partial<CheckedRule>): CheckedRule {
  return {
    rule: 'max-image-size',
    status: 'pass',
    severity: 'fail',
    expected: 500_000_000,
    actual: 1_500_000_000,
    unit: 'bytes',
    subject: 'shop/api:1',
    image: 'sha256:aa',
    reason: null,
    images: [],
    checked: 2,
    violations: [],
    unknown: [],
    meaning: 'The layers are small.',
    advice: 'Make them small.',
    ...facts,
  };
}

const violation = { subject: 'shop/api:1', image: 'sha256:aa', archives: ['b.tar', 'c.tar'], actual: 1_500_000_000 };

function groupsOf(
  rules: readonly CheckedRule[],
  archives: Check['archives'] = [],
  facts: Partial<Pick<Check, 'failedBy' | 'strict' | 'advice'>> = {},
) {
  return policyChecks({
    kind: 'varve.check',
    schemaVersion: 1,
    verdict: 'fail',
    failedBy: ['failed-rules'],
    strict: false,
    advice: null,
    ...facts,
    verified: true,
    summary: { archives: 1, unreadable: 0, images: 1, pass: 0, fail: 0, warn: 0, skip: 0 },
    rules: [...rules],
    archives,
    skipped: [],
  });
}

const first = { path: 'a.tar', format: null, status: 'ok' };

describe('the check of a rule', () => {
  it.each([
    ['pass', 'pass', false],
    ['fail', 'error', true],
    ['warn', 'warning', false],
    ['skip', 'skip', false],
  ] as const)('that says %s is %s', (status, level, fails) => {
    expect(groupsOf([rule({ status })]).groups).toMatchObject([{ name: 'policy', checks: [{ level, fails }] }]);
  });

  it('has figures with units, what speaks against the rule, and what to do', () => {
    const [group] = groupsOf([rule({ status: 'fail', violations: [violation] })], [first]).groups;
    expect(group?.checks).toMatchObject([
      {
        path: 'b.tar',
        expected: 'at most 500MB',
        actual: '1.5GB',
        message: 'The layers are small.',
        advice: 'Make them small.',
        details: ['shop/api:1: 1.5GB in b.tar +1'],
      },
    ]);
  });

  it('has the first archive as its file where no violation has one, and no advice where it passes', () => {
    const [group] = groupsOf([rule({})], [first]).groups;
    expect(group?.checks).toMatchObject([{ path: 'a.tar', details: [] }]);
  });

  it('is named by the images that the rule is for, not by the worst of them', () => {
    const [group] = groupsOf([rule({}), rule({ images: ['shop/*', 'x'] })]).groups;
    expect(group?.checks.map(({ subject }) => subject)).toEqual([null, 'shop/*, x']);
  });

  it('says why it was skipped', () => {
    const unknown = [{ subject: null, image: null, archives: [], reason: 'not read' }];
    const [group] = groupsOf([rule({ status: 'skip', actual: null, reason: 'sizes are unknown', unknown })]).groups;
    expect(group?.checks).toMatchObject([
      { message: 'sizes are unknown', actual: null, details: ['the set: not read'] },
    ]);
  });
});

it('that nothing was judged is a check that fails, before the rules', () => {
  const skipped = rule({ status: 'skip', actual: null, reason: 'not read' });
  const [group] = groupsOf([skipped], [first], { failedBy: ['nothing-judged'], advice: 'Read it.' }).groups;
  expect(group?.checks).toMatchObject([
    { rule: 'nothing-judged', level: 'error', fails: true, path: 'a.tar', advice: 'Read it.' },
    { rule: 'max-image-size', level: 'skip', fails: false },
  ]);
});

it('a rule that a strict policy skipped fails, and says why it was skipped', () => {
  const skipped = rule({ status: 'skip', actual: null, reason: 'not read' });
  const [group] = groupsOf([skipped, rule({})], [first], { failedBy: ['skipped-rules'], strict: true }).groups;
  expect(group?.checks).toMatchObject([
    { level: 'error', fails: true, message: 'It could not be judged: not read' },
    { level: 'pass', fails: false },
  ]);
});

it('a rule that a policy has twice is listed once', () => {
  const { rules } = groupsOf([rule({}), rule({ images: ['x'], severity: 'warn' })]);
  expect(rules.map(({ id }) => id)).toEqual(['max-image-size', 'nothing-judged', 'no-image', 'input-unreadable']);
});

it('an input that could not be read is an error beside the rules', () => {
  const { groups } = groupsOf([], [first, { path: 'x.tar', format: null, status: 'unreadable' }]);
  expect(groups[1]).toMatchObject({ readable: false, checks: [{ level: 'error', fails: true, path: 'x.tar' }] });
});
