/**
 * Has Node compile the parts of the bundled program by running it, and keeps what comes of that beside them: the functions
 * that these runs called need no compiling when the program is started. Whoever has another Node starts it as ever.
 *
 *   node dist/build/compile-command.js         the last step of npm run build
 */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { compiledPath } from '../src/cli/start/compiled-code.js';
import { startRegistry } from '../test/remote/servers/registry-server.js';

const folder = resolve('dist/src/cli/parts');
const [sample = '', other = ''] = ['samples/api-1.0-docker24.tar', 'samples/worker-0.9-oci.tar'];

/** What is typed most, over archives of both kinds; the commands that are typed most come last. */
const runs: readonly (readonly string[])[] = [
  ['--help'],
  ['explain', 'layer'],
  ['search', 'name=a', sample],
  ['diff', sample, sample],
  ['plan', sample, '--remove', 'superseded'],
  ['tree', sample],
  ['df', sample],
  ['layers', sample],
  ['history', sample],
  ['inspect', sample],
  ['inspect', other],
  ['report', sample, other],
  ['verify', other],
  ['verify', sample],
  ['ls', sample, '--format', 'json'],
  ['ls', other],
  ['ls', sample],
];

/** The same against a registry, into a store and out of it: each first with nothing there, then with all of it. */
function registryRuns(host: string, store: string): readonly (readonly string[])[] {
  const name = `${host}/shop/api:1`;
  const push = ['push', 'shop/api:1.0', `docker://${name}`, '--from', sample];
  const pull = ['pull', name, '--store', store];
  return [push, push, pull, pull, ['push', name, '--store', store]];
}

/** So large that threads are started for it; nothing but its start takes room. */
function largeRuns(file: string): readonly (readonly string[])[] {
  copyFileSync(sample, file);
  truncateSync(file, 160 * 1024 * 1024);
  return [['verify', file]];
}

const path = compiledPath(folder);
rmSync(path, { force: true });
const { NODE_OPTIONS: _, ...env } = process.env;
const registry = await startRegistry();
const made = mkdtempSync(join(tmpdir(), 'varve-build-'));
try {
  const store = join(made, 'store');
  for (const words of [...registryRuns(registry.host, store), ...largeRuns(join(made, 'large.tar')), ...runs]) {
    const argv = ['dist/src/cli/start/keep-compiled.js', ...words];
    await promisify(execFile)(process.execPath, argv, { env });
  }
} finally {
  await registry.close();
  rmSync(made, { recursive: true, force: true });
}
