/** What the built program loads for a command: the time that a start takes, told by what can be counted. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands/index.js';
import { inTemporaryFolder } from '../../helpers/temporary-folder.js';

const program = resolve('dist/src/cli/main.cjs');
const archive = 'samples/api-1.0-docker24.tar';

/** What each run loaded: the next one loads the same. */
const loadedFiles = new Map<string, Promise<string[]>>();

/** The files that a run of the program loads, below the folder of the repository. */
function filesLoadedBy(...argv: string[]): Promise<string[]> {
  const key = argv.join(' ');
  const files = loadedFiles.get(key) ?? countFiles(argv);
  loadedFiles.set(key, files);
  return files;
}

function countFiles(argv: readonly string[]): Promise<string[]> {
  return inTemporaryFolder(({ folder }) => {
    // Coverage lists every script that was loaded.
    const env = { ...process.env, NODE_V8_COVERAGE: folder };
    const { status } = spawnSync(process.execPath, [program, ...argv], { env, stdio: 'ignore' });
    expect(status).toBe(0);
    const scripts = readdirSync(folder).flatMap((name) => {
      const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { result: { url: string }[] };
      return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
    });
    return scripts.map((url) => relative('.', fileURLToPath(url)));
  });
}

/** The modules in these files, as the maps of the bundle tell. */
function modulesIn(files: readonly string[]): string[] {
  return files.flatMap((file) => {
    const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] };
    return sources.map((source) => relative('.', join(dirname(file), source)));
  });
}

async function loadedBy(...argv: string[]): Promise<string[]> {
  return modulesIn(await filesLoadedBy(...argv)).sort();
}

const factFiles = [...commands.map(({ name }) => name), 'index'].map((name) => `${name}.ts`).sort();
const inCommands = /^src\/cli\/commands\/(?:[a-z]+\/)?([a-z]+\.ts)$/;
const inRun = /^src\/cli\/commands\/[a-z]+\/run\/([a-z]+)\.ts$/;
const namesIn = (modules: readonly string[], place: RegExp): string[] =>
  modules.flatMap((module) => place.exec(module)?.[1] ?? []).sort();

it.each([['--version'], ['--help']])(
  '%s loads the facts of all commands, and neither what does them nor the parser',
  async (word) => {
    const loaded = await loadedBy(word);
    expect(namesIn(loaded, inCommands)).toEqual(factFiles);
    expect(namesIn(loaded, inRun)).toEqual([]);
    expect(
      loaded.filter((module) => /^node_modules|^src\/(?!cli|model|report|query|words)|parser/.test(module)),
    ).toEqual([]);
  },
);

it('--version loads three files, --help one more', async () => {
  expect(await filesLoadedBy('--version')).toHaveLength(3);
  expect(await filesLoadedBy('--help')).toHaveLength(4);
});

it.each(['ls', 'history', 'tree', 'df', 'layers', 'inspect', 'verify', 'report'].map((command) => [command]))(
  '%s loads what does it and nothing of another command',
  async (command) => {
    const loaded = await loadedBy(command, archive);
    expect(namesIn(loaded, inRun)).toEqual([command]);
  },
);

/** A decoder, the pool, globs, templates, a page, YAML, the schemas of results and of inventories: what few runs need. */
const seldom = [
  'node_modules/tinyglobby/dist/index.mjs',
  'node_modules/yaml/dist/index.js',
  'src/cli/output/page.ts',
  'src/cli/output/template-output.ts',
  'src/codec/create-decoder.ts',
  'src/threads/pool.ts',
  'src/model/results/json-schema.ts',
  'src/model/results/results.ts',
  'src/scan/read-inventory.ts',
];

it('what few runs need is in the bundle', () => {
  const parts = readdirSync('dist/src/cli/parts').filter((name) => name.endsWith('.cjs'));
  expect(modulesIn(parts.map((name) => `dist/src/cli/parts/${name}`))).toEqual(expect.arrayContaining(seldom));
});

it.each([[['ls', archive]], [['ls', '-q', archive]], [['history', archive]], [['tree', archive]], [['df', archive]]])(
  '%j loads nothing that few runs need',
  async (argv) => {
    const loaded = await loadedBy(...argv);
    expect(loaded).toContain('src/scan/scan.ts');
    expect(loaded.filter((module) => seldom.includes(module))).toEqual([]);
  },
);

it('ls loads no schema of zod, and no more files or text than it does now', async () => {
  const files = await filesLoadedBy('ls', archive);
  expect(modulesIn(files).filter((module) => module.includes('node_modules/zod'))).toEqual([]);
  expect(files.length).toBeLessThanOrEqual(53);
  const sizeBytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  expect(sizeBytes).toBeLessThanOrEqual(560_000);
});

it('verify loads the decoders, and the pool only for much work', async () => {
  const files = await filesLoadedBy('verify', archive);
  expect(modulesIn(files)).toContain('src/scan/read-bodies.ts');
  expect(files.filter((file) => file.includes('node_modules'))).toEqual([]);
});

it.each([
  ['a pool of threads', ['verify', 'samples', '--workers', '2'], 1],
  ['the HTTP client', ['pull', '127.0.0.1:1/a:1', '--dry-run'], 3],
])('what is loaded on demand comes without a warning of Node: %s', (_, argv, expected) =>
  inTemporaryFolder(({ folder }) => {
    const env = { ...process.env, VARVE_STORE: join(folder, 'store') };
    const { status, stderr } = spawnSync(process.execPath, [program, ...argv], { env, encoding: 'utf8' });
    expect(status).toBe(expected);
    expect(stderr).toMatch(/^varve: /);
    expect(stderr).not.toMatch(/Warning/);
  }),
);
