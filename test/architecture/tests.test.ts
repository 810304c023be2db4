/** The tests keep a house too: short files, imports without circles, one way to a temporary folder, one word for a test. */
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { circleOf } from './circles.js';
import { maxFileLines } from './house-rules.js';
import { importedFile, importsOf } from './source-rules.js';
import { faultOf, titlesOf } from './titles.js';

/** Programs that no test runner is around, the helper itself, and this rule. */
const mayMakeFolders = [
  'test/architecture/tests.test.ts',
  'test/damage/campaign.ts',
  'test/damage/run.ts',
  'test/fuzz/guided/run.ts',
  'test/fuzz/run.ts',
  'test/helpers/temporary-folder.ts',
  'test/loaders/trial.ts',
  'test/registries/run.ts',
];

const texts = new Map(
  readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((path) => `test/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => [path, readFileSync(path, 'utf8')]),
);

/** The files that each one imports when it runs. */
const imported = new Map(
  [...texts].map(([path, text]) => {
    const lines = importsOf(path, ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true));
    return [path, lines.filter(({ typeOnly }) => !typeOnly).map(importedFile)];
  }),
);

function pathsWhere(breaks: (text: string, path: string) => boolean): string[] {
  return [...texts].filter(([path, text]) => breaks(text, path)).map(([path]) => path);
}

describe('the files of the tests', () => {
  it('are where they are looked for', () => {
    expect(texts.size).toBeGreaterThan(300);
    expect(imported.get('test/architecture/tests.test.ts')).toContain('test/architecture/house-rules.ts');
  });

  it('have at most 400 lines, but for recorded data', () => {
    const long = pathsWhere((text) => text.split('\n').length - 1 > maxFileLines);
    expect(long.filter((path) => !path.startsWith('test/data/'))).toEqual([]);
  });

  it('import each other in no circle', () => {
    expect(circleOf(imported)).toBeNull();
  });

  it('make temporary folders by the one helper that removes them', () => {
    expect(pathsWhere((text) => text.includes('mkdtemp')).filter((path) => !mayMakeFolders.includes(path))).toEqual([]);
  });

  it('leave modules as they are for the file that comes next in their process: none is mocked, but where all are loaded anew', () => {
    const mocking = pathsWhere((text) => /\bvi\.(?:mock|doMock|hoisted)\(/.test(text));
    expect(mocking).toEqual(['test/codec/missing-internals.test.ts']);
    expect(texts.get(mocking[0] ?? '')).toMatch(/^afterEach\(.*\n.*doUnmock.*\n.*\n {2}vi\.resetModules\(\)/m);
  });

  it('call a test `it`', () => {
    expect(pathsWhere((text) => /import \{[^}]*\btest\b[^}]*\} from 'vitest'/.test(text))).toEqual([]);
  });
});

const titles = [...texts]
  .filter(([path]) => path.endsWith('.test.ts'))
  .map(([path, text]) => [path, titlesOf(path, text)] as const);

describe('the titles of the tests', () => {
  it('say which behaviour is gone where one fails: by at least five words, and who it is of', () => {
    expect(
      titles.flatMap(([path, listed]) =>
        listed.flatMap((title) => faultOf(title) ?? []).map((fault) => `${path}: ${fault}`),
      ),
    ).toEqual([]);
  });

  it('are there once in a file', () => {
    const repeated = titles.flatMap(([path, listed]) => {
      const all = listed.map(({ around, own }) => [path, ...around, own].join(' > '));
      return all.filter((title, i) => all.indexOf(title) !== i);
    });
    expect(repeated).toEqual([]);
  });

  const within = (lines: string): string => `describe('a tar', () => {\n${lines}\n});`;

  it.each([
    ['with too few words', within("it('is empty', () => {});"), 'fewer than 5 words: a tar > is empty'],
    ['without its subject', "it('is read as Go reads it', () => {});", 'nobody who does it: is read as Go reads it'],
    [
      'of cases, without its subject',
      "it.each([1])('takes %d of many files', () => {});",
      'nobody who does it: takes %d of many files',
    ],
  ])('are refused %s', (_, text, fault) => {
    expect(titlesOf('x.test.ts', text).map(faultOf)).toEqual([fault]);
  });

  it.each([
    [
      'with subject and behaviour',
      within("it('is read as Go reads it', () => {});"),
      ['a tar > is read as Go reads it'],
    ],
    ['of cases that name themselves', within("it.each([['is read', 1]])('%s', () => {});"), ['a tar > %s']],
    [
      'of tables and conditions',
      "describe.each([1])('the cut at %d', () => {\n it.skipIf(true)('is seen by all', () => {});\n});",
      ['the cut at %d > is seen by all'],
    ],
  ])('are accepted %s', (_, text, expected) => {
    const found = titlesOf('x.test.ts', text);
    expect(found.map(({ around, own }) => [...around, own].join(' > '))).toEqual(expected);
    expect(found.map(faultOf)).toEqual([null]);
  });
});

describe('the search for circles of imports', () => {
  it.each([
    ['of two files', { a: ['b'], b: ['a'] }, ['a', 'b']],
    ['of one file', { a: ['a'] }, ['a']],
    ['behind files that are on none', { a: ['b', 'c'], b: [], c: ['d'], d: ['e'], e: ['c'] }, ['c', 'd', 'e']],
  ])('finds one %s', (_, imports, circle) => {
    expect(circleOf(new Map(Object.entries(imports)))).toEqual(circle);
  });

  it('finds none where two ways lead to one file', () => {
    expect(circleOf(new Map(Object.entries({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })))).toBeNull();
  });
});
