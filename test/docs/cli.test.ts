/** docs/cli.md and the help say the same: each option on both sides, each format, each default, each example. */
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/index.js';
import { exitCodeHelp } from '../../src/cli/exit-codes.js';
import type { Command } from '../../src/cli/line/command.js';
import { factsOf, type OptionName, scanOptions } from '../../src/cli/line/options.js';
import { parseLine } from '../../src/cli/line/parser.js';
import { filterKeys } from '../../src/query/filters.js';
import { historyHeads } from '../../src/report/images/history-template.js';
import { searchHeads } from '../../src/report/images/image-search-text.js';
import { imageHeads } from '../../src/report/images/image-template.js';
import { varve } from '../cli/console.js';
import { fencesOf, pages, readPage, rowsOf, sectionOf } from './page.js';

const page = readPage('docs/cli.md');
const cases = commands.map((command) => [command.name, command] as const);
const common: readonly string[] = scanOptions;
const several = sectionOf(page, '## Options of several commands');

/** `-o, --output FILE`, as the help writes it. */
function termOf(name: OptionName): string {
  const { alias, value } = factsOf(name);
  return `${alias === undefined ? '' : `-${alias}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

/** The options of a command, but for those that every command over archives has. */
function ownOptions({ options }: Command): OptionName[] {
  const shared = scanOptions.every((name) => options.includes(name));
  return options.filter((name) => !(shared && common.includes(name)));
}

/** What stands behind `- Options:` or `- Formats:` in a section. */
function listIn(section: string, title: string): string[] {
  const text = new RegExp(`^- ${title}:([^.]+)\\.$`, 'm').exec(section)?.[1] ?? '';
  return text === '' ? [] : text.split(',').map((word) => word.trim().replaceAll('`', ''));
}

describe('docs/cli.md', () => {
  it('has a section for each command, in the order of the help', () => {
    const headings = page.split('\n').filter((line) => line.startsWith('## varve '));
    expect(headings).toEqual(commands.map(({ name }) => `## varve ${name}`));
  });

  it.each(cases)('lists the options and formats of %s and no other', (name, command) => {
    const section = sectionOf(page, `## varve ${name}`);
    expect(listIn(section, 'Options')).toEqual(ownOptions(command).map((option) => `--${option}`));
    expect(listIn(section, 'Formats')).toEqual(command.formats);
  });

  it.each(cases)('explains the options of %s there or among those of several commands', (name, command) => {
    const explained = rowsOf(several + sectionOf(page, `## varve ${name}`)).map(([term]) => term);
    expect(command.options.map(termOf).filter((term) => !explained.includes(term))).toEqual([]);
  });

  it('explains each option once, and no other', () => {
    const sections = commands.map(({ name }) => sectionOf(page, `## varve ${name}`)).join('');
    const explained = rowsOf(several + sections).map(([term]) => term);
    const used = new Set(commands.flatMap(({ options }) => options).map(termOf));
    expect(explained.sort()).toEqual([...used].sort());
  });

  it('names the commands that fail on findings by themselves', () => {
    const [, means = ''] = rowsOf(several).find(([term]) => term === '--fail-on SEVERITY') ?? [];
    const judging = commands.filter(({ failOn }) => failOn !== undefined);
    const named = judging.map(({ name, failOn }) => `, for \`${name}\` \`${failOn}\``);
    expect(means.endsWith(`Default \`never\`${named.join('')}`)).toBe(true);
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

  it('lists the filters with the words of the help', () => {
    const listed = rowsOf(sectionOf(page, '## Filters'));
    expect(listed).toEqual(filterKeys.map(({ form, help, docker }) => [form, help, docker ? 'yes' : '']));
  });

  it.each([
    ['ls', imageHeads],
    ['history', historyHeads],
    ['search', searchHeads],
  ])('lists the placeholders of varve %s with the words of varve help format', async (name, heads) => {
    const rows = rowsOf(sectionOf(page, '## Templates')).filter(([, of = '']) => of.split(', ').includes(name));
    const listed = rows.map(([placeholder = '', , means = '']) => [placeholder, means.replaceAll('`', '')] as const);
    const { stdout } = await varve(['help', 'format'], { columns: 100 });
    expect(new Map(listed)).toEqual(termsOf(stdout, `Placeholders of varve ${name}`));
    expect(listed.map(([placeholder]) => placeholder.slice(1)).sort()).toEqual(Object.keys(heads).sort());
  });

  it('has every form of a result in varve help format', async () => {
    const { stdout } = await varve(['help', 'format'], { columns: 100 });
    const forms = new Set(commands.flatMap(({ formats }) => formats).filter((format) => format !== 'template'));
    expect(new Set(termsOf(stdout, 'Forms').keys())).toEqual(forms);
  });

  it('lists the exit codes as the help does', () => {
    expect(rowsOf(sectionOf(page, '## Exit codes'))).toEqual(exitCodeHelp);
  });
});

/** The terms below a title of a help text, each with its meaning in one line. */
function termsOf(help: string, title: string): Map<string, string> {
  const [section = ''] = help.split(`\n${title}:\n`)[1]?.split('\n\n') ?? [];
  const terms = section.replace(/\n {4,}/g, ' ').matchAll(/^ {2}(\S+) +(.+)$/gm);
  return new Map([...terms].map(([, term = '', meaning = '']) => [term, meaning]));
}

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
const distinctCalls = [...new Map(calls.map((call) => [call.join(': '), call])).values()];

describe('every command line in the documents', () => {
  it('is found', () => {
    expect(distinctCalls.length).toBeGreaterThan(25);
  });

  it.each(distinctCalls)('%s: %s', (_, call) => {
    const typed = call.replace(/\$\([^)]*\)/g, 'ID');
    const words = [...typed.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    expect(() => parseLine(words.slice(1), commands)).not.toThrow();
  });
});
