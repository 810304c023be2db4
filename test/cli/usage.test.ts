import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/index.js';
import { varve } from './console.js';

const tryHelp = (command: string) => `Try 'varve ${command === '' ? '' : `${command} `}--help'.\n`;

it.each([
  [['verfy', '.'], '', 'unknown command "verfy"; did you mean verify?'],
  [['images.tar'], '', 'unknown command "images.tar"; the command comes first, as in varve report .'],
  [['xyzzy'], '', 'unknown command "xyzzy"'],
  [['hlep'], '', 'unknown command "hlep"; did you mean help?'],
  [['imges'], '', 'unknown command "imges"; did you mean images?'],
  [['verfy', '--help'], '', 'unknown command "verfy"; did you mean verify?'],
  [['help', 'verfy'], '', 'nothing is called "verfy"; did you mean verify?'],
  [['help', 'filtres'], '', 'nothing is called "filtres"; did you mean filters?'],
  [['help', 'twn'], '', 'nothing is called "twn"; did you mean twin?'],
  [['help', 'xyzzy'], '', 'nothing is called "xyzzy"; varve --help lists the commands, varve explain the words'],
  [
    ['explain', 'digest-mismtach'],
    'explain',
    'nothing is called "digest-mismtach"; near are digest-mismatch, size-mismatch and diffid-mismatch',
  ],
  [
    ['explain', 'twin', 'xyzzy'],
    'explain',
    'nothing is called "xyzzy"; varve --help lists the commands, varve explain the words',
  ],
  [['explain', 'ls'], 'explain', '"ls" has a page of its own: varve help ls'],
  [['explain', 'filters'], 'explain', '"filters" has a page of its own: varve help filters'],
  [['--quiet'], '', 'a command is missing before --quiet'],
  [['--nonsense'], '', 'unknown option --nonsense'],
  [['verify', '--fromat', 'json', '.'], 'verify', 'unknown option --fromat; did you mean --format?'],
  [['verify', '--no-colour', '.'], 'verify', 'unknown option --no-colour; did you mean --no-color?'],
  [['verify', '-z', '.'], 'verify', 'unknown option -z'],
  [['layers', '--expect', 'a=b', '.'], 'layers', 'layers has no option --expect; verify has'],
  [['df', '--format', 'yaml', '.'], 'df', '--format takes table, wide, json or markdown, not "yaml"'],
  [['df', '--format', 'junit', '.'], 'df', '--format takes table, wide, json or markdown, not "junit"'],
  [['df', '--fail-on', 'fatal', '.'], 'df', '--fail-on takes error, warning, hint or never, not "fatal"'],
  [['df', '--engine', 'wasm', '.'], 'df', '--engine takes node or noble, not "wasm"'],
  [['df', '--workers', '-1', '.'], 'df', '--workers takes a number from 0 to 9999, not "-1"'],
  [['df', '--workers', '1.5', '.'], 'df', '--workers takes a number from 0 to 9999, not "1.5"'],
  [['df', '--workers'], 'df', '--workers takes N'],
  [['df', '--cache'], 'df', '--cache takes DIR'],
  [['df', '--cache-limit', 'much', '.'], 'df', '--cache-limit takes a size, as in 500MB, 1.5GB or 200MiB, not "much"'],
  [['verify', '--expect'], 'verify', '--expect takes REF=DIGEST'],
  [['verify', '--expect', 'a=b', '--expect', '--quiet'], 'verify', '--expect takes REF=DIGEST'],
  [['verify', '--exclude', '', '.'], 'verify', '--exclude takes GLOB'],
  [['report', '-o'], 'report', '--output takes FILE'],
  [['report', '-o', 'a', '-o', 'b'], 'report', '--output is given more than once'],
  [['report', ''], 'report', 'INPUT is empty'],
  [['schema', 'report', 'df'], 'schema', 'schema takes one KIND; "df" is one too many'],
  [['schema', 'reprt'], 'schema', 'KIND names no document: "reprt"; did you mean report?'],
])('%j is refused with the reason and the page that helps', async (argv, command, message) => {
  expect(await varve(argv)).toEqual({ code: 2, stdout: '', stderr: `varve: ${message}\n${tryHelp(command)}` });
});

it('a kind that resembles none gets the list of kinds', async () => {
  const { code, stderr } = await varve(['schema', 'xyzzy']);
  expect(code).toBe(2);
  expect(stderr).toContain(
    '"xyzzy"; there are inventory, report, verification, check, images, history, tree, search, layers, df, plan, pack, parts, delta, apply, digest-map, load, removal, fsck, pull, push, repair, info, bench, diff, explanation, recipe, policy',
  );
});

it('hostile words on the command line are shown as escapes', async () => {
  const { stderr } = await varve(['\x1b[31mx']);
  expect(stderr).not.toContain('\x1b');
});

describe('without INPUT', () => {
  const wordsBefore: Readonly<Record<string, readonly string[]>> = {
    search: ['term'],
    diff: ['--image', 'a', '--image', 'b'],
  };
  const overArchives = commands
    .filter(({ positional, worksOnStore }) => positional.name === 'INPUT' && worksOnStore !== true)
    .map(({ name }) => name);

  it.each(overArchives)('%s refuses a pipe that nobody named', async (name) => {
    const words = wordsBefore[name] ?? [];
    const { code, stdout, stderr } = await varve([name, ...words], { pipedInput: true });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('name - to read standard input');
  });
});

describe('help', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']]])('of the program (%j) lists every command', async (argv) => {
    const { code, stdout, stderr } = await varve(argv);
    expect([code, stderr]).toEqual([0, '']);
    for (const { name, summary } of commands)
      expect(stdout).toMatch(new RegExp(`^ {2}${name} .*${summary.slice(0, 20)}`, 'm'));
  });

  it.each(commands.map(({ name }) => name))('of %s has its options, examples and exit codes', async (name) => {
    const { code, stdout } = await varve([name, '--help']);
    const examples = stdout.split('\nExamples:\n')[1]?.split('\n\n')[0] ?? '';
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: varve ${name} `));
    expect(examples.match(/^ {2}\S/gm)?.length).toBeGreaterThanOrEqual(2);
    expect(stdout).toContain('\nExit codes:\n  0 ');
  });

  it.each(commands.map(({ name }) => name))('of %s is the same by varve help', async (name) => {
    expect(await varve(['help', name])).toEqual(await varve([name, '--help']));
  });

  it.each(commands.map(({ name }) => name))('of %s fits a terminal of 60 columns', async (name) => {
    const { stdout } = await varve([name, '-h'], { columns: 60 });
    const prose = stdout.replace(/Examples:\n[\s\S]*?\n\n/, '');
    expect(prose.split('\n').filter((line) => line.length > 60)).toEqual([]);
  });

  it('is given even where the rest of the line is wrong', async () => {
    expect((await varve(['verify', '--nonsense', '--help'])).code).toBe(0);
  });

  it('is not asked for behind --', async () => {
    expect((await varve(['schema', '--', '--help'])).code).toBe(2);
  });
});

it('--version prints the version and nothing else', async () => {
  const { code, stdout, stderr } = await varve(['--version']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
});
