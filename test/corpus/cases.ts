/**
 * The cases of public bug reports and of attacks, with the right answer of each in CASES.tsv: where the folder lies, which
 * files it has, and nothing about Varve. A folder that is there but cannot be read is an error, not a skip.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** `VARVE_CASES`, else beside the corpus. */
const corpusFolder = process.env['VARVE_CORPUS'] ?? '../shared/corpus/real';
const casesFolder = resolve(process.env['VARVE_CASES'] ?? join(corpusFolder, '../../cases'));

if (!existsSync(casesFolder)) {
  throw new Error(`the cases are not at ${casesFolder}; set VARVE_CASES, or run npm test, which needs none`);
}

/** Path of a case. */
export function casePath(file: string): string {
  return join(casesFolder, file);
}

/** Every archive of the folder, `loaders/` included, in order. */
export const caseFiles: readonly string[] = ['', 'loaders/']
  .flatMap((folder) => readdirSync(join(casesFolder, folder)).map((file) => `${folder}${file}`))
  .filter((file) => file.endsWith('.tar'))
  .sort();

/** First column of CASES.tsv, with a row of several (`loaders/T9, T14`) taken apart. */
export const caseRows: readonly string[] = readFileSync(join(casesFolder, 'CASES.tsv'), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .flatMap((line) => (line.split('\t')[0] ?? '').split(', '))
  .map((name) => (name.includes('.') || name.includes('/') ? name : `loaders/${name}`));
