/** One word, one meaning: whoever reads a name in any room may look for it anywhere and finds the one thing that it is. */
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { exportedNames, namesTwice } from './exported-names.js';

const namesIn = (text: string): Set<string> =>
  exportedNames(ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2023, true));

/** What a command does is called `run` in each of them: the one thing that their `load` asks for. */
const isCommand = (path: string): boolean => /^src\/cli\/commands\/[a-z]+\/run\//.test(path);

describe('the names that files of the sources export', () => {
  it('stand in one file each', () => {
    const paths = ['src', 'workers'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
        .filter((path) => path.endsWith('.ts')),
    );
    const exported = new Map(
      paths.map((path) => {
        const names = namesIn(readFileSync(path, 'utf8'));
        if (isCommand(path)) names.delete('run');
        return [path, names];
      }),
    );
    expect(exported.get('src/scan/scan.ts')).toContain('scan');
    expect([...namesTwice(exported)]).toEqual([]);
  });
});

describe('the search for exported names', () => {
  it.each([
    [
      'functions, classes, types',
      'export function a() {}\nexport class B {}\nexport type C = 1;\nexport interface D {}',
    ],
    ['constants, those of a pattern too', 'export const a = 1, { B, x: C } = y;\nexport const [D] = z;'],
    ['a list of what is here', 'const a = 1;\nexport { a, B as C };\nexport { type D };\nexport enum B {}'],
  ])('finds %s', (_, text) => {
    expect([...namesIn(text)].map((name) => name.toUpperCase()).sort()).toEqual(
      expect.arrayContaining(['A', 'C', 'D']),
    );
    expect([...namesIn(text)]).toContain('B');
  });

  it('finds what is handed on under another name, and leaves out what is handed on as it is', () => {
    expect([
      ...namesIn("export { a, b as c } from './x.js';\nexport * from './y.js';\nimport { d } from './z.js';"),
    ]).toEqual(['c']);
  });

  it('leaves out what is not exported', () => {
    expect([...namesIn('const a = 1;\nfunction b() {}\ninterface C {}')]).toEqual([]);
  });

  it('names the files of a name that stands in two', () => {
    const exported = new Map([
      ['a.ts', new Set(['x', 'y'])],
      ['b.ts', new Set(['y', 'z'])],
    ]);
    expect([...namesTwice(exported)]).toEqual([['y', ['a.ts', 'b.ts']]]);
  });
});
