/** Checks made by hand: one of each level, hostile texts, and a list of as many as a test asks for. */
import type { CheckCase, CheckList } from '../../src/report/forms/checks.js';
import { id } from './sample-results.js';

/** Everything at once that some reader obeys: a terminal, XML, Markdown, HTML, a spreadsheet, a runner, SARIF. */
export const evil =
  '::error::x\r\n::warning title=a,b::y\n##[error]z\u001b[31m\u202e\u0000\ufffe\uffff\ud800]]><b a="1">&lt;%0A%25{0}[l](1)|`*_#=\t\u2028@octocat \\';

export function check(facts: Partial<CheckCase>): CheckCase {
  return {
    rule: 'digest-mismatch',
    level: 'error',
    fails: facts.level === undefined || facts.level === 'error',
    path: 'images/a.tar',
    subject: 'blobs/sha256/aa',
    expected: id('a'),
    actual: id('b'),
    offsetBytes: 1536,
    message: 'The bytes do not fit.',
    details: [],
    ...facts,
  };
}

/** A list of one group that can be read, unless said otherwise. */
export function listOf(checks: readonly CheckCase[], facts: Partial<CheckList['groups'][number]> = {}): CheckList {
  return {
    title: 'varve verify',
    rules: [
      {
        id: 'digest-mismatch',
        severity: 'error',
        meaning: 'It {does} not [fit].',
        page: 'docs/findings.md#digest-mismatch',
      },
      { id: 'key-case', severity: 'hint', meaning: 'Case.', page: 'docs/findings.md#key-case' },
    ],
    groups: [{ name: 'images/a.tar', readable: true, verdict: null, checks, ...facts }],
  };
}
