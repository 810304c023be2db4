/**
 * Runs the bundled program once and keeps, beside its parts, what Node compiled for that: what was kept of earlier runs, and
 * what this one needed beside it. The build does so (`build/compile-command.ts`); of the npm package, which comes without
 * that file, whoever may write to its folder does it once for each command that is to start sooner.
 *
 *   node FOLDER-OF-THE-PACKAGE/dist/src/cli/start/keep-compiled.js COMMAND [WORD...]
 */
import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { compiledPath, openCompiled, writeCompiled } from './compiled-code.js';
import { PartLoader } from './part-loader.js';

const program = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(program, 'parts');
const path = compiledPath(folder);
const earlier = openCompiled(path) ?? (() => null);
const loader = new PartLoader(folder, earlier);

process.argv = [process.execPath, join(program, 'main.cjs'), ...process.argv.slice(2)];
process.on('exit', () => {
  const known = readdirSync(folder).flatMap((name) => {
    const code = earlier(name);
    return code === null ? [] : [[name, code] as const];
  });
  writeCompiled(path, new Map([...known, ...loader.compiled()]));
});
loader.load('program.cjs');
