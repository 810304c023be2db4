/** The pages of verify, check, plan and diff in a real browser: drawn, quiet, accessible, true to their documents. */
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { varve } from '../cli/console.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { accessibilityFaults, attributesOf, overflowAt, schemes, startBrowser, visit } from './chromium.js';
import { documentOf, figuresOf } from './page-document.js';

const { folder } = temporaryFolder();
const planFile = join(folder, 'plan.json');
const one = 'samples/api-1.0-docker24.tar';
const other = 'samples/api-1.1-rebuilt-docker28.tar';
const commands = [
  ['verify', ['verify', 'samples'], ['#findings tbody tr', '#archives tbody tr']],
  ['check', ['check', 'samples', '--rule', 'max-total=100kB', '--rule', 'no-dangling'], ['#rules tbody tr']],
  ['plan', ['plan', 'samples', '--remove', 'dangling,superseded,twin'], ['#change svg rect', '#images tbody tr']],
  ['diff', ['diff', one, other], ['#bytes svg rect', '#images tbody tr', '#layers tbody tr']],
  ['a diff with a plan', ['diff', 'samples', one, '--plan', planFile], ['#plan li', '#plan tbody tr']],
  [
    'a diff of images',
    ['diff', '--image', 'registry.example.com/shop/api:1.0', '--image', 'registry.example.com/shop/web:2.0', 'samples'],
    ['#pair-layers svg rect', '#config tbody tr'],
  ],
] as const;
const cases = commands.flatMap(([name, words, parts]) => schemes.map((scheme) => ({ name, words, parts, scheme })));

let browser: Browser;
const fileOf = (name: string): string => join(folder, `${name}.html`);

beforeAll(async () => {
  browser = await startBrowser();
  await varve(['plan', 'samples', '--remove', 'dangling,superseded', '--format', 'json', '--output', planFile]);
  for (const [name, words] of commands) await varve([...words, '--format', 'html', '--output', fileOf(name)]);
});

afterAll(async () => {
  await browser.close();
});

describe.each(cases)('the page of $name, $scheme', ({ name, parts, scheme }) => {
  it('has its parts, is quiet, accessible, and says what its document says', async () => {
    const { page, said, requests } = await visit(browser, fileOf(name), scheme);
    for (const part of parts) expect([part, await page.locator(part).count()]).not.toEqual([part, 0]);
    const shown = (await attributesOf(page, 'data', 'value')).map(Number);
    const known = figuresOf(await documentOf(page));
    expect(shown.length).toBeGreaterThan(4);
    expect(shown.filter((figure) => !known.has(figure))).toEqual([]);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(said).toEqual([]);
    expect(requests).toHaveLength(1);
    await page.close();
  });

  it('fits a telephone', async () => {
    const { page } = await visit(browser, fileOf(name), scheme);
    expect(await overflowAt(page, 390)).toBe(0);
    await page.close();
  });
});

describe('what stands first', () => {
  const firstLine = async (name: string): Promise<string> => {
    const { page } = await visit(browser, fileOf(name), 'light');
    const text = await page.locator('.lead > p').first().textContent();
    await page.close();
    return text ?? '';
  };

  it('is what a plan frees, and then what to do, as a list', async () => {
    expect(await firstLine('plan')).toMatch(/freed/);
    const { page } = await visit(browser, fileOf('plan'), 'light');
    expect(await page.locator('.lead h2').textContent()).toBe('What to do');
    expect(await page.locator('.lead ul > li').count()).toBeGreaterThan(1);
    await page.close();
  });

  it('is what is different between two sides, not what they are called', async () => {
    expect(await firstLine('diff')).toMatch(/^1 archive changed; /);
  });

  it('is whether a plan came true', async () => {
    expect(await firstLine('a diff with a plan')).toMatch(/^The plan did not come true: /);
  });
});
