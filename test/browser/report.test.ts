/**
 * The page of `varve report` in a real browser: pictures are drawn, tables sort and find, nothing is asked of a network,
 * no name from an archive becomes more than text, and everyone can use it.
 */

import { copyFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPage } from '../../src/cli/output/page.js';
import type { Report } from '../../src/model/results/results.js';
import { reportText } from '../../src/report/overview/report-text.js';
import { varve } from '../cli/console.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { accessibilityFaults, attributesOf, overflowAt, schemes, startBrowser, visit } from './chromium.js';
import { documentOf, figuresOf } from './page-document.js';
import { attacks, hostileReport, largeReport, manyImages, reportWithEqualHints } from './reports.js';

let browser: Browser;
const { folder } = temporaryFolder();
const samples = join(folder, 'samples.html');
const large = join(folder, 'large.html');
const hostile = join(folder, 'hostile.html');
const repeated = join(folder, 'repeated.html');
const copies = join(folder, 'copies.html');

beforeAll(async () => {
  browser = await startBrowser();
  await varve(['report', 'samples', '--format', 'html', '--output', samples, '--workers', '0']);
  writeFileSync(large, pageFile(largeReport()));
  writeFileSync(hostile, pageFile(hostileReport()));
  mkdirSync(join(folder, 'images'));
  for (const name of ['one.tar', 'other.tar', 'third.tar'])
    copyFileSync('samples/api-1.0-docker24.tar', join(folder, 'images', name));
  await varve(['report', join(folder, 'images'), '--format', 'html', '--output', copies, '--workers', '0']);
  writeFileSync(repeated, pageFile(reportWithEqualHints(5)));
});

afterAll(async () => {
  await browser.close();
});

const cases = [
  ['the samples', samples],
  ['2,000 images', large],
  ['hostile names', hostile],
].flatMap(([name = '', path = '']) => schemes.map((scheme) => [name, scheme, path] as const));

describe.each(cases)('the page of %s, %s', (_, scheme, path) => {
  it('says nothing on the console and asks for nothing but itself', async () => {
    const { page, said, requests } = await visit(browser, path, scheme);
    await page.mouse.move(400, 700);
    expect(said).toEqual([]);
    expect(requests).toHaveLength(1);
    await page.close();
  });

  it('is clean by the rules of axe, with a row opened', async () => {
    const { page } = await visit(browser, path, scheme);
    await page.locator('#images .open').first().click();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.close();
  });

  it('draws the waterfall, the treemap and the matrix', async () => {
    const { page } = await visit(browser, path, scheme);
    expect(await page.locator('#bytes svg .fill-needed').count()).toBeGreaterThan(0);
    expect(await page.locator('#images .picture .tile rect').count()).toBeGreaterThan(5);
    expect(await page.locator('#sharing .picture rect').count()).toBeGreaterThan(5);
    expect(await attributesOf(page, '[role=img]', 'aria-label')).not.toContain('');
    await page.close();
  });

  it('fits a telephone', async () => {
    const { page } = await visit(browser, path, scheme);
    expect(await overflowAt(page, 390)).toBe(0);
    await page.close();
  });

  it('has a matrix as wide as the page, at any width', async () => {
    const { page } = await visit(browser, path, scheme);
    const unused = () =>
      page.evaluate(`(() => {
        const picture = document.querySelector('#sharing .picture > svg');
        const ends = [...picture.querySelectorAll('*')].map((part) => part.getBoundingClientRect().right);
        return picture.parentElement.getBoundingClientRect().right - Math.max(...ends);
      })()`);
    expect(await unused()).toBeLessThan(2);
    await overflowAt(page, 800);
    expect(await unused()).toBeLessThan(2);
    await page.close();
  });

  it('shows no figure that is not in its document', async () => {
    const { page } = await visit(browser, path, scheme);
    const shown = (await attributesOf(page, 'data', 'value')).map(Number);
    const known = figuresOf(await documentOf(page));
    expect(shown.length).toBeGreaterThan(50);
    expect(shown.filter((figure) => !known.has(figure))).toEqual([]);
    await page.close();
  });
});

describe('colours', () => {
  it('follow the system, and the choice of the reader before that', async () => {
    const { page } = await visit(browser, samples, 'dark');
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const dark = await paper();
    await page.selectOption('#theme', 'light');
    const light = await paper();
    expect([dark, light]).toEqual(['rgb(20, 23, 27)', 'rgb(255, 255, 255)']);
    await page.selectOption('#theme', 'dark');
    expect(await paper()).toBe(dark);
    await page.close();
  });
});

describe('the tables of 2,000 images', () => {
  let page: Page;
  const names = () => page.locator('#images tbody td:nth-child(2)').allTextContents();
  const sizes = async () => (await attributesOf(page, '#images tbody td:nth-child(8) data', 'value')).map(Number);

  beforeAll(async () => {
    ({ page } = await visit(browser, large, 'light'));
  });
  afterAll(() => page.close());

  it('begin with the largest, 50 on a page', async () => {
    const found = await sizes();
    expect(found).toHaveLength(50);
    expect(found).toEqual([...found].sort((a, b) => b - a));
    const known = (await documentOf(page)) as { images: { sizeBytes: number }[] };
    expect(known.images).toHaveLength(manyImages);
    expect(found[0]).toBe(Math.max(...known.images.map(({ sizeBytes }) => sizeBytes)));
  });

  it('sort by any column, both ways, with the keyboard', async () => {
    const head = page.locator('#images th', { hasText: 'REPOSITORY:TAG' });
    await head.getByRole('button').focus();
    await page.keyboard.press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    const up = await names();
    expect(up).toEqual([...up].sort());
    await page.keyboard.press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    const down = await names();
    expect(down).toEqual([...down].sort().reverse());
    expect(down[0]).not.toBe(up[0]);
  });

  it('find what stands on another page, by the whole digest and by several words', async () => {
    const search = page.locator('#images input');
    const { images } = (await documentOf(page)) as { images: { id: string; references: string[] }[] };
    for (const { id } of [images[3], images[1234], images[1999]].flatMap((image) => image ?? [])) {
      await search.fill(id.toUpperCase());
      expect(await names()).toHaveLength(1);
    }
    await search.fill('team-7 :1.2');
    const expected = images.filter(({ references }) => references.some((name) => /team-7.*:1\.2/.test(name)));
    expect(await page.locator('#images [role=status]').textContent()).toContain(`${expected.length} of 2,000 images`);
    await search.fill('nothing is called that');
    expect(await names()).toEqual([]);
    await search.fill('');
    expect(await names()).toHaveLength(50);
  });

  it('turn pages to the last image, and show all on one page', async () => {
    const pager = page.locator('#images .pager');
    await pager.getByRole('button', { name: 'Next' }).click();
    expect(await pager.textContent()).toContain('page 2 of 40');
    await pager.locator('select').selectOption('all');
    expect(await names()).toHaveLength(manyImages);
    await pager.locator('select').selectOption('50');
  });

  it('open a row to its layers', async () => {
    await page.locator('#images .open').first().press('Enter');
    const detail = page.locator('#images .detail');
    expect(await detail.locator('tbody tr').count()).toBeGreaterThan(1);
    expect(await detail.textContent()).toContain('sha256:');
    await page.locator('#images .open').first().press('Enter');
    expect(await detail.count()).toBe(0);
  });

  it('leave no image out of the pictures without saying so', async () => {
    expect(await page.locator('#images figcaption').textContent()).toMatch(/All 2,000 images are grouped/);
    expect(await page.locator('#sharing figcaption').textContent()).toMatch(/last row stands for the [\d,]+ images/);
  });
});

describe('files that can be deleted', () => {
  it('stand in a table with the files that stay, as the document has them', async () => {
    const { page } = await visit(browser, copies, 'light');
    const { redundant } = (await documentOf(page)) as Report;
    const rows = page.locator('#redundant tbody tr');
    expect(redundant).toHaveLength(2);
    expect(await rows.locator('td:nth-child(2)').allTextContents()).toEqual(redundant.map(({ path }) => path));
    expect(await rows.locator('td:nth-child(5)').allTextContents()).toEqual(
      redundant.map(({ coveredBy }) => coveredBy.join('')),
    );
    await page.close();
  });
});

describe('equal findings', () => {
  it('are one row, which names every archive that has them', async () => {
    const { page } = await visit(browser, repeated, 'light');
    const where = page.locator('#hints tbody tr:first-child td:nth-child(3)');
    expect(await page.locator('#hints tbody tr').count()).toBe(1);
    expect(await where.locator('details > summary').textContent()).toBe('and 3 more archives');
    expect(await where.locator('.said').allTextContents()).toEqual([0, 1, 2, 3, 4].map((at) => `${at}.tar`));
    expect(await page.locator('.way a[href="#hints"] small').textContent()).toBe(' 5');
    await page.close();
  });
});

describe('names that are markup', () => {
  it('run no script and make no element, wherever they stand', async () => {
    const { page } = await visit(browser, hostile, 'light');
    for (const button of await page.locator('.open').all()) await button.click();
    await page.locator('#images .tile rect').last().hover();
    expect(await page.evaluate('window.broken')).toBeUndefined();
    expect(await page.locator('script').count()).toBe(2);
    expect(await page.locator('img, iframe, object, embed, link, base, style:not(head > style)').count()).toBe(0);
    const text = (await page.locator('body').textContent()) ?? '';
    expect(attacks.filter((attack) => !text.includes(attack))).toEqual([]);
    await page.close();
  });

  it('are inert without script, too', async () => {
    const { page } = await visit(browser, hostile, 'light', false);
    expect(await page.locator('script').count()).toBe(2);
    expect(await page.locator('img, iframe, object, embed, link, base').count()).toBe(0);
    await page.close();
  });

  it('could run nothing if they did become markup', async () => {
    const { page, said } = await visit(browser, hostile, 'light');
    await page.evaluate(
      "document.body.append(Object.assign(document.createElement('script'), { text: 'window.broken=1' }))",
    );
    await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.broken=1>')");
    await expect.poll(() => said.length).toBeGreaterThan(1);
    expect(await page.evaluate('window.broken')).toBeUndefined();
    await page.close();
  });
});

describe('a browser without script', () => {
  it('shows the verdict and the whole text', async () => {
    const { page } = await visit(browser, samples, 'light', false);
    expect(await page.locator('.lead').textContent()).toContain('1 archive is damaged (1 fault);');
    const tables = page.locator('noscript table');
    expect(await tables.count()).toBeGreaterThan(2);
    expect(await tables.first().isVisible()).toBe(true);
    await page.close();
  });
});

describe('the size of a page', () => {
  it('is the document, its text and about 100 kB', () => {
    const { size } = statSync(large);
    const json = JSON.stringify(largeReport()).length;
    expect(size).toBeLessThan(json * 1.5 + 100_000);
  });
});

function pageFile(result: Report): string {
  const text = reportText(result, { wide: false, verbose: false });
  return [...renderPage({ document: result, lead: text.slice(0, 1), text }, { words: ['images'] })].join('');
}
