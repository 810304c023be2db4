/** Checks as SARIF, held against the schema of OASIS and against what code scanning makes of it. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findingCodes } from '../../../src/model/finding.js';
import type { Sha256 } from '../../../src/model/hashing.js';
import { renderSarif as renderSarifPieces } from '../../../src/report/forms/sarif.js';
import { verificationChecks } from '../../../src/report/verification/verification-checks.js';
import { readPage } from '../../docs/page.js';
import { readSarif, type SarifRun, sarifErrors } from '../../helpers/form-readers.js';
import { whole } from '../../helpers/whole.js';
import { check, evil, listOf } from '../sample-checks.js';
import { verification } from '../sample-results.js';

const renderSarif = whole(renderSarifPieces);

const sha256: Sha256 = (pieces) =>
  `sha256:${createHash('sha256')
    .update([...pieces].join(''))
    .digest('hex')}` as ReturnType<Sha256>;
const render = (list: Parameters<typeof renderSarif>[0]): string => renderSarif(list, { version: '1.2.3', sha256 });
const read = (...checks: Parameters<typeof listOf>[0]): SarifRun => readSarif(render(listOf(checks)));
const prints = ({ results }: SarifRun): string[] =>
  results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash);

describe('a SARIF file', () => {
  it('has a result for each check that found something, with its place', () => {
    const run = read(check({}), check({ rule: 'key-case', level: 'hint', offsetBytes: null, subject: null }));
    expect(run.results).toMatchObject([
      {
        ruleId: 'digest-mismatch',
        ruleIndex: 0,
        level: 'error',
        locations: [
          {
            physicalLocation: { artifactLocation: { uri: 'images/a.tar' }, region: { startLine: 1, byteOffset: 1536 } },
            logicalLocations: [{ name: 'blobs/sha256/aa', fullyQualifiedName: 'blobs/sha256/aa' }],
          },
        ],
      },
      {
        ruleId: 'key-case',
        ruleIndex: 1,
        level: 'note',
        locations: [{ physicalLocation: { region: { startLine: 1 } } }],
      },
    ]);
    expect(run.results[1]?.locations[0]).not.toHaveProperty('logicalLocations');
    expect(run.results[1]?.locations[0]?.physicalLocation.region).not.toHaveProperty('byteOffset');
  });

  it('tells a warning as one', () => {
    expect(read(check({ level: 'warning' })).results).toMatchObject([{ level: 'warning' }]);
  });

  it('has what was not checked as a notification, and what passed not at all', () => {
    const run = read(
      check({ level: 'skip', fails: false, message: 'encrypted' }),
      check({ level: 'pass', fails: false }),
    );
    expect(run.results).toEqual([]);
    expect(run.invocations).toMatchObject([
      { executionSuccessful: true, toolExecutionNotifications: [{ level: 'note', message: {} }] },
    ]);
    expect(run.invocations[0]?.toolExecutionNotifications[0]?.message.text).toMatch(/^encrypted\n/);
  });

  it('says that the run failed where a file could not be read', () => {
    const run = readSarif(render(listOf([check({})], { readable: false })));
    expect(run.invocations).toMatchObject([{ executionSuccessful: false }]);
  });

  it.each([
    ['images/a.tar', 'images/a.tar'],
    ['/srv/a b.tar', 'file:///srv/a%20b.tar'],
    ['//srv/a.tar', 'file:///srv/a.tar'],
    ['../50%#?.tar', '../50%25%23%3F.tar'],
    ['http://evil/x', 'http%3A//evil/x'],
    ['größe\u202e\ud800.tar', 'gr%C3%B6%C3%9Fe%E2%80%AE%EF%BF%BD.tar'],
    ['a.tar!/sub', 'a.tar!/sub'],
    ['-', '-'],
  ])('has %j as the URI %s', (path, uri) => {
    const [result] = read(check({ path })).results;
    expect(result?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(uri);
    const { pathname } = new URL(uri, 'file:///w/d/');
    expect(new URL(uri, 'file:///w/d/').protocol).toBe('file:');
    expect(decodeURIComponent(pathname).endsWith(path.replace(/^\/\/|^\.\./, '').replace('\ud800', '\ufffd'))).toBe(
      true,
    );
  });

  it('shows hostile text and obeys none of it: no link, no placeholder, no control character', () => {
    const json = render(listOf([check({ path: evil, subject: evil, actual: evil, message: evil })]));
    const [result] = readSarif(json).results;
    const text = result?.message.text ?? '';
    expect(text.split('\n')).toHaveLength(5);
    expect(text.replace(/\\[[\]\\]/g, '')).not.toMatch(/[[\]]/);
    expect(text.replace(/\{\{|\}\}/g, '')).not.toMatch(/[{}]/);
    expect(text).toContain('{{0}}\\[l\\](1)');
    expect(JSON.stringify(readSarif(json))).not.toMatch(/\\u00|\u202e|\u2028/);
    expect(json).toMatch(/^[^\p{Cf}\p{Zl}]*$/u);
  });

  it('knows the same finding again, wherever it lies by then, and tells every two apart', () => {
    const [first] = prints(read(check({})));
    expect(first).toMatch(/^[0-9a-f]{16}:1$/);
    expect(prints(read(check({ offsetBytes: 9, actual: 'other', message: 'In other words.' })))).toEqual([first]);
    const all = prints(
      read(check({}), check({}), check({ subject: 'b' }), check({ rule: 'key-case' }), check({ path: 'b' })),
    );
    expect(new Set(all).size).toBe(5);
    expect(all[1]).toBe(first?.replace(/1$/, '2'));
  });

  const parsed = (list: Parameters<typeof renderSarif>[0]): SarifRun =>
    (JSON.parse(render(list)) as { runs: [SarifRun] }).runs[0];
  const hints = (count: number, archives: number) =>
    Array.from({ length: count }, (_, number) =>
      check({ rule: 'key-case', level: 'hint', path: `${number % archives}.tar`, subject: `${number}` }),
    );

  it('has every result where there are as many as GitHub takes', () => {
    const run = parsed(listOf([check({}), ...hints(24_999, 3)]));
    expect(run.results).toHaveLength(25_000);
    expect(run.invocations[0]?.toolExecutionNotifications).toEqual([]);
  });

  it('has equal hints of an archive as one where there are more, and says so', () => {
    const run = parsed(listOf([check({}), ...hints(25_000, 3)]));
    expect(run.results.map(({ level }) => level)).toEqual(['error', 'note', 'note', 'note']);
    expect(run.results[1]?.message.text).toMatch(/^8,334 hints of this code in this archive; the first: The bytes/);
    expect(run.invocations[0]?.toolExecutionNotifications.map(({ message }) => message.text)).toEqual([
      '25,001 results are more than the 25,000 that GitHub takes of one run: 25,000 hints were folded into 3. ' +
        'The JSON document has each.',
    ]);
  });

  it('has equal hints of all archives as one where each archive has its own', () => {
    const run = parsed(listOf([check({}), ...hints(25_000, 25_000)]));
    expect(run.results).toHaveLength(2);
    expect(run.results[1]?.message.text).toMatch(/^25,000 hints of this code in the archives; /);
  });

  it('folds no error, and says where they alone are too many', () => {
    const run = parsed(listOf(Array.from({ length: 25_001 }, () => check({}))));
    expect(run.results).toHaveLength(25_001);
    expect(run.invocations[0]?.toolExecutionNotifications[0]?.message.text).toContain('What is left is more than that');
  });

  it('has every finding code as a rule, with its meaning, its level and where it is explained', () => {
    const json = render(verificationChecks('verify', verification, 'error'));
    const { rules } = readSarif(json).tool.driver;
    expect(rules.map(({ id }) => id)).toEqual(Object.keys(findingCodes));
    expect(rules.find(({ id }) => id === 'layer-empty')).toMatchObject({
      shortDescription: { text: findingCodes['layer-empty'].meaning },
      help: { text: `${findingCodes['layer-empty'].meaning} See docs/findings.md#layer-empty.` },
      defaultConfiguration: { level: 'warning' },
    });
    const page = readPage('docs/findings.md');
    expect(rules.filter(({ id }) => !page.includes(`### \`${id}\``))).toEqual([]);
  });

  it('is valid without any finding', () => {
    expect(read().results).toEqual([]);
  });
});

describe('the schema of SARIF files', () => {
  it('refuses a file with a field too many, a level that is none, a result without a message', () => {
    const document = JSON.parse(render(listOf([check({})]))) as { runs: [{ results: [Record<string, unknown>] }] };
    expect(sarifErrors(document)).toEqual([]);
    const [result] = document.runs[0].results;
    for (const change of [{ colour: 'red' }, { level: 'hint' }, { message: undefined }]) {
      const broken = { ...document, runs: [{ ...document.runs[0], results: [{ ...result, ...change }] }] };
      expect(sarifErrors(JSON.parse(JSON.stringify(broken)))).not.toEqual([]);
    }
  });
});
