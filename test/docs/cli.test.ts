/** docs/cli.md and the help say the same: each option on both sides, each format, each default, each example. */
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/cli/command.js';
import { commands } from '../../src/cli/commands/index.js';
import { exitCodeHelp } from '../../src/cli/exit-codes.js';
import { factsOf, type OptionName, optionFacts, scanOptions } from '../../src/cli/options.js';
import { parse } from '../../src/cli/parser.js';
import { varve } from '../cli/console.js';
import { fencesOf, pages, readPage, rowsOf, sectionOf } from './page.js';

const page = readPage('docs/cli.md');
const cases = commands.map((command) => [command.name, command] as const);
const common: readonly string[] = scanOptions;

/** `-o, --output FILE`, as the help writes it. */
function termOf(name: OptionName): string {
  const { alias, value } = factsOf(name);
  return `${alias === undefined ? '' : `-${alias}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

/** The options of a command that stand in a table of its own. */
function ownOptions({ options }: Command): string[] {
  const shared = scanOptions.every((name) => options.includes(name));
  return options.filter((name) => !(shared && common.includes(name))).map(termOf);
}

describe('docs/cli.md', () => {
  it('has a section for each command, in the order of the help', () => {
    const headings = page.split('\n').filter((line) => line.startsWith('## varve '));
    expect(headings).toEqual(commands.map(({ name }) => `## varve ${name}`));
  });

  it.each(cases)('lists the options of %s and no other', (name, command) => {
    const listed = rowsOf(sectionOf(page, `## varve ${name}`)).map(([term]) => term);
    expect(listed.sort()).toEqual(ownOptions(command).sort());
  });

  it('lists the common options', () => {
    const listed = rowsOf(sectionOf(page, '## Common options')).map(([term]) => term);
    expect(listed).toEqual(scanOptions.map(termOf));
  });

  it('knows every option that there is', () => {
    const terms = (Object.keys(optionFacts) as OptionName[]).map(termOf);
    expect(terms.filter((term) => !page.includes(`| \`${term}\` |`))).toEqual([]);
  });

  it.each(cases)('names the formats and the default of %s', (name, { formats, options, defaults }) => {
    const text = sectionOf(page, `## varve ${name}`);
    expect(/Formats: ([^.]+)\./.exec(text)?.[1]?.split(/,\s+/)).toEqual(formats);
    const [, means = ''] = rowsOf(text).find(([term]) => term === '--fail-on SEVERITY') ?? [];
    expect(means.includes(`default \`${defaults.failOn}\``)).toBe(options.includes('fail-on'));
  });

  it.each(cases)('has the examples that the help of %s has', (name, { examples }) => {
    const lines = fencesOf(sectionOf(page, `## varve ${name}`)).flatMap((fence) => fence.lines);
    const shown = lines.map((line) => line.replace(/sha256:[0-9a-f]{64}/, 'sha256:9f86d0…'));
    expect(examples.map(([line]) => line).filter((line) => !shown.some((other) => sameLine(line, other)))).toEqual([]);
  });

  it.each(cases)('lists what %s --help lists', async (name, command) => {
    const { code, stdout } = await varve([name, '--help']);
    const printed = [...stdout.matchAll(/^ {2}(?:-\w, | {4})(--[\w-]+)/gm)].map(([, option]) => option);
    expect(code).toBe(0);
    expect(printed).toEqual(command.options.map((option) => `--${option}`));
  });

  it('lists the exit codes as the help does', () => {
    expect(rowsOf(sectionOf(page, '## Exit codes'))).toEqual(exitCodeHelp);
  });
});

/** Digests in examples are cut short in the help. */
function sameLine(a: string, b: string): boolean {
  return a.replace(/sha256:\S+/, '') === b.replace(/sha256:\S+/, '');
}

/** The words of each `varve` call in the shell blocks of all pages. */
const calls = pages.flatMap((path) =>
  fencesOf(readPage(path))
    .filter(({ language }) => language === 'sh')
    .flatMap(({ lines }) => lines)
    .flatMap((line) => line.replace(/\s+# .*$/, '').split(/ (?:\||&&) /))
    .filter((part) => part.startsWith('varve '))
    .map((part) => [path, part] as const),
);

describe('every command line in the documents', () => {
  it('is found', () => {
    expect(calls.length).toBeGreaterThan(25);
  });

  it.each(calls)('%s: %s', (_, call) => {
    const words = [...call.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    expect(() => parse(words.slice(1))).not.toThrow();
  });
});
