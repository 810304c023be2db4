/**
 * Has Node compile the parts of the bundled program by running it, and keeps what comes of that beside them: the functions
 * that these runs called need no compiling when the program is started. Whoever has another Node starts it as ever.
 *
 *   node dist/build/compile-command.js         the last step of npm run build
 */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { compiledPath } from '../src/cli/start/compiled-code.js';

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

const path = compiledPath(folder);
rmSync(path, { force: true });
const { NODE_OPTIONS: _, ...env } = process.env;
for (const words of runs) {
  const argv = ['dist/src/cli/start/keep-compiled.js', ...words];
  execFileSync(process.execPath, argv, { env, stdio: ['ignore', 'ignore', 'inherit'] });
}
