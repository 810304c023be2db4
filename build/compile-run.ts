/**
 * One run of the bundled program whose compiled code is kept: what was compiled in earlier runs is in it, and what this one
 * needed beside that.
 *
 *   node dist/build/compile-run.js FOLDER WORD...      FOLDER: that of the parts; the words are those of the command
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { compiledPath, openCompiled, writeCompiled } from '../src/cli/start/compiled-code.js';
import { PartLoader } from '../src/cli/start/part-loader.js';

const [node = '', , folder = '', ...words] = process.argv;
const path = compiledPath(folder);
const earlier = openCompiled(path) ?? (() => null);
const loader = new PartLoader(folder, earlier);

process.argv = [node, join(folder, '..', 'main.cjs'), ...words];
process.on('exit', () => {
  const known = readdirSync(folder).flatMap((name) => {
    const code = earlier(name);
    return code === null ? [] : [[name, code] as const];
  });
  writeCompiled(path, new Map([...known, ...loader.compiled()]));
});
loader.load('program.cjs');
