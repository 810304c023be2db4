/**
 * Checks → JUnit XML, in the dialect that Jenkins, GitLab and the actions for GitHub read in common (test/data/junit.xsd has
 * it as a schema): a suite for each group, a case for each check. Text from archives passes `safeText`, loses what XML
 * forbids, and is escaped; nothing stands in CDATA. There is no clock time in it, so every `time` is 0.
 */

import { endedLines } from '../blocks/pieces.js';
import { safeText } from '../blocks/safe-text.js';
import { type CheckCase, type CheckGroup, type CheckList, linesOfCheck } from './checks.js';

/** The whole document, ending in a newline. */
export function renderJunit({ title, groups }: CheckList): Iterable<string> {
  const suites = groups.map(suiteOf);
  // Jenkins' own schema has no such count for the whole file.
  const { skipped: _, ...counts } = totals(suites);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: title, ...counts, time: 0 })}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
  ];
  return endedLines(lines);
}

type Result = 'passed' | 'failure' | 'error' | 'skipped';

interface Case {
  readonly check: CheckCase;
  readonly name: string;
  readonly result: Result;
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

function suiteOf({ name, readable, verdict, checks }: CheckGroup): Suite {
  const used = new Map<string, number>();
  const cases = [...(verdict === null ? [] : [verdict]), ...checks].map((check): Case => {
    const about = check.subject === null ? '' : `: ${xmlText(check.subject)}`;
    const count = (used.get(check.rule + about) ?? 0) + 1;
    used.set(check.rule + about, count);
    // Readers keep the first of several cases with one name and drop the others.
    const rule = count === 1 ? check.rule : `${check.rule} #${count}`;
    return { check, name: rule + about, result: resultOf(check, readable) };
  });
  return { name, cases };
}

function resultOf({ level, fails }: CheckCase, readable: boolean): Result {
  if (fails) return readable ? 'failure' : 'error';
  return level === 'skip' ? 'skipped' : 'passed';
}

function totals(suites: readonly Suite[]): Record<'tests' | 'failures' | 'errors' | 'skipped', number> {
  const results = suites.flatMap(({ cases }) => cases.map(({ result }) => result));
  const count = (wanted: Result) => results.filter((result) => result === wanted).length;
  return { tests: results.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') };
}

function suiteLines(suite: Suite): string[] {
  const { name, cases } = suite;
  return [
    `  <testsuite${attributes({ name, ...totals([suite]), time: 0 })}>`,
    ...cases.flatMap((one) => caseLines(one, name)),
    '  </testsuite>',
  ];
}

function caseLines({ check, name, result }: Case, classname: string): string[] {
  const open = `    <testcase${attributes({ classname, name, time: 0 })}`;
  const body = bodyOf(check, result);
  return body === null ? [`${open}/>`] : [`${open}>`, `      ${body}`, '    </testcase>'];
}

/** What is inside of a case; null where it passed and there is nothing to say. */
function bodyOf(check: CheckCase, result: Result): string | null {
  const { rule, level, message } = check;
  const [first = '', ...facts] = linesOfCheck(check).map(xmlText);
  const text = (start: string) => escapeXml([start, ...facts].join('\n'));
  if (result === 'skipped') return `<skipped${attributes({ message })}/>`;
  if (result !== 'passed') return `<${result}${attributes({ type: rule, message })}>${text(first)}</${result}>`;
  return level === 'pass' ? null : `<system-out>${text(`${level}: ${first}`)}</system-out>`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(xmlText(String(value)))}"`)
    .join('');
}

/** Safe text without the two characters that `safeText` lets pass and XML forbids. */
function xmlText(text: string): string {
  return safeText(text).replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** `>` too, so that no text can hold the end of a CDATA section. */
function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
