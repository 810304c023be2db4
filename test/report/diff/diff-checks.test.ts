/** Which checks a comparison is: the plan, and the findings of both sides. */
import { describe, expect, it } from 'vitest';
import { withFaults } from '../../../src/analysis/faults/faults.js';
import { diffChecks } from '../../../src/report/diff/diff-checks.js';
import { ArchiveDraft, inventoryOf } from '../../helpers/inventory-builder.js';
import { plannedDiff } from '../sample-diffs.js';

const finding = {
  code: 'digest-mismatch',
  severity: 'error',
  subject: null,
  expected: null,
  actual: null,
  offsetBytes: null,
  message: 'It is damaged.',
} as const;

const recordsOf = (...drafts: readonly ArchiveDraft[]) => withFaults(inventoryOf(drafts));
const sound = () => new ArchiveDraft('a.tar');
const damaged = () => new ArchiveDraft('a.tar', { status: 'failed', findings: [finding] });

describe('a comparison without a plan', () => {
  it('has the archives of both sides, one that is the same on both once', () => {
    const { groups } = diffChecks(null, { before: recordsOf(sound()), after: recordsOf(sound()) }, 'never');
    expect(groups.map(({ name }) => name)).toEqual(['a.tar']);
  });

  it('has an archive that is another one now twice, each with its findings', () => {
    const { title, groups } = diffChecks(null, { before: recordsOf(damaged()), after: recordsOf(sound()) }, 'never');
    expect(title).toBe('varve diff');
    expect(groups.map(({ name, checks }) => [name, checks.length])).toEqual([
      ['a.tar', 0],
      ['a.tar (before)', 1],
    ]);
  });
});

describe('what the searches of both sides left out', () => {
  it('is a group of its own, the same of both sides once', () => {
    const [linked, excluded] = ['a link to b.tar', 'excluded by *.old'].map((reason) => ({ path: 'c.tar', reason }));
    const before = { ...recordsOf(sound()), skipped: [linked, excluded].flatMap((item) => item ?? []) };
    const after = { ...recordsOf(sound()), skipped: [linked].flatMap((item) => item ?? []) };
    const { groups } = diffChecks(null, { before, after }, 'never');
    expect(groups.map(({ name, checks }) => [name, checks.map(({ message }) => message)])).toEqual([
      ['a.tar', []],
      ['passed over', ['a link to b.tar', 'excluded by *.old']],
    ]);
  });
});

describe('a comparison with a plan', () => {
  const sides = { before: recordsOf(sound()), after: recordsOf(sound()) };

  it('fails once for each difference, with both sides of it', () => {
    const outcome = plannedDiff.plan;
    const [plan] = diffChecks(outcome, sides, 'never').groups;
    expect(plan).toMatchObject({ name: 'plan', verdict: null });
    expect(plan?.checks).toHaveLength(outcome?.differences.length ?? -1);
    expect(plan?.checks.filter(({ fails }) => !fails)).toEqual([]);
    expect(plan?.checks[1]).toMatchObject({ rule: 'plan-came-true', expected: '1', actual: '-1' });
  });

  it('passes where the plan came true', () => {
    const outcome = plannedDiff.plan === null ? null : { ...plannedDiff.plan, cameTrue: true, differences: [] };
    const { groups, rules } = diffChecks(outcome, sides, 'never');
    expect(groups[0]).toMatchObject({ name: 'plan', verdict: { level: 'pass', fails: false }, checks: [] });
    expect(rules[0]?.id).toBe('plan-came-true');
  });
});
