/**
 * Comma-separated values after RFC 4180, with plain line feeds. Numbers are whole bytes without a unit, an unknown value
 * is an empty field. Text fields pass `safeText`, since a CSV is often looked at in a terminal first, and hold nothing that
 * a spreadsheet would calculate.
 */
import { safeText } from '../blocks/safe-text.js';

export type CsvValue = string | number | boolean | null;

/** A header line and a line for each row. */
export function* renderCsv(header: readonly string[], rows: Iterable<readonly CsvValue[]>): Generator<string> {
  yield `${header.map(field).join(',')}\n`;
  for (const row of rows) yield `${row.map(field).join(',')}\n`;
}

function field(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = withoutFormulas(safeText(value));
  return /[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Text before which an apostrophe stands where a spreadsheet would take it for a formula; also behind a semicolon, at
 * which spreadsheets of many countries part the columns, whatever quotes are around it.
 */
function withoutFormulas(text: string): string {
  return text.replace(/(^|;)(?=[\s"']*[=+\-@＝＋－＠])/g, "$1'");
}
