/**
 * Results as JSON: the keys in the order of the schemas, two spaces, a newline at the end; the same result gives the
 * same bytes. Nothing that a terminal would obey is left raw (see safe-text.ts).
 */
import { safeJsonText } from './safe-text.js';

/** One document over several lines. */
export function renderJson(document: unknown): string {
  return `${safeJsonText(JSON.stringify(document, null, 2))}\n`;
}

/** One line for each item; the empty text where there is none. */
export function renderNdjson(items: readonly unknown[]): string {
  return items.map((item) => `${safeJsonText(JSON.stringify(item))}\n`).join('');
}
