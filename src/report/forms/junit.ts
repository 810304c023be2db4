/**
 * Checks → JUnit XML, in the dialect that Jenkins, GitLab and the actions for GitHub read in common (test/data/junit.xsd has
 * it as a schema): a suite for each group, a case for each check. Text from archives passes `safeText`, loses what XML
 * forbids, and is escaped; nothing stands in CDATA. There is no clock time in it, so every `time` is 0.
 */

import { endedLines } from '../blocks/pieces.js';
import { safeText } from '../blocks/safe-text.js';
import { type CheckCase, type CheckGroup, type CheckList, linesOfCheck } from './checks.js';

/** The whole document, ending in a newline; each case is put into words when it is asked for. */
export function renderJunit(list: CheckList): Iterable<string> {
  return endedLines(linesOf(list));
}

type Result = 'passed' | 'failure' | 'error' | 'skipped';

function* linesOf({ title, groups }: CheckList): Generator<string> {
  // Jenkins' own schema has no such count for the whole file.
  const { skipped: _, ...counts } = totals(groups);
  yield '<?xml version="1.0" encoding="UTF-8"?>';
  yield `<testsuites${attributes({ name: title, ...counts, time: 0 })}>`;
  for (const group of groups) yield* suiteLines(group);
  yield '</testsuites>';
}

function* suiteLines(group: CheckGroup): Generator<string> {
  yield `  <testsuite${attributes({ name: group.name, ...totals([group]), time: 0 })}>`;
  const used = new Map<string, number>();
  for (const check of casesOf(group)) yield* caseLines(check, nameOf(check, used), group);
  yield '  </testsuite>';
}

function casesOf({ verdict, checks }: CheckGroup): readonly CheckCase[] {
  return verdict === null ? checks : [verdict, ...checks];
}

function resultOf({ level, fails }: CheckCase, { readable }: CheckGroup): Result {
  if (fails) return readable ? 'failure' : 'error';
  return level === 'skip' ? 'skipped' : 'passed';
}

function totals(groups: readonly CheckGroup[]): Record<'tests' | 'failures' | 'errors' | 'skipped', number> {
  const results = groups.flatMap((group) => casesOf(group).map((check) => resultOf(check, group)));
  const count = (wanted: Result) => results.filter((result) => result === wanted).length;
  return { tests: results.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') };
}

/** Readers keep the first of several cases with one name and drop the others. */
function nameOf({ rule, subject }: CheckCase, used: Map<string, number>): string {
  const about = subject === null ? '' : `: ${xmlText(subject)}`;
  const count = (used.get(rule + about) ?? 0) + 1;
  used.set(rule + about, count);
  return (count === 1 ? rule : `${rule} #${count}`) + about;
}

function* caseLines(check: CheckCase, name: string, group: CheckGroup): Generator<string> {
  const open = `    <testcase${attributes({ classname: group.name, name, time: 0 })}`;
  const body = bodyOf(check, resultOf(check, group));
  if (body === null) yield `${open}/>`;
  else yield* [`${open}>`, `      ${body}`, '    </testcase>'];
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
