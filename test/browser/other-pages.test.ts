/** The pages of verify, check, plan and diff in a real browser: drawn, quiet, accessible, true to their documents. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { varve } from '../cli/console.js';
import { accessibilityFaults, attributesOf, schemes, startBrowser, visit } from './chromium.js';
import { documentOf, figuresOf } from './page-document.js';

const folder = mkdtempSync(join(tmpdir(), 'varve-pages-'));
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
  rmSync(folder, { recursive: true });
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
});
