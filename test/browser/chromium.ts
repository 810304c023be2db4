/**
 * A headless Chromium for tests of the HTML pages: the one that is installed (Debian's package `chromium`, or what
 * VARVE_CHROMIUM names), none that is downloaded. Fails where there is none.
 */
import { pathToFileURL } from 'node:url';
import AxeBuilder from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

const patienceMs = 10_000;

export const schemes = ['light', 'dark'] as const;
export type Scheme = (typeof schemes)[number];

/** A page with what it has done. */
export interface Visit {
  readonly page: Page;
  /** What the console said at any level, and what was thrown. */
  readonly said: string[];
  /** Every address that was asked for. */
  readonly requests: string[];
}

/** Starts the browser; the caller closes it. */
export function startBrowser(): Promise<Browser> {
  const executablePath = process.env['VARVE_CHROMIUM'] ?? '/usr/bin/chromium';
  // What runs here as root in a container has no sandbox to enter.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

/** Opens a file and waits until its pictures are drawn; `script` false as in a browser without JavaScript. */
export async function visit(browser: Browser, path: string, scheme: Scheme, script = true): Promise<Visit> {
  const page = await browser.newPage({
    colorScheme: scheme,
    javaScriptEnabled: script,
    viewport: { width: 1280, height: 900 },
  });
  const said: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  if (script) await until(page, "[...document.querySelectorAll('.picture > svg')].every((x) => x.firstChild)");
  return { page, said, requests };
}

/** What axe has against the page, as `rule: element`; empty where it is clean. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(AxeBuilder.source);
  return page.evaluate(`axe.run().then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.join(' '))))`);
}

/** Waits until that is true on the page. Playwright's own way evaluates text in the page, which its policy forbids. */
async function until(page: Page, expression: string): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await page.evaluate(expression))) {
    if (Date.now() > end) throw new Error(`not so after ${patienceMs} ms: ${expression}`);
    await page.waitForTimeout(20);
  }
}

/** How wide the page is, beyond a window of that width: 0 where nothing has to be scrolled sideways. */
export async function overflowAt(page: Page, width: number): Promise<number> {
  await page.setViewportSize({ width, height: 844 });
  await until(
    page,
    "[...document.querySelectorAll('.picture')].every((x) => x.firstChild.clientWidth <= Math.max(x.clientWidth, 280))",
  );
  return page.evaluate('document.scrollingElement.scrollWidth - innerWidth');
}

/** That attribute of every element that the selector finds; empty where an element lacks it. */
export function attributesOf(page: Page, selector: string, attribute: string): Promise<string[]> {
  const [found, name] = [selector, attribute].map((text) => JSON.stringify(text));
  return page.evaluate(
    `[...document.querySelectorAll(${found})].map((element) => element.getAttribute(${name}) ?? '')`,
  );
}
