/** What a page says it is about: the inputs as they were typed, a folder that is only a dot by its name. */
import { basename, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderPage } from '../../../src/cli/output/page.js';
import { varve } from '../console.js';

async function headOf(argv: readonly string[]): Promise<readonly [title: string, about: string]> {
  const { stdout } = await varve([...argv, '--format', 'html']);
  return [
    /<title>(.*)<\/title>/.exec(stdout)?.[1] ?? '',
    /<p class="about"><span>(.*?)<\/span>/.exec(stdout)?.[1] ?? '',
  ];
}

const one = 'samples/api-1.0-docker24.tar';
const other = 'samples/api-1.1-rebuilt-docker28.tar';

describe('the head of a page', () => {
  it.each([
    [['verify', one], `Varve verify: ${one} — `, one],
    [['plan', one, other, '--remove', 'dangling'], `Varve plan: ${one}, ${other} — `, `${one}, ${other}`],
    [['diff', one, other], `Varve diff: ${one} → ${other} — `, `${one} → ${other}`],
  ] as const)('of varve %j names the command and the inputs', async (argv, start, about) => {
    const [title, shown] = await headOf(argv);
    expect(title.slice(0, start.length)).toBe(start);
    expect(title.length).toBeGreaterThan(start.length);
    expect(shown).toBe(about);
  });

  it.each([
    ['.', basename(process.cwd())],
    ['./', basename(process.cwd())],
    ['..', basename(dirname(process.cwd()))],
    ['samples/..', 'samples/..'],
  ])('shows the input %s as %s', (word, shown) => {
    const page = [...renderPage({ document: {}, lead: [], text: [] }, { words: [word] })].join('');
    expect(page).toContain(`<p class="about"><span>${shown}</span>`);
  });

  it('shows the folder by its name where no input is given', () => {
    const page = [...renderPage({ document: {}, lead: [], text: [] }, { words: [] })].join('');
    expect(page).toContain(`<p class="about"><span>${basename(process.cwd())}</span>`);
  });

  it('counts the inputs of a long list', async () => {
    const [, shown] = await headOf(['verify', one, other, one, other, one]);
    expect(shown).toBe(`${one}, ${other}, ${one} and 2 more inputs`);
  });

  it('has the version of the program', async () => {
    const { stdout: version } = await varve(['--version']);
    const { stdout } = await varve(['verify', one, '--format', 'html']);
    expect(stdout).toContain(`<span class="dim">varve ${version.trim()}</span>`);
  });
});
