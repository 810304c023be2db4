/**
 * What was checked and how it went, before it has a form: groups of checks, each with a subject, a level and the two sides
 * of a mismatch. Each command that judges says once what its checks are (verification-checks.ts); JUnit, SARIF and GitHub
 * annotations are made of them. All strings are raw, also the untrusted ones: each form makes them safe where they leave.
 */
import { type Severity, weightOf } from '../../model/finding.js';
import { findingFacts } from '../blocks/document.js';
import { plural } from '../blocks/units.js';
import { countsText } from '../verification/findings-text.js';

/** `skip`: it could not be checked, which is never the same as good. */
export type CheckLevel = 'pass' | 'skip' | Severity;

export interface CheckCase {
  /** What was checked: a finding code, or a rule. */
  readonly rule: string;
  /** What is shown above the message, in few words; absent = the rule. */
  readonly title?: string;
  readonly level: CheckLevel;
  /** Whether it counts against the group; of what is no error that is for the options to say. */
  readonly fails: boolean;
  /** The file that it is about; null where it is about no file. */
  readonly path: string | null;
  /** Entry, digest or reference in that file; null = all of it. */
  readonly subject: string | null;
  readonly expected: string | null;
  readonly actual: string | null;
  /** Position in the bytes of the file itself; null where there is none. */
  readonly offsetBytes: number | null;
  /** One sentence, without the facts above. */
  readonly message: string;
  /** How many checks it stands for, where they are counted and not listed; absent = itself. */
  readonly count?: number;
  /** What to do about it; absent where the message says so, or nobody can know. */
  readonly advice?: string;
  /** What else there is to say, one line for each. */
  readonly details: readonly string[];
}

export interface CheckGroup {
  readonly name: string;
  /** False where nothing in it could be looked at: its failures are no judgement then. */
  readonly readable: boolean;
  /** Of a group in which nothing fails, for forms that show what passed; null where the checks say it themselves. */
  readonly verdict: CheckCase | null;
  readonly checks: readonly CheckCase[];
}

export interface CheckRule {
  readonly id: string;
  readonly severity: Severity;
  readonly meaning: string;
  /** Where it is explained: a page of the documentation and a heading in it. */
  readonly page: string;
}

export interface CheckList {
  /** The command that checked. */
  readonly title: string;
  /** Every rule that the checks can name. */
  readonly rules: readonly CheckRule[];
  readonly groups: readonly CheckGroup[];
}

/** The rule of what a search left out. */
export const passedOver = 'passed-over';

/** What a search left out, so that each form shows it; no group where there is nothing. It fails nothing. */
export function passedOverGroups(skipped: readonly { readonly path: string; readonly reason: string }[]): CheckGroup[] {
  if (skipped.length === 0) return [];
  const checks = skipped.map(
    ({ path, reason }): CheckCase => ({ ...blankCheck(path), rule: passedOver, subject: path, message: reason }),
  );
  return [{ name: 'passed over', readable: true, verdict: null, checks }];
}

/** A check that says nothing yet: something of this file that was not looked at. */
export function blankCheck(path: string | null): CheckCase {
  return {
    rule: 'not-checked',
    level: 'skip',
    fails: false,
    path,
    subject: null,
    expected: null,
    actual: null,
    offsetBytes: null,
    message: '',
    details: [],
  };
}

/**
 * The message, what to do, each fact behind it with its label, and the details: raw, one line for each. What to do stands
 * before the lists, since some readers cut a message.
 */
export function linesOfCheck(check: CheckCase): string[] {
  const { message, advice, subject, details } = check;
  const facts = findingFacts(check).map(([label, value]) => `${label} ${value}`);
  const start = [message, ...(advice === undefined ? [] : [advice]), ...(subject === null ? [] : [`in ${subject}`])];
  return [...start, ...facts, ...details];
}

/** GitHub cuts the message of an annotation, and that of a result, at 4,096 characters, without a word. */
const maxMessageLength = 4000;
const maxLineLength = 1000;
const noteLength = 80;

/** These lines where they fit into one message of GitHub; else the first of them, none of them endless, and how many are left out. */
export function fitLines(lines: readonly string[]): string[] {
  if (lengthOf(lines) <= maxMessageLength) return [...lines];
  const short = lines.map((line) => (line.length <= maxLineLength ? line : `${cutAt(line, maxLineLength - 1)}…`));
  let used = noteLength;
  const end = short.findIndex((line) => {
    used += line.length + 1;
    return used > maxMessageLength;
  });
  const shown = end === -1 ? short : short.slice(0, end);
  const more = lines.length - shown.length;
  return more === 0 ? shown : [...shown, `and ${plural(more, 'more line')}; other forms have all of them`];
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

/** The start of a text, without half a character at its end. */
function cutAt(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

/** How many checks these are, with those that are only counted. */
export function caseCount(checks: readonly CheckCase[]): number {
  return checks.reduce((sum, check) => sum + weightOf(check), 0);
}

/** `2 errors, 1 warning and 3 hints; 4 things not checked`; `no fault` where there is nothing. */
export function countsOfChecks(checks: readonly CheckCase[]): string {
  const count = (level: CheckLevel) => caseCount(checks.filter((check) => check.level === level));
  const found = countsText({ errors: count('error'), warnings: count('warning'), hints: count('hint') });
  const open = count('skip') === 0 ? '' : `; ${plural(count('skip'), 'thing')} not checked`;
  return `${found ?? 'no fault'}${open}`;
}
