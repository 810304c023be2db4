/** Which checks the findings of archives are, and which of them fail. */
import { describe, expect, it } from 'vitest';
import { finding } from '../../src/model/finding.js';
import { verificationChecks } from '../../src/report/verification-checks.js';
import { archive, verification } from './sample-results.js';

const found = [
  finding('digest-mismatch', 'm', { offsetBytes: 512 }),
  finding('layer-empty', 'm'),
  finding('key-case', 'm'),
];
const groupOf = (facts: object, failOn: Parameters<typeof verificationChecks>[2] = 'error') => {
  const [group] = verificationChecks(
    'verify',
    { archives: [archive({ path: 'a.tar', ...facts })], skipped: [] },
    failOn,
  ).groups;
  return group ?? { checks: [], verdict: null, readable: null };
};

describe('the checks of an archive', () => {
  it.each([
    ['error', [true, false, false]],
    ['warning', [true, true, false]],
    ['hint', [true, true, true]],
    // A damaged archive is damaged, whatever the exit code says.
    ['never', [true, false, false]],
  ] as const)('fail at %s and above', (failOn, fails) => {
    expect(groupOf({ status: 'failed', findings: found }, failOn).checks.map((check) => check.fails)).toEqual(fails);
  });

  it('have a verdict only where nothing fails', () => {
    const warning = found.slice(1, 2);
    expect(groupOf({ status: 'failed', findings: found }).verdict).toBeNull();
    expect(groupOf({ findings: warning }).verdict).toMatchObject({ rule: 'intact', level: 'pass', fails: false });
    expect(groupOf({ findings: warning }, 'warning').verdict).toBeNull();
  });

  it.each(['unchecked', 'cached', 'recorded', 'unverified'] as const)(
    'are no proof where the archive is %s',
    (status) => {
      expect(groupOf({ status }).verdict).toMatchObject({ level: 'skip', fails: false });
    },
  );

  it('have what was not checked, with its reason', () => {
    const { checks } = groupOf({ notChecked: [{ subject: 'x', reason: 'encrypted' }] });
    expect(checks).toMatchObject([{ level: 'skip', subject: 'x', message: 'encrypted', path: 'a.tar' }]);
  });

  it('have positions in the file, so none where the file is compressed', () => {
    expect(groupOf({ findings: found }).checks[0]?.offsetBytes).toBe(512);
    expect(groupOf({ findings: found, compression: 'gzip' }).checks[0]?.offsetBytes).toBeNull();
  });

  it('end with what a search left out, which fails nothing', () => {
    const skipped = [{ path: 'b.tar', reason: 'excluded' }];
    const [group, ...more] = verificationChecks('verify', { archives: [], skipped }, 'hint').groups;
    expect(more).toEqual([]);
    expect(group).toMatchObject({ name: 'passed over', readable: true, verdict: null });
    expect(group?.checks).toMatchObject([
      { rule: 'passed-over', level: 'skip', fails: false, path: 'b.tar', subject: 'b.tar', message: 'excluded' },
    ]);
  });

  it('are readable unless the archive is not', () => {
    const { groups } = verificationChecks('report', { ...verification, skipped: [] }, 'error');
    expect(groups.map(({ readable }) => readable)).toEqual([true, true, true, false]);
    expect(groups.map(({ name }) => name)).toEqual(verification.archives.map(({ path }) => path));
  });
});
