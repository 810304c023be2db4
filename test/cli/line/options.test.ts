import { describe, expect, it } from 'vitest';
import { fileClasses } from '../../../src/analysis/removal/file-deletions.js';
import { copyClasses } from '../../../src/analysis/removal/freed-copies.js';
import { commands } from '../../../src/cli/commands/index.js';
import type { Command } from '../../../src/cli/line/command.js';
import { removalWords } from '../../../src/cli/line/options.js';
import { parseLine } from '../../../src/cli/line/parser.js';
import type { CommandOptions } from '../../../src/cli/line/read-options.js';
import { styleOf } from '../../../src/cli/run.js';
import { openConsole } from '../console.js';

describe('the command line', () => {
  const allCommands = commands.map(({ name }) => [name]);

  it('gives every option its default', () => {
    const options = Object.assign({}, ...allCommands.map((argv) => parseLine(argv, commands).options)) as object;
    expect({ ...options, ...parseLine(['verify'], commands).options, filters: 0, now: 0, readBodies: 0 }).toEqual({
      words: [],
      names: [],
      namedFiles: [],
      limits: {},
      format: 'table',
      output: null,
      workers: null,
      engine: null,
      cache: null,
      cacheLimit: null,
      exclude: [],
      failOn: 'error',
      fetchBodies: false,
      readBodies: 0,
      expect: [],
      expectFile: null,
      acceptRecorded: false,
      policy: null,
      rules: [],
      baseline: null,
      onlyNeeded: false,
      outer: null,
      platforms: [],
      split: null,
      strict: false,
      allowNoImage: false,
      verbose: false,
      quiet: false,
      referrers: false,
      progress: true,
      color: true,
      template: null,
      filters: 0,
      remove: [],
      free: null,
      keep: [],
      keepLast: null,
      keepNewer: null,
      inUse: [],
      inUseLenient: false,
      quarantine: null,
      scriptFor: null,
      images: [],
      plan: null,
      exitCode: false,
      idKind: 'config',
      all: false,
      onlyIds: false,
      digests: false,
      tree: false,
      sort: 'created',
      reverse: false,
      truncate: true,
      bytes: false,
      human: true,
      limit: null,
      timeSeconds: null,
      dryRun: false,
      allPlatforms: false,
      allTags: false,
      parallel: null,
      username: null,
      passwordStdin: false,
      plainHttp: false,
      caFile: null,
      certFile: null,
      keyFile: null,
      authFile: null,
      timeoutSeconds: null,
      retries: null,
      offline: false,
      keepGoing: false,
      prefer: [],
      untagContested: false,
      have: [],
      from: [],
      store: null,
      lockTimeout: null,
      force: false,
      grace: null,
      yes: false,
      input: [],
      like: [],
      inPlace: false,
      without: [],
      withoutImages: [],
      unify: false,
      compress: null,
      level: null,
      map: null,
      dropSignatures: false,
      now: 0,
    });
  });

  it('gives a command its words and the values of the options that it lists, and nothing else', () => {
    const line = ['words', 'names', 'namedFiles'];
    expect(Object.keys(parseLine(['completion'], commands).options)).toEqual([...line, 'output']);
    expect(Object.keys(parseLine(['bench'], commands).options)).toEqual([
      ...line,
      'format',
      'template',
      'output',
      'timeSeconds',
      'quiet',
      'color',
    ]);
  });

  it('makes it an error of the compiler to read an option that a command does not list', () => {
    const run = (options: CommandOptions<'quiet' | 'verify'>) => [
      options.quiet,
      options.readBodies,
      // @ts-expect-error: --verbose is not among them.
      options.verbose,
    ];
    const listed = { options: ['quiet'], load: () => Promise.resolve({ run }) } as const;
    // @ts-expect-error: --verify, which `run` reads, is not listed.
    const loaded: Pick<Command<'quiet'>, 'options' | 'load'> = listed;
    expect(loaded.options).toEqual(['quiet']);
  });

  it('lists the classes of files and copies as a plan knows them', () => {
    expect([removalWords.files, removalWords.copies]).toEqual([[...fileClasses], [...copyClasses]]);
  });

  it('reads filters once, into conditions with their texts', () => {
    const { filters } = parseLine(['search', 'x', '-f', 'Dangling = true', '-f', 'is-official=1'], commands).options;
    expect(filters?.each.map(({ text, key }) => [text, key])).toEqual([['Dangling = true', 'dangling']]);
    expect([filters?.conditions.length, filters?.own.get('is-official')]).toEqual([1, true]);
  });

  it('takes the time of the run where none is given', () => {
    const before = Math.floor(Date.now() / 1000);
    const seconds = parseLine(['ls'], commands).options.now?.seconds ?? 0;
    expect(seconds).toBeGreaterThanOrEqual(before);
    expect(parseLine(['ls', '--now', '1700000000'], commands).options.now).toEqual({
      seconds: 1_700_000_000,
      nanoseconds: 0,
    });
  });

  it('takes every option, in any order with the inputs', () => {
    const argv = 'verify a.tar -v --format json b.tar -o out.json --workers 0 --engine noble --fail-on hint --quiet';
    const more =
      '--no-progress --no-color --accept-recorded --expect-file pins --cache kept --cache-limit 1.5GiB c.tar';
    expect(parseLine(`${argv} ${more}`.split(' '), commands).options).toMatchObject({
      words: ['a.tar', 'b.tar', 'c.tar'],
      format: 'json',
      output: 'out.json',
      workers: 0,
      engine: 'noble',
      cache: 'kept',
      cacheLimit: 1.5 * 1024 ** 3,
      failOn: 'hint',
      expectFile: 'pins',
      acceptRecorded: true,
      verbose: true,
      quiet: true,
      progress: false,
      color: false,
    });
  });

  it('collects options that may be repeated and does not let them swallow inputs', () => {
    const { options } = parseLine(
      ['verify', '--exclude', 'x', 'a.tar', '--exclude=y', '--expect', 'r=d', 'b.tar'],
      commands,
    );
    expect([options.exclude, options.expect, options.words]).toEqual([['x', 'y'], ['r=d'], ['a.tar', 'b.tar']]);
  });

  it('leaves inputs as they are written', () => {
    const words = ['1', '0x10', '1e3', '-', 'a=b', '__proto__', 'true'];
    expect(parseLine(['report', ...words], commands).options.words).toEqual(words);
  });

  it('takes everything behind -- as input', () => {
    expect(parseLine(['report', 'a', '--', '-b', '--format'], commands).options.words).toEqual(['a', '-b', '--format']);
  });

  it('takes - as standard output', () => {
    expect(parseLine(['scan', '.', '-o', '-'], commands).options.output).toBeNull();
  });

  it('reads bodies where the command does so by itself, unless told otherwise', () => {
    const reads = (...argv: string[]) => parseLine(argv, commands).options.readBodies;
    expect([reads('scan'), reads('report'), reads('check'), reads('layers'), reads('df')]).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect([reads('report', '--no-verify'), reads('layers', '--verify'), reads('df', '--verify')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('fails on errors in verify only', () => {
    const fails = ['scan', 'report', 'verify', 'layers', 'df'].map(
      (name) => parseLine([name], commands).options.failOn,
    );
    expect(fails).toEqual(['never', 'never', 'error', 'never', 'never']);
  });
});

describe('the colour of the output', () => {
  const color = (env: Record<string, string>, columns?: number, asked = true) =>
    styleOf({ color: asked }, openConsole({ env, ...(columns === undefined ? {} : { columns }) }).io).color;

  it('is on where it goes to a terminal', () => {
    expect([color({}, 80), color({})]).toEqual([true, false]);
  });

  it('is off with NO_COLOR, --no-color and on a dumb terminal', () => {
    expect([color({ NO_COLOR: '1' }, 80), color({}, 80, false), color({ TERM: 'dumb' }, 80)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('is on in a pipe with FORCE_COLOR, which NO_COLOR and --no-color overrule', () => {
    expect(color({ FORCE_COLOR: '1' })).toBe(true);
    expect([color({ FORCE_COLOR: '1', NO_COLOR: '1' }), color({ FORCE_COLOR: '1' }, 80, false)]).toEqual([
      false,
      false,
    ]);
  });

  it('is off on a terminal with FORCE_COLOR=0', () => {
    expect(color({ FORCE_COLOR: '0' }, 80)).toBe(false);
  });

  it('takes an empty NO_COLOR as absent', () => {
    expect(color({ NO_COLOR: '' }, 80)).toBe(true);
  });
});

it('a pipe has no width, a terminal has its own', () => {
  const width = (columns?: number) =>
    styleOf({ color: true }, openConsole(columns === undefined ? {} : { columns }).io).width;
  expect([width(), width(132)]).toEqual([null, 132]);
});
