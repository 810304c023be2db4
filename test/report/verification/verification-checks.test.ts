/** Which checks the findings of archives are, and which of them fail. */
import { describe, expect, it } from 'vitest';
import { finding } from '../../../src/model/finding.js';
import { verificationChecks } from '../../../src/report/verification/verification-checks.js';
import { archive, fault, mismatch, verification } from '../sample-results.js';

const found = [
  finding('digest-mismatch', 'm', { offsetBytes: 512 }),
  finding('layer-empty', 'm'),
  finding('key-case', 'm'),
];
const faults = [
  fault({ subject: null, part: 'archive', images: [] }),
  fault({ code: 'layer-empty', severity: 'warning', subject: null, findings: [1] }),
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
    expect(groupOf({ status: 'failed', findings: found, faults }, failOn).checks.map((check) => check.fails)).toEqual(
      fails,
    );
  });

  it('are one for a fault, in the words of its image, with an intact copy and all codes of that cause', () => {
    const copies = [{ archive: 'b.tar', entry: 'x', sameBytes: true, recorded: false }];
    const wrong = finding('diffid-mismatch', 'other words', { subject: mismatch.subject });
    const one = fault({ findings: [0, 1], intactCopies: copies });
    expect(groupOf({ status: 'failed', findings: [wrong, mismatch], faults: [one] }).checks).toEqual([
      {
        rule: 'digest-mismatch',
        title: 'layer 2 of 3 of debian:12',
        level: 'error',
        fails: true,
        path: 'a.tar',
        subject: mismatch.subject,
        expected: mismatch.expected,
        actual: mismatch.actual,
        offsetBytes: 1536,
        message:
          'layer 2 of 3 of debian:12 (step `COPY app /srv`) in a.tar: its bytes are not sha256:aaaaaaaaaaaa…; ' +
          'an intact copy is in b.tar',
        details: ['found as diffid-mismatch, digest-mismatch'],
      },
    ]);
  });

  it('have a verdict only where nothing fails', () => {
    const warning = { findings: found.slice(1, 2), faults: [fault({ ...faults[1], findings: [0] })] };
    expect(groupOf({ status: 'failed', findings: found, faults }).verdict).toBeNull();
    expect(groupOf(warning).verdict).toMatchObject({ rule: 'intact', level: 'pass', fails: false });
    expect(groupOf(warning, 'warning').verdict).toBeNull();
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
    expect(groupOf({ findings: found, faults }).checks[0]?.offsetBytes).toBe(512);
    expect(groupOf({ findings: found, faults, compression: 'gzip' }).checks[0]?.offsetBytes).toBeNull();
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
