/**
 * The options of a scan as a caller of the library gives them: looked at before anything is read, since a caller without
 * types may give anything, and a value that means nothing would otherwise be taken for one that means much: a text for a
 * list of one-letter globs, `'false'` for true, a misspelt name for nothing at all. The command reads its own options.
 */

import { VarveError } from '../model/error.js';
import type { Engine } from '../observe/hasher.js';
import type { ScanOptions } from './settings.js';

/** More threads than any machine has processors. */
const maxWorkers = 9999;
const engines: Readonly<Record<Engine, true>> = { node: true, noble: true };

/** What one option takes: in words, for a message about another value, and as a test. */
export type Taken = readonly [takes: string, isGood: (value: unknown) => boolean];

const flag: Taken = ['true or false', (value) => typeof value === 'boolean'];
const callback: Taken = ['a function', (value) => typeof value === 'function'];
const texts: Taken = ['a list of texts, none of them empty', isTexts];

const cacheOptions: Readonly<Record<keyof NonNullable<ScanOptions['cache']>, Taken>> = {
  folder: ['the path of a folder', isPath],
  limitBytes: ['a whole number of bytes, 0 or more', (value) => isWhole(value, 0, Number.MAX_SAFE_INTEGER)],
  onRemark: callback,
};

const scanOptions: Readonly<Record<keyof ScanOptions, Taken>> = {
  verify: flag,
  workers: [`a whole number from 0 to ${maxWorkers}`, (value) => isWhole(value, 0, maxWorkers)],
  engine: [Object.keys(engines).join(' or '), (value) => typeof value === 'string' && Object.hasOwn(engines, value)],
  exclude: texts,
  inventories: flag,
  takesPart: flag,
  acceptRecorded: flag,
  cache: ['an object with a folder', (value) => isObject(value) && value['folder'] !== undefined],
  limits: ['an object with a number for each limit that is changed', isObject],
  output: ['the path of a file', isPath],
  verifyRemote: flag,
  remote: ['what openRegistries returns', (value) => hasMethods(value, ['isRemote', 'find', 'open'])],
  onProgress: callback,
  onRemark: callback,
  signal: ['an AbortSignal', (value) => hasMethods(value, ['addEventListener', 'removeEventListener'])],
};

/** Throws VarveError `usage` for inputs that are no list of paths, an unknown option, and a value that one does not take. */
export function checkScan(inputs: unknown, options: unknown): void {
  if (!isTexts(inputs)) throw refusal('the inputs are', texts[0], inputs);
  checkOptions('of a scan', options, scanOptions);
  const { cache } = options as ScanOptions;
  if (cache !== undefined) checkOptions('of a cache', cache, cacheOptions);
}

/** The same for any options; one that is undefined is one that is not given. */
export function checkOptions(whose: string, options: unknown, known: Readonly<Record<string, Taken>>): void {
  if (!isObject(options)) throw refusal(`the options ${whose} are`, 'an object', options);
  for (const [name, value] of Object.entries(options)) {
    const taken = Object.hasOwn(known, name) ? known[name] : undefined;
    if (taken === undefined) {
      const names = Object.keys(known).join(', ');
      throw new VarveError('usage', `no option ${whose}: ${JSON.stringify(name)}; there are ${names}`);
    }
    const [takes, isGood] = taken;
    if (value !== undefined && !isGood(value)) throw refusal(`the option ${name} takes`, takes, value);
  }
}

function refusal(what: string, takes: string, found: unknown): VarveError {
  return new VarveError('usage', `${what} ${takes}, not ${shown(found)}`);
}

/** A value in a message: as JSON where it is short and has such a form, else what it is. */
function shown(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) {
    const text = JSON.stringify(value);
    return text.length > 100 ? `${text.slice(0, 100)}…` : text;
  }
  return Array.isArray(value) ? 'this list' : `this ${typeof value}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPath(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isPath);
}

/** Whether a value is a whole number in these bounds. */
export function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => typeof value[name] === 'function');
}
