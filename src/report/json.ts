/**
 * Results as JSON: the keys in the order of the schemas, two spaces, a newline at the end; the same result gives the
 * same bytes. Numbers that no double holds are written as they were read. Nothing that a terminal would obey is left raw (see safe-text.ts).
 */
import { exactJsonText, parseExactJson } from '../model/exact-json.js';
import { safeJsonText } from './safe-text.js';

/** One document over several lines. */
export function renderJson(document: unknown): string {
  return `${safeJsonText(exactJsonText(document, 2))}\n`;
}

/** One line for each item; the empty text where there is none. */
export function renderNdjson(items: readonly unknown[]): string {
  return items.map((item) => `${safeJsonText(exactJsonText(item))}\n`).join('');
}

/** The value of a document that was printed; throws SyntaxError. */
export function parseDocument(text: string): unknown {
  return parseExactJson(text);
}

/** A value out of a document, in one line as it stands there. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : exactJsonText(value);
}
