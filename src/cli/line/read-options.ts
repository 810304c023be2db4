/**
 * The texts that the parser found → the values of the options. yargs only splits the command line; every value is read
 * here, so that each usage error names the option and what it takes.
 */
import type { FileClass } from '../../analysis/removal/file-deletions.js';
import type { CopyClass } from '../../analysis/removal/freed-copies.js';
import type { Instant } from '../../model/instants.js';
import {
  isArchitecture,
  type PlatformPattern,
  parsePlatformPattern,
  platformPatternForm,
} from '../../model/platform.js';
import { parseFilters } from '../../query/filters.js';
import { parseByteSize } from '../../words/byte-size.js';
import { type Moment, parseMoment } from '../../words/moment.js';
import { type PathPattern, parsePathPattern } from '../../words/path-pattern.js';
import { type Format, factsOf, type OptionName, optionValues, removalWords } from './options.js';
import { readLimits } from './read-limits.js';
import { UsageError } from './usage-error.js';
import { nameOfOption, type WrittenName } from './written-name.js';

/** What of a command decides how its options are read. */
export interface OptionOwner {
  readonly options: readonly OptionName[];
  readonly formats: readonly Format[];
  readonly failOn?: FailOn;
  readonly outputIsFile?: boolean;
  readonly twoImages?: boolean;
  readonly withoutImages?: boolean;
  readonly ownFilters?: readonly string[];
}

export type FailOn = (typeof optionValues)['fail-on'][number];

/** One thing that is to be removed: what an image is, a kind of files or of copies, or an image by its name or ID. */
export type RemoveWord =
  | { readonly kind: 'state'; readonly state: (typeof removalWords.states)[number] }
  | { readonly kind: 'files'; readonly files: FileClass }
  | { readonly kind: 'copies'; readonly copies: CopyClass }
  | { readonly kind: 'name'; readonly written: WrittenName };

/** A name that is to be kept, or a pattern in which names are written. */
export interface KeepWord extends WrittenName {
  readonly pattern: PathPattern | null;
}

type Values = Readonly<Record<string, unknown>>;

/** What the parser found for an option: nothing, true, a text or several. */
interface WrittenOption {
  readonly name: OptionName;
  readonly value: unknown;
  readonly owner: OptionOwner;
}

const maxWorkers = 9999;
const maxLimit = 100;
const maxKept = 9999;
const maxSeconds = 600;
const maxLevel = 19;
const maxParallel = 64;
const maxLockSeconds = 9999;
const maxSilentSeconds = 3600;
const maxRetries = 100;

/** How each option is read, and into which fields of what a command gets. The first that is wrong, in this order, is told. */
const readers = {
  format: (given: WrittenOption) => readFormat(oneText(given), given.owner.formats),
  /** Path, or null for standard output. */
  output: (given: WrittenOption) => ({ output: readOutput(given) }),
  /** Null for the default. */
  workers: (given: WrittenOption) => ({ workers: readNumber(given, 0, maxWorkers) }),
  engine: (given: WrittenOption) => ({ engine: oneOf(given, optionValues.engine) }),
  /** Folder; empty for that of the environment or the user, null where nothing is said. */
  store: (given: WrittenOption) => ({ store: given.value === '' ? '' : oneText(given) }),
  'lock-timeout': (given: WrittenOption) => ({ lockTimeout: readNumber(given, 0, maxLockSeconds) }),
  input: (given: WrittenOption) => ({ input: manyTexts(given) }),
  exclude: (given: WrittenOption) => ({ exclude: manyTexts(given) }),
  max: (given: WrittenOption) => ({ limits: readLimits(manyTexts(given)) }),
  /** Folder, or null for none. */
  cache: (given: WrittenOption) => ({ cache: oneText(given) }),
  /** Bytes; null for the default. */
  'cache-limit': (given: WrittenOption) => ({ cacheLimit: readSize(given, 0) }),
  'fail-on': (given: WrittenOption) => ({
    failOn: oneOf(given, optionValues['fail-on']) ?? given.owner.failOn ?? 'never',
  }),
  /** Whether to read and hash every byte; and whether that was asked for by name, so that it goes for registries too. */
  verify: (given: WrittenOption) => ({ readBodies: isGiven(given), fetchBodies: isGiven(given) }),
  'no-verify': (given: WrittenOption) => ({ readBodies: !isGiven(given) }),
  /** Path of what varve plan printed as JSON. */
  plan: (given: WrittenOption) => ({ plan: oneText(given) }),
  /** Whether a difference is told by the exit code. */
  'exit-code': (given: WrittenOption) => ({ exitCode: isGiven(given) }),
  expect: (given: WrittenOption) => ({ expect: manyTexts(given) }),
  'expect-file': (given: WrittenOption) => ({ expectFile: oneText(given) }),
  'accept-recorded': (given: WrittenOption) => ({ acceptRecorded: isGiven(given) }),
  policy: (given: WrittenOption) => ({ policy: oneText(given) }),
  rule: (given: WrittenOption) => ({ rules: manyTexts(given) }),
  baseline: (given: WrittenOption) => ({ baseline: oneText(given) }),
  /** Whether a rule that cannot be judged fails. */
  strict: (given: WrittenOption) => ({ strict: isGiven(given) }),
  /** Whether inputs without any image may pass. */
  'allow-no-image': (given: WrittenOption) => ({ allowNoImage: isGiven(given) }),
  /** One, or several where the command takes them; behind them stand words that were taken for images. */
  image: (given: WrittenOption) => ({ images: readImages(given) }),
  remove: (given: WrittenOption) => ({ remove: manyWords(given).map(removeWord) }),
  /** How many bytes are to be freed. */
  free: (given: WrittenOption) => ({ free: readSize(given, 1) }),
  keep: (given: WrittenOption) => ({ keep: manyWords(given).map(keepWord) }),
  'keep-last': (given: WrittenOption) => ({ keepLast: readNumber(given, 1, maxKept) }),
  'keep-newer': (given: WrittenOption) => ({ keepNewer: readMoment(given) }),
  'in-use': (given: WrittenOption) => ({ inUse: manyTexts(given) }),
  /** Whether something near what is in use may go without a word. */
  'in-use-lenient': (given: WrittenOption) => ({ inUseLenient: isGiven(given) }),
  /** Folder that a script moves files to; null = it removes them. */
  quarantine: (given: WrittenOption) => ({ quarantine: oneText(given) }),
  /** Whose commands a script has; null = those that delete files. */
  for: (given: WrittenOption) => ({ scriptFor: oneOf(given, optionValues.for) }),
  /** What relative times count back from: the time of the run where nothing is said. */
  now: (given: WrittenOption) => ({ now: readTime(given) ?? timeOfRun() }),
  force: (given: WrittenOption) => ({ force: isGiven(given) }),
  grace: (given: WrittenOption) => ({ grace: readMoment(given) }),
  yes: (given: WrittenOption) => ({ yes: isGiven(given) }),
  'dry-run': (given: WrittenOption) => ({ dryRun: isGiven(given) }),
  'keep-going': (given: WrittenOption) => ({ keepGoing: isGiven(given) }),
  like: (given: WrittenOption) => ({ like: manyTexts(given) }),
  'in-place': (given: WrittenOption) => ({ inPlace: isGiven(given) }),
  /** Paths of archives. */
  prefer: (given: WrittenOption) => ({ prefer: manyTexts(given) }),
  'untag-contested': (given: WrittenOption) => ({ untagContested: isGiven(given) }),
  /** Paths of inventories and archives. */
  have: (given: WrittenOption) => ({ have: manyTexts(given) }),
  /** Paths of archives. */
  from: (given: WrittenOption) => ({ from: manyTexts(given) }),
  /** Kinds of images, or images by name or ID, as the command takes them. */
  without: (given: WrittenOption) => ({
    without: given.owner.withoutImages
      ? []
      : manyWords(given).map((word) => oneWordOf(given, word, optionValues.without)),
    withoutImages: given.owner.withoutImages ? manyWords(given) : [],
  }),
  platform: (given: WrittenOption) => ({ platforms: manyWords(given).map(platformWord) }),
  'only-needed': (given: WrittenOption) => ({ onlyNeeded: isGiven(given) }),
  /** Bytes of a part; null for one file. */
  split: (given: WrittenOption) => ({ split: readSize(given, 1) }),
  /** Null: as it is. */
  outer: (given: WrittenOption) => ({ outer: oneOf(given, optionValues.outer) }),
  unify: (given: WrittenOption) => ({ unify: isGiven(given) }),
  /** Null: layers stay as they are. */
  compress: (given: WrittenOption) => ({ compress: oneOf(given, optionValues.compress) }),
  /** Null: the usual one. */
  level: (given: WrittenOption) => ({ level: readNumber(given, 1, maxLevel) }),
  /** Path, or null for none. */
  map: (given: WrittenOption) => ({ map: oneText(given) }),
  'drop-signatures': (given: WrittenOption) => ({ dropSignatures: isGiven(given) }),
  'verify-all': (given: WrittenOption) => ({ readBodies: isGiven(given) }),
  all: (given: WrittenOption) => ({ all: isGiven(given) }),
  'only-ids': (given: WrittenOption) => ({ onlyIds: isGiven(given) }),
  /** Whether IDs and texts may be cut short. */
  'no-trunc': (given: WrittenOption) => ({ truncate: !isGiven(given) }),
  digests: (given: WrittenOption) => ({ digests: isGiven(given) }),
  tree: (given: WrittenOption) => ({ tree: isGiven(given) }),
  sort: (given: WrittenOption) => ({ sort: oneOf(given, optionValues.sort) ?? ('created' as const) }),
  reverse: (given: WrittenOption) => ({ reverse: isGiven(given) }),
  bytes: (given: WrittenOption) => ({ bytes: isGiven(given) }),
  /** False: times and sizes in full. */
  human: (given: WrittenOption) => ({ human: readBoolean(given) ?? true }),
  id: (given: WrittenOption) => ({ idKind: oneOf(given, optionValues.id) ?? ('config' as const) }),
  limit: (given: WrittenOption) => ({ limit: readNumber(given, 1, maxLimit) }),
  /** Seconds, or null for the default. */
  time: (given: WrittenOption) => ({ timeSeconds: readNumber(given, 1, maxSeconds) }),
  verbose: (given: WrittenOption) => ({ verbose: isGiven(given) }),
  'all-platforms': (given: WrittenOption) => ({ allPlatforms: isGiven(given) }),
  'all-tags': (given: WrittenOption) => ({ allTags: isGiven(given) }),
  parallel: (given: WrittenOption) => ({ parallel: readNumber(given, 1, maxParallel) }),
  username: (given: WrittenOption) => ({ username: oneText(given) }),
  'password-stdin': (given: WrittenOption) => ({ passwordStdin: isGiven(given) }),
  'plain-http': (given: WrittenOption) => ({ plainHttp: isGiven(given) }),
  /** Paths, or null for none. */
  'ca-file': (given: WrittenOption) => ({ caFile: oneText(given) }),
  'cert-file': (given: WrittenOption) => ({ certFile: oneText(given) }),
  'key-file': (given: WrittenOption) => ({ keyFile: oneText(given) }),
  authfile: (given: WrittenOption) => ({ authFile: oneText(given) }),
  timeout: (given: WrittenOption) => ({ timeoutSeconds: readNumber(given, 1, maxSilentSeconds) }),
  retries: (given: WrittenOption) => ({ retries: readNumber(given, 0, maxRetries) }),
  offline: (given: WrittenOption) => ({ offline: isGiven(given) }),
  referrers: (given: WrittenOption) => ({ referrers: isGiven(given) }),
  quiet: (given: WrittenOption) => ({ quiet: isGiven(given) }),
  'no-progress': (given: WrittenOption) => ({ progress: !isGiven(given) }),
  'no-color': (given: WrittenOption) => ({ color: !isGiven(given) }),
  filter: (given: WrittenOption) => ({ filters: parseFilters(manyTexts(given), given.owner.ownFilters) }),
} satisfies Readonly<Record<OptionName, (given: WrittenOption) => object>>;

type Both<Union> = (Union extends unknown ? (value: Union) => void : never) extends (value: infer All) => void
  ? All
  : never;

/** The fields of these options, with the type that each is read into. */
export type OptionValues<Name extends OptionName> = Both<ReturnType<(typeof readers)[Name]>>;

/** What a command line says beside its options. */
export interface CommandLine {
  /** The words without a dash: INPUT or KIND. */
  readonly words: readonly string[];
  /** Those that are names which select rows, of a command that takes such. */
  readonly names: readonly WrittenName[];
  /** The files that options name, to be read. */
  readonly namedFiles: readonly { readonly option: string; readonly path: string }[];
}

/** What the `run` of a command gets that lists these options: their values and no others. */
export type CommandOptions<Name extends OptionName> = CommandLine & OptionValues<Name>;

/** The same of a command that is not known: it may lack any option. */
export type SomeOptions = CommandLine & Partial<OptionValues<OptionName>>;

/** Reads what the parser found for the options of a command. Throws UsageError. */
export function readOptions(owner: OptionOwner, words: readonly string[], values: Values): SomeOptions {
  const names = (Object.keys(readers) as OptionName[]).filter((name) => owner.options.includes(name));
  const fields = names.map((name) => readers[name]({ name, value: values[name], owner }));
  const namedFiles = names
    .filter((name) => factsOf(name).reads === true)
    .flatMap((name) => manyTexts({ name, value: values[name], owner }).map((path) => ({ option: `--${name}`, path })));
  return { words, names: [], namedFiles, ...Object.assign({}, ...fields) };
}

function isGiven({ value }: WrittenOption): boolean {
  return value === true;
}

function readOutput(given: WrittenOption): string | null {
  const path = oneText(given);
  if (path !== '-') return path;
  if (given.owner.outputIsFile !== true) return null;
  throw new UsageError('--output takes a file here, and - is standard output, where the lines of the result go');
}

function readImages(given: WrittenOption): readonly WrittenName[] {
  const names = given.owner.twoImages === true ? manyTexts(given) : [oneText(given)].filter((name) => name !== null);
  return names.map((name) => nameOfOption('image', name));
}

function removeWord(word: string): RemoveWord {
  const { states, files, copies } = removalWords;
  const state = states.find((one) => one === word);
  if (state !== undefined) return { kind: 'state', state };
  const fileClass = files.find((one) => one === word);
  if (fileClass !== undefined) return { kind: 'files', files: fileClass };
  const copyClass = copies.find((one) => one === word);
  return copyClass === undefined
    ? { kind: 'name', written: nameOfOption('remove', word) }
    : { kind: 'copies', copies: copyClass };
}

function platformWord(word: string): PlatformPattern {
  const pattern = parsePlatformPattern(word);
  if (pattern !== null) return pattern;
  const hint = isArchitecture(word) ? `: ${word} is an architecture` : '';
  throw new UsageError(`--platform takes ${platformPatternForm}, not ${JSON.stringify(word)}${hint}`);
}

function keepWord(word: string): KeepWord {
  return { ...nameOfOption('keep', word), pattern: /[*?[\\]/.test(word) ? parsePathPattern(word) : null };
}

function timeOfRun(): Instant {
  const milliseconds = Date.now();
  return { seconds: Math.floor(milliseconds / 1000), nanoseconds: (milliseconds % 1000) * 1_000_000 };
}

interface FormatChoice {
  readonly format: Format;
  /** What `--format` says where it is a template, with the word `table` before it; else null. */
  readonly template: string | null;
}

/** A name of a format, or a Go template: docker tells a table of templates from others by the word before it. */
function readFormat(text: string | null, formats: readonly Format[]): FormatChoice {
  if (text === null) return { format: formats[0] ?? 'table', template: null };
  if (formats.includes('template') && /\{\{|^table\s/.test(text)) return { format: 'template', template: text };
  const names = formats.filter((format) => format !== 'template');
  const format = names.find((name) => name === text);
  if (format !== undefined) return { format, template: null };
  const allowed = names.length < formats.length ? [...names, 'a Go template'] : names;
  throw new UsageError(`--format takes ${listOf(allowed)}, not ${JSON.stringify(text)}`);
}

function oneText({ name, value }: WrittenOption): string | null {
  if (value === undefined) return null;
  if (Array.isArray(value)) throw new UsageError(`--${name} is given more than once`);
  if (typeof value !== 'string' || value === '') throw new UsageError(`--${name} takes ${placeholder(name)}`);
  return value;
}

function manyTexts(given: WrittenOption): readonly string[] {
  const { value } = given;
  const items: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return items.map((item) => oneText({ ...given, value: item }) ?? '');
}

/** Several in one text, separated by commas, which no name has. */
function manyWords(given: WrittenOption): readonly string[] {
  const words = manyTexts(given).flatMap((item) => item.split(',').map((word) => word.trim()));
  if (words.includes('')) {
    throw new UsageError(`--${given.name} takes ${placeholder(given.name)}, and one of them is empty`);
  }
  return words;
}

function oneOf<T extends string>(given: WrittenOption, allowed: readonly T[]): T | null {
  const value = oneText(given);
  return value === null ? null : oneWordOf(given, value, allowed);
}

function oneWordOf<T extends string>({ name }: WrittenOption, value: string, allowed: readonly T[]): T {
  const match = allowed.find((candidate) => candidate === value);
  if (match === undefined) throw new UsageError(`--${name} takes ${listOf(allowed)}, not ${JSON.stringify(value)}`);
  return match;
}

function readNumber(given: WrittenOption, least: number, most: number): number | null {
  const value = oneText(given);
  if (value === null) return null;
  const number = /^\d{1,4}$/.test(value) ? Number(value) : -1;
  if (number >= least && number <= most) return number;
  throw new UsageError(`--${given.name} takes a number from ${least} to ${most}, not ${JSON.stringify(value)}`);
}

function readBoolean(given: WrittenOption): boolean | null {
  const word = oneOf(given, ['true', 'false', '1', '0'] as const);
  return word === null ? null : word === 'true' || word === '1';
}

function readTime(given: WrittenOption): Instant | null {
  const value = oneText(given);
  if (value === null) return null;
  const moment = parseMoment(value);
  if (moment?.kind === 'at') return moment.instant;
  const takes = 'a time, as in 2026-05-01, 2026-05-01T12:30:00Z or Unix seconds';
  throw new UsageError(`--${given.name} takes ${takes}, not ${JSON.stringify(value)}`);
}

function readMoment(given: WrittenOption): Moment | null {
  const value = oneText(given);
  if (value === null) return null;
  const moment = parseMoment(value);
  if (moment !== null) return moment;
  const takes = 'how long ago (30d, 24h, 1h30m) or a time (2026-05-01, 2026-05-01T12:30:00Z)';
  throw new UsageError(`--${given.name} takes ${takes}, not ${JSON.stringify(value)}`);
}

function readSize(given: WrittenOption, leastBytes: number): number | null {
  const value = oneText(given);
  if (value === null) return null;
  const bytes = parseByteSize(value);
  if (bytes !== null && bytes >= leastBytes) return bytes;
  throw new UsageError(`--${given.name} takes a size, as in 500MB, 1.5GB or 200MiB, not ${JSON.stringify(value)}`);
}

function placeholder(name: OptionName): string {
  return factsOf(name).value ?? 'no value';
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
