/**
 * The texts that the parser found → the values of the options. yargs only splits the command line; every value is read
 * here, so that each usage error names the option and what it takes.
 */
import type { Instant } from '../model/instants.js';
import { parseByteSize } from '../query/filter/byte-size.js';
import { type Moment, parseMoment } from '../query/filter/moment.js';
import type { Command } from './command.js';
import { type CommandOptions, type Format, factsOf, type OptionName, optionValues } from './options.js';
import { readLimits } from './read-limits.js';
import { UsageError } from './usage-error.js';

type Values = Readonly<Record<string, unknown>>;

const maxWorkers = 9999;
const maxLimit = 100;
const maxKept = 9999;
const maxSeconds = 600;

/** Reads the values that the parser found. Throws UsageError. */
export function readOptions(command: Command, words: readonly string[], values: Values): CommandOptions {
  const text = (name: OptionName) => oneText(name, values[name]);
  const given = (name: OptionName) => values[name] === true;
  const output = text('output');
  return {
    words,
    ...readFormat(text('format'), command.formats),
    output: output === '-' ? null : output,
    workers: readNumber('workers', text('workers'), 0, maxWorkers),
    engine: oneOf('engine', text('engine'), optionValues.engine),
    exclude: manyTexts('exclude', values['exclude']),
    limits: readLimits(manyTexts('max', values['max'])),
    cache: text('cache'),
    cacheLimit: readSize('cache-limit', text('cache-limit'), 0),
    failOn: oneOf('fail-on', text('fail-on'), optionValues['fail-on']) ?? command.defaults.failOn,
    readBodies: (command.defaults.readBodies || given('verify')) && !given('no-verify'),
    plan: text('plan'),
    exitCode: given('exit-code'),
    expect: manyTexts('expect', values['expect']),
    expectFile: text('expect-file'),
    acceptRecorded: given('accept-recorded'),
    policy: text('policy'),
    rules: manyTexts('rule', values['rule']),
    baseline: text('baseline'),
    strict: given('strict'),
    allowNoImage: given('allow-no-image'),
    image: command.twoImages ? null : text('image'),
    images: command.twoImages ? manyTexts('image', values['image']) : [],
    names: [],
    filters: manyTexts('filter', values['filter']),
    remove: manyWords('remove', values['remove']),
    free: readSize('free', text('free'), 1),
    keep: manyWords('keep', values['keep']),
    keepLast: readNumber('keep-last', text('keep-last'), 1, maxKept),
    keepNewer: readMoment('keep-newer', text('keep-newer')),
    inUse: manyTexts('in-use', values['in-use']),
    inUseLenient: given('in-use-lenient'),
    quarantine: text('quarantine'),
    scriptFor: oneOf('for', text('for'), optionValues.for),
    now: readTime('now', text('now')),
    all: given('all'),
    onlyIds: given('only-ids'),
    truncate: !given('no-trunc'),
    digests: given('digests'),
    tree: given('tree'),
    sort: oneOf('sort', text('sort'), optionValues.sort) ?? 'created',
    reverse: given('reverse'),
    bytes: given('bytes'),
    human: readBoolean('human', text('human')) ?? true,
    idKind: oneOf('id', text('id'), optionValues.id) ?? 'config',
    limit: readNumber('limit', text('limit'), 1, maxLimit),
    timeSeconds: readNumber('time', text('time'), 1, maxSeconds),
    verbose: given('verbose'),
    quiet: given('quiet'),
    progress: !given('no-progress'),
    color: !given('no-color'),
  };
}

/** A name of a format, or a Go template: docker tells a table of templates from others by the word before it. */
function readFormat(text: string | null, formats: readonly Format[]): Pick<CommandOptions, 'format' | 'template'> {
  if (text === null) return { format: formats[0] ?? 'table', template: null };
  if (formats.includes('template') && /\{\{|^table\s/.test(text)) return { format: 'template', template: text };
  const names = formats.filter((format) => format !== 'template');
  const format = names.find((name) => name === text);
  if (format !== undefined) return { format, template: null };
  const allowed = names.length < formats.length ? [...names, 'a Go template'] : names;
  throw new UsageError(`--format takes ${listOf(allowed)}, not ${JSON.stringify(text)}`);
}

function oneText(name: OptionName, value: unknown): string | null {
  if (value === undefined) return null;
  if (Array.isArray(value)) throw new UsageError(`--${name} is given more than once`);
  if (typeof value !== 'string' || value === '') throw new UsageError(`--${name} takes ${placeholder(name)}`);
  return value;
}

function manyTexts(name: OptionName, value: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return items.map((item) => oneText(name, item) ?? '');
}

/** Several in one text, separated by commas, which no name has. */
function manyWords(name: OptionName, value: unknown): readonly string[] {
  const words = manyTexts(name, value).flatMap((item) => item.split(',').map((word) => word.trim()));
  if (words.includes('')) throw new UsageError(`--${name} takes ${placeholder(name)}, and one of them is empty`);
  return words;
}

function oneOf<T extends string>(name: OptionName, value: string | null, allowed: readonly T[]): T | null {
  if (value === null) return null;
  const match = allowed.find((candidate) => candidate === value);
  if (match === undefined) throw new UsageError(`--${name} takes ${listOf(allowed)}, not ${JSON.stringify(value)}`);
  return match;
}

function readNumber(name: OptionName, value: string | null, least: number, most: number): number | null {
  if (value === null) return null;
  const number = /^\d{1,4}$/.test(value) ? Number(value) : -1;
  if (number >= least && number <= most) return number;
  throw new UsageError(`--${name} takes a number from ${least} to ${most}, not ${JSON.stringify(value)}`);
}

function readBoolean(name: OptionName, value: string | null): boolean | null {
  const word = oneOf(name, value, ['true', 'false', '1', '0'] as const);
  return word === null ? null : word === 'true' || word === '1';
}

function readTime(name: OptionName, value: string | null): Instant | null {
  if (value === null) return null;
  const moment = parseMoment(value);
  if (moment?.kind === 'at') return moment.instant;
  const takes = 'a time, as in 2026-05-01, 2026-05-01T12:30:00Z or Unix seconds';
  throw new UsageError(`--${name} takes ${takes}, not ${JSON.stringify(value)}`);
}

function readMoment(name: OptionName, value: string | null): Moment | null {
  if (value === null) return null;
  const moment = parseMoment(value);
  if (moment !== null) return moment;
  const takes = 'how long ago (30d, 24h, 1h30m) or a time (2026-05-01, 2026-05-01T12:30:00Z)';
  throw new UsageError(`--${name} takes ${takes}, not ${JSON.stringify(value)}`);
}

function readSize(name: OptionName, value: string | null, leastBytes: number): number | null {
  if (value === null) return null;
  const bytes = parseByteSize(value);
  if (bytes !== null && bytes >= leastBytes) return bytes;
  throw new UsageError(`--${name} takes a size, as in 500MB, 1.5GB or 200MiB, not ${JSON.stringify(value)}`);
}

function placeholder(name: OptionName): string {
  return factsOf(name).value ?? 'no value';
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
