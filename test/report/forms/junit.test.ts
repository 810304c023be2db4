/** Checks as JUnit XML, read back by libxml2 and held against the schema in test/data. */
import { describe, expect, it } from 'vitest';
import { renderJunit as renderJunitPieces } from '../../../src/report/forms/junit.js';
import { readJunit } from '../../helpers/form-readers.js';
import { whole } from '../../helpers/whole.js';
import { check, evil, listOf } from '../sample-checks.js';

const renderJunit = whole(renderJunitPieces);

describe('a JUnit file', () => {
  it('has a case for each check: failed, odd, not checked', () => {
    const cases = readJunit(
      renderJunit(
        listOf([
          check({}),
          check({ rule: 'key-case', level: 'hint', subject: 'manifest.json', expected: null, actual: null }),
          check({ rule: 'not-checked', level: 'skip', fails: false, message: 'it is encrypted' }),
        ]),
      ),
    );
    expect(cases.map(({ name, result }) => [name, result])).toEqual([
      ['digest-mismatch: blobs/sha256/aa', 'failure'],
      ['key-case: manifest.json', 'passed'],
      ['not-checked: blobs/sha256/aa', 'skipped'],
    ]);
    expect(cases[0]?.text.split('\n')).toEqual([
      'The bytes do not fit.',
      'in blobs/sha256/aa',
      `expected sha256:${'a'.repeat(64)}`,
      `found sha256:${'b'.repeat(64)}`,
      'at byte 1,536',
    ]);
    expect(cases[1]?.text).toMatch(/^hint: /);
    expect(cases[2]?.message).toBe('it is encrypted');
  });

  it('counts its cases, in each suite and in all', () => {
    const [suite] = listOf([check({}), check({ level: 'hint' }), check({ level: 'skip' })]).groups;
    const unreadable = { name: 'b.tar', readable: false, verdict: null, checks: [check({ subject: null })] };
    const xml = renderJunit({ ...listOf([]), groups: [...(suite === undefined ? [] : [suite]), unreadable] });
    const totals = [...xml.matchAll(/tests="(\d+)" failures="(\d+)" errors="(\d+)"(?: skipped="(\d+)")?/g)];
    expect(
      totals.map((match) =>
        match
          .slice(1, 5)
          .filter((count) => count !== undefined)
          .map(Number),
      ),
    ).toEqual([
      [4, 1, 1],
      [3, 1, 0, 1],
      [1, 0, 1, 0],
    ]);
  });

  it('tells what could not be looked at as an error, not as a failure', () => {
    const cases = readJunit(
      renderJunit(listOf([check({ rule: 'input-unreadable', subject: null })], { readable: false })),
    );
    expect(cases).toMatchObject([{ name: 'input-unreadable', result: 'error' }]);
  });

  it('shows that a group passed, by its verdict', () => {
    const verdict = check({ rule: 'intact', level: 'pass', subject: null, message: '' });
    expect(readJunit(renderJunit(listOf([], { verdict })))).toMatchObject([
      { name: 'intact', result: 'passed', text: '' },
    ]);
  });

  it('gives no two cases one name, also where they differ only in what cannot be shown', () => {
    const subjects = ['x', 'x', '\u001b', '\\x1b', null, null];
    const cases = readJunit(renderJunit(listOf(subjects.map((subject) => check({ subject })))));
    expect(cases.map(({ name }) => name)).toEqual([
      'digest-mismatch: x',
      'digest-mismatch #2: x',
      'digest-mismatch: \\x1b',
      'digest-mismatch #2: \\x1b',
      'digest-mismatch',
      'digest-mismatch #2',
    ]);
  });

  it('shows hostile text and obeys none of it', () => {
    const hostile = check({ path: evil, subject: evil, expected: evil, actual: evil, message: evil });
    const xml = renderJunit(listOf([hostile, { ...hostile, level: 'skip', fails: false }], { name: evil }));
    const cases = readJunit(xml);
    expect(cases.map(({ result }) => result)).toEqual(['failure', 'skipped']);
    expect(cases[0]?.text.split('\n')).toHaveLength(5);
    expect(cases[0]?.message).toContain(']]><b a="1">&lt;%0A');
    expect(cases[0]?.message).toContain('\\x1b[31m\\u202e\\x00\\ufffe\\uffff\\ud800');
    expect(xml).not.toMatch(/\]\]>|<b|(?!\n)[\p{Cc}\p{Cf}\p{Zl}]|[\ufffe\uffff]/u);
  });

  it('is valid without any group', () => {
    expect(readJunit(renderJunit({ ...listOf([]), groups: [] }))).toEqual([]);
  });
});

describe('the schema of JUnit files', () => {
  const xml = renderJunit(listOf([check({})]));

  it.each([
    ['an unknown attribute', xml.replace('classname=', 'hostname="x" classname=')],
    ['a missing name', xml.replace(/ name="digest[^"]*"/, '')],
    ['two cases of one name', renderJunit(listOf([check({}), check({})])).replace(' #2', '')],
    ['a count that is none', xml.replace('tests="1"', 'tests="some"')],
  ])('refuses a file with %s', (_, broken) => {
    expect(broken).not.toBe(xml);
    expect(() => readJunit(broken)).toThrow();
  });

  it('accepts the file that the refused ones were made of', () => {
    expect(readJunit(xml)).toHaveLength(1);
  });
});
