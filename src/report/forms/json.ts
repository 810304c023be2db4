/**
 * Results as JSON: the keys in the order of the schemas, two spaces, a newline at the end; the same result gives the
 * same bytes. Numbers that no double holds are written as they were read. Nothing that a terminal would obey is left raw (see safe-text.ts).
 */
import { exactJsonText, parseExactJson } from '../../model/json/exact-json.js';
import { jsonPieces } from '../../model/json/json-pieces.js';
import { joined } from '../blocks/pieces.js';
import { safeJsonText } from '../blocks/safe-text.js';

/** One document over several lines. */
export function* renderJson(document: unknown): Generator<string> {
  for (const piece of jsonPieces(document, 2)) yield* safePieces(piece);
  yield '\n';
}

/** One line for each item; nothing where there is none. */
export function* renderNdjson(items: readonly unknown[]): Generator<string> {
  for (const item of items) {
    for (const piece of jsonPieces(item)) yield* safePieces(piece);
    yield '\n';
  }
}

/** So much of one text is made safe at a time; a single name or variable may have megabytes. */
const partLength = 32 * 1024;

function* safePieces(piece: string): Generator<string> {
  for (let at = 0, end = 0; at < piece.length; at = end) {
    end = at + partLength;
    // Never between the halves of a pair, which are one character.
    if (/[\uD800-\uDBFF]/.test(piece.charAt(end - 1))) end += 1;
    yield safeJsonText(piece.slice(at, end));
  }
}

/** The text of a document that is known to be short. */
export function jsonText(document: unknown): string {
  return joined(renderJson(document));
}

/** The value of a document that was printed; throws SyntaxError. */
export function parseDocument(text: string): unknown {
  return parseExactJson(text);
}

/** A value out of a document, in one line as it stands there. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : exactJsonText(value);
}
