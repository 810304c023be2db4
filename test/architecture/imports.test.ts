/**
 * The house stands as its rules say (house-rules.ts): imports go one way, each library has one room, pure stages stay
 * free of Node. Every rule is also shown a file that breaks it, so that a rule that sees nothing cannot pass.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { circleOf } from './circles.js';
import { maxFolderFiles, rooms, topFile } from './house-rules.js';
import { importedFile, importsOf, packageOf, roomOf, violations } from './source-rules.js';

const files = ['src', 'workers'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts')),
);

const allImports = files.flatMap((path) =>
  importsOf(path, ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2023, true)),
);

describe('the sources', () => {
  it('are where they are looked for', () => {
    expect(files).toContain('src/scan/scan.ts');
    expect(files).toContain('src/cli/commands/judge/report.ts');
    expect(files).toContain('workers/digest-worker.ts');
    expect(files).toContain('src/page/main.ts');
    expect(new Set(files.map(roomOf))).toEqual(new Set(Object.keys(rooms)));
  });

  it.each(files)('%s keeps the rules', (path) => {
    expect(violations(path, readFileSync(path, 'utf8'))).toEqual([]);
  });

  it('open no connection outside of one room: of the modules that could, one is used, for its class that reads a descriptor', () => {
    const able = /^(?:(?:node:)?(?:net|tls|http|https|http2|dgram|dns|inspector)(?:\/|$)|undici$)/;
    const users = allImports.filter(({ specifier, typeOnly }) => able.test(specifier) && !typeOnly);
    const outside = users.filter(({ from }) => !from.startsWith('src/remote/'));
    expect(outside.map(({ from, specifier }) => [from, specifier])).toEqual([
      ['src/sources/standard-input.ts', 'node:net'],
    ]);
    const text = readFileSync('src/sources/standard-input.ts', 'utf8');
    expect(text).toContain("import { Socket } from 'node:net';");
    expect(text).not.toMatch(/\.connect\b|\bfetch\b/);
  });

  it('load what opens connections with the first request, and no sooner', () => {
    const loading = allImports.filter(({ specifier, typeOnly }) => specifier === 'undici' && !typeOnly);
    expect(new Set(loading.map(({ from }) => from))).toEqual(new Set(['src/remote/http/connections.ts']));
    expect(readFileSync('src/remote/http/connections.ts', 'utf8')).toContain("await import('undici')");
  });

  it('lie in folders of at most 15 files, and one of them at the top', () => {
    const sizes = new Map<string, number>();
    for (const path of files) sizes.set(posix.dirname(path), (sizes.get(posix.dirname(path)) ?? 0) + 1);
    expect([...sizes].filter(([, count]) => count > maxFolderFiles)).toEqual([]);
    expect(files.filter((path) => posix.dirname(path) === 'src')).toEqual([topFile]);
  });

  it('import each other in no circle, types and imports on demand counted too', () => {
    const imported = new Map(files.map((path) => [path, [] as string[]]));
    for (const line of allImports) {
      if (line.specifier.startsWith('.')) imported.get(line.from)?.push(importedFile(line));
    }
    expect(circleOf(imported)).toBeNull();
  });

  it('use every arrow that the rules allow', () => {
    const used = new Set(
      allImports
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map((line) => `${roomOf(line.from)} <- ${roomOf(importedFile(line))}`),
    );
    const allowed = Object.entries(rooms).flatMap(([name, { knows, knowsTypesOf }]) =>
      [...knows, ...knowsTypesOf].map((other) => `${name} <- ${other}`),
    );
    expect(allowed.filter((arrow) => !used.has(arrow))).toEqual([]);
  });

  it('are compiled without the types of Node where their room is pure', () => {
    const included = ['test/architecture/tsconfig.json', 'src/page/tsconfig.json'].flatMap((path) => {
      const { include } = JSON.parse(readFileSync(path, 'utf8')) as { include: string[] };
      return include.map((name) => posix.join(posix.dirname(path), name));
    });
    const pure = Object.entries(rooms).filter(([, room]) => room.pure);
    expect(included.sort()).toEqual(pure.map(([name]) => `src/${name}`).sort());
  });

  it('use every dependency of the package, and no other', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
    const bundled = listed('bundled');
    const used = allImports.map(({ specifier }) => specifier).filter((specifier) => /^[@a-z]/.test(specifier));
    const packages = new Set(used.filter((specifier) => !specifier.startsWith('node:')).map(packageOf));
    expect([...packages].sort()).toEqual([...Object.keys(dependencies), ...bundled].sort());
    expect(listed('packages')).toEqual(Object.keys(dependencies).sort());
    expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(bundled));
  });
});

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

function listed(key: 'packages' | 'bundled'): string[] {
  return Object.values(rooms)
    .flatMap((room) => room[key] as readonly string[])
    .sort();
}

describe('the checker of imports', () => {
  const header = '/** What this file is for. */\n';
  const check = (path: string, code: string): string[] => violations(path, `${header}${code}\n`);

  it.each([
    ['an import against the arrows', 'src/model/x.ts', "import { scan } from '../scan/scan.js';"],
    ['a dynamic import against the arrows', 'src/archive/x.ts', "const x = await import('../threads/run.js');"],
    ['a type import against the arrows', 'src/report/x.ts', "import type { Job } from '../observe/observation.js';"],
    ['an import() in a type', 'src/report/x.ts', "export type X = import('../observe/observation.js').Job;"],
    ['a re-export against the arrows', 'src/codec/x.ts', "export { limits } from '../model/limits.js';"],
    ['a value where only types are allowed', 'src/verify/x.ts', "import { runJobs } from '../threads/run.js';"],
    ['a value among inline types', 'src/verify/x.ts', "import { type Job, f } from '../observe/observation.js';"],
    ['src/cli outside itself', 'src/scan/scan.ts', "import { run } from '../cli/run.js';"],
    ['a test in the sources', 'src/cli/x.ts', "import { tar } from '../../test/helpers/archive-builder.js';"],
    ['a Node module in a pure stage', 'src/formats/x.ts', "import { readFileSync } from 'node:fs';"],
    ['an impure file in a pure stage', 'src/formats/x.ts', "import { indexTar } from '../archive/tar-index.js';"],
    ['a library in the wrong room', 'src/report/x.ts', "import { z } from 'zod';"],
    ['a library that is not ours', 'src/cli/x.ts', "import chalk from 'chalk';"],
    ['a Node module in the script of a page', 'src/page/x.ts', "import { readFileSync } from 'node:fs';"],
    ['a value of the model in the script of a page', 'src/page/x.ts', "import { limits } from '../model/limits.js';"],
    ['an import that cannot be read', 'src/cli/x.ts', 'const x = await import(name);'],
    ['process outside src/cli', 'src/observe/x.ts', 'export const x = process.argv;'],
    ['node:process outside src/cli', 'src/observe/x.ts', "import { argv } from 'node:process';"],
    ['console outside src/cli', 'src/scan/scan.ts', 'console.log(1);'],
    ['a connection that needs no import', 'src/cli/x.ts', "export const x = await fetch('http://x');"],
    ['a socket of a browser', 'src/page/x.ts', "new WebSocket('ws://x');"],
    ['a default export', 'src/model/x.ts', 'export default function x(): void {}'],
    ['a default export by name', 'src/model/x.ts', 'const x = 1;\nexport { x as default };'],
    ['any', 'src/model/x.ts', 'export const x: any = 1;'],
    ['a cast to any', 'src/model/x.ts', 'export const x = 1 as any;'],
    ['a mark of unfinished work', 'src/model/x.ts', '// TODO: later'],
    ['a name that says nothing', 'src/model/utils.ts', ''],
    ['a folder that says nothing', 'src/cli/common/x.ts', ''],
    [
      'a signature that falls back on the built-in limits',
      'src/archive/x.ts',
      'export function f(limits: Limits = x): void {}',
    ],
    ['options with limits by default', 'src/archive/x.ts', 'export function f({ limits = x }: Options): void {}'],
    [
      'the built-in value of a limit that a run may change',
      'src/archive/x.ts',
      "import { limits } from '../model/limits.js';\nexport const x = limits.entries;",
    ],
    [
      'the built-in limits as a whole, under another name',
      'src/threads/x.ts',
      "import { limits as builtIn } from '../model/limits.js';\nexport const f = (o: Options) => o.limits ?? builtIn;",
    ],
    [
      'limits made where nobody knows what was asked for',
      'src/observe/x.ts',
      "import { limitsWith } from '../model/limits.js';\nexport const x = limitsWith({});",
    ],
    ['a name in another case', 'src/model/imageConfig.ts', ''],
    ['a file of 401 lines', 'src/model/x.ts', '\n'.repeat(399)],
    ['a file in no folder of the house', 'src/attic/x.ts', "import { limits } from '../model/limits.js';"],
  ])('finds a breach of the rules: %s', (_, path, code) => {
    expect(check(path, code)).toHaveLength(1);
  });

  it('finds a file without a header comment', () => {
    expect(violations('src/model/x.ts', 'export const x = 1;\n')).toHaveLength(1);
  });

  it.each([
    ['imports along the arrows', 'src/verify/x.ts', "import { finding } from '../model/finding.js';"],
    ['types where types are allowed', 'src/verify/x.ts', "import type { Job } from '../observe/observation.js';"],
    ['the pure part of archive in formats', 'src/formats/x.ts', "import { find } from '../archive/entry-table.js';"],
    ['a library in its room', 'src/observe/x.ts', "import { sha256 } from '@noble/hashes/sha2.js';"],
    ['a bundled library in its room', 'src/page/x.ts', "import { scaleLinear } from 'd3-scale';"],
    [
      'process where the lock of a store asks for it',
      'src/store/lock/own-process.ts',
      "import process from 'node:process';\nexport const x = process.pid;",
    ],
    ['process in src/cli', 'src/cli/x.ts', "import process from 'node:process';\nprocess.exit(0);"],
    [
      'the words in comments, strings and keys',
      'src/scan/scan.ts',
      "// console, any\nexport const x = { process: 'any' };",
    ],
    [
      'limits made where what was asked for is known',
      'src/scan/settings.ts',
      "import { limitsWith } from '../model/limits.js';\nexport const x = limitsWith({});",
    ],
    [
      'a limit that no run changes',
      'src/analysis/policy/policy-file.ts',
      "import { limits } from '../../model/limits.js';\nexport const x = limits.policyBytes;",
    ],
    ['limits that were handed on', 'src/archive/x.ts', 'export const f = (limits: Limits) => limits.entries;'],
    ['the default export of a worker', 'workers/x.ts', 'export default function run(): void {}'],
    ['a file of 400 lines', 'src/model/x.ts', '\n'.repeat(398)],
  ])('accepts what keeps the rules: %s', (_, path, code) => {
    expect(check(path, code)).toEqual([]);
  });
});
