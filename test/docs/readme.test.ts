/** README.md says what is so today: its output, its tables and its example are held against the program. */
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { commands } from '../../src/cli/commands/index.js';
import { exitCodeHelp } from '../../src/cli/exit-codes.js';
import { limits } from '../../src/model/limits.js';
import { varve } from '../cli/console.js';
import { fencesOf, readPage, rowsOf, sectionOf } from './page.js';
import { readmeOutput, withOutput } from './readme-output.js';

const readme = readPage('README.md');
describe('the output in README.md', () => {
  it('is what the command prints; npm run readme writes it anew', async () => {
    expect(readme).toBe(withOutput(readme, await readmeOutput()));
  });

  it('comes from a run that ends well and says on standard error only what was passed over', async () => {
    const { code, stderr } = await varve(['report', 'samples']);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^varve: \d+ files in the searched folders are no image archive: \S+, \S+, \S+ and \d+ more\n$/,
    );
  });
});

describe('the tables of README.md', () => {
  it('list the commands in the order of the help', () => {
    const named = rowsOf(sectionOf(readme, '## Commands')).map(([command]) => command);
    expect(named).toEqual(commands.map(({ name }) => `varve ${name}`));
  });

  it('say which commands read every byte', () => {
    const reading = rowsOf(sectionOf(readme, '## Commands')).filter(([, , reads]) => reads === 'every byte');
    // Those that can be told not to, and those that have nothing else to do.
    const expected = commands
      .filter(({ name, options }) => options.includes('no-verify') || name === 'verify' || name === 'fsck')
      .map(({ name }) => `varve ${name}`);
    expect(reading.map(([command]) => command)).toEqual(expected);
  });

  it('list the exit codes as the help does', () => {
    expect(rowsOf(sectionOf(readme, '## Exit codes'))).toEqual(exitCodeHelp);
  });

  it('list every limit with its value', () => {
    const rows = rowsOf(sectionOf(readme, '## Limits')).map(([name, value]) => [name, value]);
    expect(rows).toEqual(Object.entries(limits).map(([name, value]) => [name, limitText(name, value)]));
  });
});

/** `8 MiB` for sizes, which are powers of two, and `250,000` for counts. */
function limitText(name: string, value: number): string {
  if (!name.endsWith('Bytes')) return value.toLocaleString('en-US');
  const power = Math.floor(Math.log2(value) / 10);
  return `${value / 1024 ** power} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
}

describe('the library example of README.md', () => {
  it('is the file that is compiled with the tests', () => {
    const [, ...example] = readFileSync('test/docs/library-example.ts', 'utf8').trimEnd().split('\n');
    const shown = fencesOf(readme).filter(({ language }) => language === 'ts');
    expect(shown.map(({ lines }) => lines)).toEqual([example]);
  });

  it('runs, and prints the untagged image and what can go', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    try {
      await import('./library-example.js');
      const lines = log.mock.calls.map(([line]) => String(line));
      expect(lines).toHaveLength(2);
      expect(lines[0]).toMatch(/^untagged: sha256:[0-9a-f]{64} in samples\/build-4711-docker27\.tar$/);
      expect(lines[1]).toMatch(/^\d+ of \d+ bytes can go$/);
    } finally {
      log.mockRestore();
    }
  });
});

describe('the two lines that README.md asks a newcomer to run', () => {
  const lines = fencesOf(readme)
    .filter(({ mark }) => mark === 'run')
    .map((fence) => fence.lines);

  it('are two blocks of one line', () => {
    expect(lines.map(({ length }) => length)).toEqual([1, 1]);
  });

  it('name only scripts of package.json and a file that the build makes', () => {
    const { scripts, bin } = JSON.parse(readPage('package.json')) as {
      scripts: Record<string, string>;
      bin: Record<string, string>;
    };
    const steps = lines.flatMap(([line = '']) => line.split(' && '));
    const ran = steps.filter((step) => step.startsWith('npm run ')).map((step) => step.slice('npm run '.length));
    expect(ran.every((script) => Object.hasOwn(scripts, script))).toBe(true);
    expect(steps).toContain(`node ${bin['varve']} report samples`);
    expect(steps.at(-1)).toBe('npm test');
  });
});
