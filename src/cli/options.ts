/**
 * The options, each defined once for all commands: name, placeholder, help, and how its text becomes a value. yargs only
 * splits the command line; values are read here, so that every usage error names the option and what it takes.
 */
import type { Severity } from '../model/finding.js';
import type { Command } from './command.js';
import { UsageError } from './usage-error.js';

export type Format = 'table' | 'wide' | 'json' | 'ndjson' | 'csv' | 'markdown';

/** What a command line says, with the defaults filled in. */
export interface CommandOptions {
  /** The words without a dash: INPUT or KIND. */
  readonly words: readonly string[];
  readonly format: Format;
  /** Path, or null for standard output. */
  readonly output: string | null;
  readonly workers: number | null;
  readonly engine: 'node' | 'noble' | null;
  readonly exclude: readonly string[];
  readonly failOn: Severity | 'never';
  /** Whether to read and hash every byte. */
  readonly readBodies: boolean;
  readonly expect: readonly string[];
  readonly expectFile: string | null;
  readonly acceptRecorded: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly progress: boolean;
  readonly color: boolean;
}

interface OptionFacts {
  readonly alias?: string;
  /** Placeholder of its value; a switch has none. */
  readonly value?: string;
  readonly describe: string;
}

export const optionFacts = {
  format: { value: 'FORMAT', describe: 'form of the result' },
  output: { alias: 'o', value: 'FILE', describe: 'write the result to FILE, which is complete or unchanged' },
  verbose: { alias: 'v', describe: 'also what is only counted otherwise' },
  'fail-on': {
    value: 'SEVERITY',
    describe: 'exit 1 at a finding of that severity or above: error, warning, hint, never',
  },
  verify: { describe: 'read and hash every byte' },
  'no-verify': { describe: 'read headers and documents only; the figures are then unverified' },
  expect: { value: 'REF=DIGEST', describe: 'this image must be there with this digest (repeatable)' },
  'expect-file': { value: 'FILE', describe: 'a file of REF=DIGEST lines; # starts a comment' },
  'accept-recorded': { describe: 'take the results that an inventory records as if they were made now' },
  exclude: {
    value: 'GLOB',
    describe: 'leave these files and folders out of the search (repeatable)',
  },
  workers: { value: 'N', describe: 'threads that hash; 0 = in the main thread. Default: one for each processor' },
  engine: { value: 'ENGINE', describe: 'node (native) or noble (pure JavaScript)' },
  quiet: { describe: 'no progress and no remarks on standard error' },
  'no-progress': { describe: 'no progress bar' },
  'no-color': { describe: 'no colours (also: NO_COLOR)' },
} as const satisfies Readonly<Record<string, OptionFacts>>;

export type OptionName = keyof typeof optionFacts;

/** The facts of an option, with every key. */
export function factsOf(name: OptionName): OptionFacts {
  return optionFacts[name];
}

/** The options of every command that reads archives. */
export const scanOptions = ['exclude', 'workers', 'engine', 'quiet', 'no-progress', 'no-color'] as const;

/** Reads the values that the parser found. Throws UsageError. */
export function readOptions(
  command: Command,
  words: readonly string[],
  values: Readonly<Record<string, unknown>>,
): CommandOptions {
  const text = (name: OptionName) => oneText(name, values[name]);
  const given = (name: OptionName) => values[name] === true;
  const format = oneOf('format', text('format'), command.formats);
  const failOn = oneOf('fail-on', text('fail-on'), ['error', 'warning', 'hint', 'never'] as const);
  const output = text('output');
  return {
    words,
    format: format ?? command.formats[0] ?? 'table',
    output: output === '-' ? null : output,
    workers: readWorkers(text('workers')),
    engine: oneOf('engine', text('engine'), ['node', 'noble'] as const),
    exclude: manyTexts('exclude', values['exclude']),
    failOn: failOn ?? command.defaults.failOn,
    readBodies: (command.defaults.readBodies || given('verify')) && !given('no-verify'),
    expect: manyTexts('expect', values['expect']),
    expectFile: text('expect-file'),
    acceptRecorded: given('accept-recorded'),
    verbose: given('verbose'),
    quiet: given('quiet'),
    progress: !given('no-progress'),
    color: !given('no-color'),
  };
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

function oneOf<T extends string>(name: OptionName, value: string | null, allowed: readonly T[]): T | null {
  if (value === null) return null;
  const match = allowed.find((candidate) => candidate === value);
  if (match === undefined) throw new UsageError(`--${name} takes ${listOf(allowed)}, not ${JSON.stringify(value)}`);
  return match;
}

function readWorkers(value: string | null): number | null {
  if (value === null) return null;
  if (!/^\d{1,4}$/.test(value))
    throw new UsageError(`--workers takes a number from 0 to 9999, not ${JSON.stringify(value)}`);
  return Number(value);
}

function placeholder(name: OptionName): string {
  return factsOf(name).value ?? 'no value';
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
