/**
 * The faults of archives as checks: a group for each archive, a check for each fault, each hint and each thing that was not
 * checked. One cause is one check, whatever it has contradicted. An archive in which nothing fails has one that says so, and passes only if its bytes were hashed now. The
 * commands that read archives share it.
 */
import { type Finding, type FindingCode, findingCodes, type Severity, severityRank } from '../../model/finding.js';
import type { Fault } from '../../model/results/faults.js';
import type { Verification } from '../../model/results/results.js';
import { blankCheck, type CheckCase, type CheckGroup, type CheckList, passedOverGroups } from '../forms/checks.js';
import { faultStatement, faultTitle, leadOf, ownFindings } from './fault-text.js';
import { countedCodes } from './findings-text.js';

type CheckedArchive = Pick<
  Verification['archives'][number],
  'path' | 'compression' | 'status' | 'findings' | 'faults' | 'notChecked'
>;

/** What a scan found and left out, or a result that is made of it. */
export interface CheckedInputs {
  readonly archives: readonly CheckedArchive[];
  readonly skipped: Verification['skipped'];
}

/** The checks of these inputs. An error counts against its archive whatever `failOn` says, as it does in `status`. */
export function verificationChecks(
  command: 'verify' | 'report' | 'plan' | 'diff',
  { archives, skipped }: CheckedInputs,
  failOn: Severity | 'never',
): CheckList {
  const threshold = severityRank(failOn === 'never' ? 'error' : failOn);
  const codes = Object.keys(findingCodes) as FindingCode[];
  return {
    title: `varve ${command}`,
    rules: codes.map((id) => ({ id, ...findingCodes[id], page: `docs/findings.md#${id}` })),
    groups: [...archives.map((archive) => archiveGroup(archive, threshold)), ...passedOverGroups(skipped)],
  };
}

function archiveGroup(archive: CheckedArchive, threshold: number): CheckGroup {
  const { path, status, findings, faults, notChecked } = archive;
  const hints = findings.filter(({ severity }) => severity === 'hint');
  const found = [
    ...faults.map((fault) => faultCheck(fault, archive, severityRank(fault.severity) <= threshold)),
    ...hints.map((hint) => findingCheck(hint, archive, severityRank('hint') <= threshold)),
  ];
  const open = notChecked.map(({ subject, reason }) => ({ ...blankCheck(path), subject, message: reason }));
  return {
    name: path,
    readable: status !== 'unreadable',
    verdict: found.some(({ fails }) => fails) ? null : verdictOf(archive),
    checks: [...found, ...open],
  };
}

/** The fault in words of images, with what its telling finding compares; the codes of all that it has contradicted. */
function faultCheck(fault: Fault, archive: CheckedArchive, fails: boolean): CheckCase {
  const { path, findings } = archive;
  const codes = countedCodes(ownFindings(fault, findings).map(({ code, count }) => [code, count]));
  const title = faultTitle(fault);
  return {
    ...findingCheck(leadOf(fault, findings), archive, fails),
    ...(title === null ? {} : { title }),
    message: faultStatement(fault, path),
    details: [`found as ${codes}`],
  };
}

function findingCheck(
  { code, severity, subject, expected, actual, offsetBytes, message, count }: Finding,
  { path, compression }: CheckedArchive,
  fails: boolean,
): CheckCase {
  // The offsets of a compressed archive are those of the tar inside.
  const offset = compression === null || compression === 'none' ? offsetBytes : null;
  return {
    rule: code,
    level: severity,
    fails,
    path,
    subject,
    expected,
    actual,
    offsetBytes: offset,
    message,
    ...(count === undefined ? {} : { count }),
    details: [],
  };
}

/** Of an archive in which nothing fails. */
function verdictOf({ path, status }: CheckedArchive): CheckCase {
  const verdict: CheckCase = { ...blankCheck(path), rule: 'intact' };
  if (status === 'recorded') return { ...verdict, message: 'as an inventory recorded it, not checked again' };
  if (status === 'cached') return { ...verdict, message: 'as an earlier run found it, taken from the cache' };
  if (status === 'unverified') return { ...verdict, message: 'its bytes were not read' };
  if (status === 'unchecked') return { ...verdict, message: 'nothing in it was compared with a digest' };
  return { ...verdict, level: 'pass' };
}
