/** docs/library.md says of the library what is so: its exports, its options, its errors, and examples that run. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startRegistry } from '../remote/servers/registry-server.js';
import { fencesOf, readPage, rowsOf, sectionOf } from './page.js';

const page = readPage('docs/library.md');
const examples = fencesOf(page).filter(({ language }) => language === 'ts');

afterEach(() => {
  vi.restoreAllMocks();
});

function sourceOf(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2023, true);
}

/** The names that src/index.ts exports, those of types apart. */
function exportsOf(): { readonly values: readonly string[]; readonly types: readonly string[] } {
  const values: string[] = [];
  const types: string[] = [];
  for (const statement of sourceOf('src/index.ts').statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name !== undefined) values.push(statement.name.text);
    if (!ts.isExportDeclaration(statement) || statement.exportClause === undefined) continue;
    if (!ts.isNamedExports(statement.exportClause)) continue;
    for (const { name, isTypeOnly } of statement.exportClause.elements) {
      (isTypeOnly || statement.isTypeOnly ? types : values).push(name.text);
    }
  }
  return { values, types };
}

/** The names of the members of an interface. */
function membersOf(path: string, name: string): string[] {
  const found = sourceOf(path).statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name);
  return (found as ts.InterfaceDeclaration).members.flatMap((member) => member.name?.getText() ?? []);
}

const firstCells = (heading: string) => rowsOf(sectionOf(page, heading)).map(([first = '']) => first);
const ownTable = (heading: string) =>
  rowsOf(sectionOf(page, heading).split(/^#/m)[0] ?? '').map(([first = '']) => first);

describe('docs/library.md', () => {
  it('has a row or a sentence with the call of every function, and a row for every constant', () => {
    const { values } = exportsOf();
    expect(values.length).toBeGreaterThan(20);
    expect(values.filter((name) => !new RegExp(`\`(?:new )?${name}[(\`]`).test(page))).toEqual([]);
  });

  it('lists every type that is exported, and no other', () => {
    const listed = [...sectionOf(page, '## Types').matchAll(/`([A-Z]\w+)`/g)].map(([, name = '']) => name);
    expect(listed.toSorted()).toEqual(exportsOf().types.toSorted());
  });

  it('calls only what is exported', async () => {
    const library = (await import('../../src/index.js')) as object;
    const called = rowsOf(page).flatMap(([first = '']) => /^(\w+)\(/.exec(first)?.[1] ?? []);
    expect(called.length).toBeGreaterThan(20);
    expect(called.filter((name) => !Object.hasOwn(library, name))).toEqual([]);
  });

  it.each([
    ['### Options of a scan', 'src/scan/settings.ts', 'ScanOptions'],
    ['### Progress', 'src/scan/settings.ts', 'Progress'],
    ['### A cache', 'src/cache/result-cache.ts', 'CacheOptions'],
    ['### Options of a plan', 'src/library/plan-inventory.ts', 'PlanOptions'],
    ['## To write', 'src/pack/pack.ts', 'PackOptions'],
    ['### Options of a delta', 'src/delta/delta.ts', 'DeltaOptions'],
    ['### Options of an apply', 'src/delta/apply.ts', 'ApplyOptions'],
    ['### Options of a repair', 'src/repair/repair.ts', 'RepairOptions'],
    ['### Options of a store', 'src/library/store/image-store.ts', 'StoreOptions'],
    ['### Options of every function of a store', 'src/library/store/image-store.ts', 'StoreRunOptions'],
    ['### Options of a pull and a push', 'src/library/store/carry-images.ts', 'TransferOptions'],
    ['### Options of a pull', 'src/library/store/carry-images.ts', 'PullOptions'],
    ['### Options of a load', 'src/library/store/change-images.ts', 'LoadOptions'],
    ['### Options of a save', 'src/library/store/change-images.ts', 'SaveOptions'],
    ['### Options of every removal', 'src/library/store/remove-images.ts', 'RemovalOptions'],
    ['### Options of a removal of images', 'src/library/store/remove-images.ts', 'RemoveOptions'],
    ['### Options of a prune', 'src/library/store/remove-images.ts', 'PruneOptions'],
    ['### Options of a repair of a store', 'src/library/store/check-images.ts', 'StoreRepairOptions'],
    ['### Options of a check', 'src/analysis/policy/check.ts', 'CheckOptions'],
  ])('has under "%s" the members of the interface in %s', (heading, path, name) => {
    expect(ownTable(heading)).toEqual(membersOf(path, name));
  });

  it('lists every code of an error', () => {
    const source = readFileSync('src/model/error.ts', 'utf8');
    const codes = [...source.matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(3);
    expect(firstCells('## Errors')).toEqual(codes);
  });
});

/** With a registry on this machine, which the example finds in a variable. */
async function withRegistry(work: () => Promise<unknown>): Promise<void> {
  const registry = await startRegistry();
  vi.stubEnv('REGISTRY', registry.host);
  try {
    await work();
  } finally {
    vi.unstubAllEnvs();
    await registry.close();
  }
}

describe('the examples of docs/library.md', () => {
  it('are the files that are compiled with the tests', () => {
    expect(examples.map(({ mark }) => mark)).toEqual(
      ['options', 'files', 'pack', 'delta', 'repair', 'store', 'registries', 'keep', 'policy'].map(
        (name) => `example: ${name}`,
      ),
    );
    for (const { mark, lines } of examples) {
      const name = mark?.slice('example: '.length);
      const [, ...code] = readFileSync(`test/docs/library/${name}.ts`, 'utf8').trimEnd().split('\n');
      expect(lines).toEqual(code);
    }
  });

  it.each([
    ['options', () => import('./library/options.js'), /^samples\/orders-1\.4-damaged\.tar failed [a-z-]+$/m],
    ['files', () => import('./library/files.js'), /^file srv\/api\/routes\.txt [0-9a-f]{12}$/m],
    ['pack', () => import('./library/pack.js'), /^planned true\nregistry\.example\.com\/shop\/orders:1\.4 /m],
    ['delta', () => import('./library/delta.js'), /^(?:(?:added|already-exists) \d+\n){7}written$/],
    ['repair', () => import('./library/repair.js'), /^refused\nblobs\/sha256\/[0-9a-f]{64} 1$/m],
    ['store', () => import('./library/store.js'), /^2 true\nwritten\ntrue\nok$/],
    ['registries', () => withRegistry(() => import('./library/registries.js')), /^pushed 0\ntrue true$/],
    ['keep', () => import('./library/keep.js'), /^varve\.df \d+\ntrue$/m],
    ['policy', () => import('./library/policy.js'), /^max-growth pass\npass\n.*expectation-failed/m],
  ])('run: %s', async (_, run, prints) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    vi.spyOn(console, 'error').mockImplementation(() => {});
    await run();
    expect(log.mock.calls.map((words) => words.join(' ')).join('\n')).toMatch(prints);
  });
});
