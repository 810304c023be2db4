#!/usr/bin/env node
/**
 * The bin: loads the program, with the code that was compiled when it was built where this Node takes that. Who looks for a
 * fault (`VARVE_DEBUG=1`) or measures what runs has it loaded by Node itself, which knows the maps of the sources.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { compiledPath, openCompiled } from './start/compiled-code.js';
import { PartLoader } from './start/part-loader.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'parts');
const isLookedAt = process.env['VARVE_DEBUG'] === '1' || process.env['NODE_V8_COVERAGE'] !== undefined;
const compiled = isLookedAt ? null : openCompiled(compiledPath(folder));

if (compiled === null) createRequire(import.meta.url)('./parts/program.cjs');
else new PartLoader(folder, compiled).load('program.cjs');
