/** The JSON document that a page carries, and every figure that can be found in it. */
import type { Page } from 'playwright-core';

export async function documentOf(page: Page): Promise<unknown> {
  return JSON.parse((await page.locator('#document').textContent()) ?? '');
}

/** Every number of a document, and how long its lists are. */
export function figuresOf(value: unknown, found = new Set<number>()): Set<number> {
  if (typeof value === 'number') found.add(value);
  if (typeof value !== 'object' || value === null) return found;
  if (Array.isArray(value)) found.add(value.length);
  for (const part of Object.values(value)) figuresOf(part, found);
  return found;
}
