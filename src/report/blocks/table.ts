/**
 * The one place that knows cli-table3: it measures text (wide and combining characters), pads and aligns. Varve decides
 * how wide each column may be and cuts. The library's layout costs the square of the rows and more than that of the lines of
 * a row, so single lines go through it one by one, at fixed column widths, which join without a seam; and a line of
 * printable ASCII, whose width is its length, does not: for it the library takes far longer than padding does.
 */
import CliTable3 from 'cli-table3';
import type { Column, Span, Table } from './document.js';
import { safeText } from './safe-text.js';
import { paint } from './tone.js';

const columnGap = '  ';
const ellipsis = '…';
const nothing: Span = { text: '', tone: 'plain' };
const emptyCell: Row[number] = { lines: [''], tone: 'plain' };
const printableAscii = /^[\x20-\x7e]*$/;
// biome-ignore format: a list of names, one role each
const noBorders = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '',
  'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: columnGap,
};

/** Columns that a terminal takes for the text, at least 1; the text has no control characters. */
export function displayWidth(text: string): number {
  if (text !== '' && printableAscii.test(text)) return text.length;
  const probe = borderless([], []);
  probe.push([text]);
  probe.toString();
  // Widths that were not given are worked out in place: the library's own measure, by its public options.
  return probe.options.colWidths[0] ?? text.length;
}

/** The text, cut at one end with `…` where it is wider than `size`. */
export function cutText(text: string, size: number, end: 'start' | 'end'): string {
  return displayWidth(text) <= size ? text : shortened(text, size, end);
}

function shortened(text: string, size: number, end: 'start' | 'end'): string {
  const characters = end === 'end' ? [...text] : [...text].reverse();
  let kept = '';
  let room = size - ellipsis.length;
  for (const character of characters) {
    room -= displayWidth(character);
    if (room < 0) break;
    kept = end === 'end' ? kept + character : character + kept;
  }
  return end === 'end' ? kept + ellipsis : ellipsis + kept;
}

/** A line of a cell as it can be shown, with its width: a long table has some hundred thousand, so each is measured once. */
interface Measured {
  readonly text: string;
  readonly width: number;
}

function measured(line: string): Measured {
  // What is printable ASCII is safe as it stands.
  if (printableAscii.test(line)) return { text: line, width: Math.max(1, line.length) };
  const text = safeText(line);
  return { text, width: displayWidth(text) };
}

type Row = Table['rows'][number];

/** Whether each cell has one line, of printable ASCII, as those of nearly all rows have: it is as wide as it is long. */
function isPlain(row: Row): boolean {
  for (const { lines } of row) if (lines.length !== 1 || !printableAscii.test(lines[0] ?? '')) return false;
  return true;
}

/** The lines of the table, header first; none is wider than `width` (null: as wide as it comes). */
export function* renderTable({ columns, rows }: Table, width: number | null, color: boolean): Generator<string> {
  const natural = columns.map(({ title }) => displayWidth(title));
  const widen = (index: number, size: number): void => {
    if (size > (natural[index] ?? 0)) natural[index] = size;
  };
  // Null for a plain row, which is as it stands.
  const texts = rows.map((row) => {
    const own = isPlain(row) ? null : row.map(({ lines }) => lines.map(measured));
    if (own === null) for (const [index, { lines }] of row.entries()) widen(index, lines[0]?.length ?? 0);
    else for (const [index, lines] of own.entries()) for (const line of lines) widen(index, line.width);
    return own;
  });
  const fitted = fitColumns(columns, natural, width);
  const header = fitted.map(({ column, size }) => ({
    text: cutText(column.title, size, 'end'),
    tone: 'strong' as const,
  }));
  yield layOut(header, fitted, color).trimEnd();
  for (const [position, row] of rows.entries()) {
    const own = texts[position] ?? null;
    const plain = own === null ? plainLine(row, fitted, color) : null;
    if (plain !== null) yield plain;
    else yield* linesOf(row, own ?? row.map(({ lines }) => lines.map(measured)), fitted, color);
  }
  const dropped = columns.filter((column) => !fitted.some((kept) => kept.column === column));
  if (dropped.length > 0) yield notShown(dropped, width, color);
}

/** The line of a plain row; null where a cell of it is wider than its column. */
function plainLine(row: Row, columns: readonly FittedColumn[], color: boolean): string | null {
  let line = '';
  let gapBefore = '';
  for (const fitted of columns) {
    const { lines, tone } = row[fitted.index] ?? emptyCell;
    const text = lines[0] ?? '';
    if (text.length > fitted.size) return null;
    line += gapBefore + padded(paint(text, tone, color), text.length, fitted);
    gapBefore = columnGap;
  }
  return line.trimEnd();
}

/** The lines of any row: as many as its highest cell has, cut where a column has no room. */
function* linesOf(
  row: Row,
  texts: readonly (readonly Measured[])[],
  columns: readonly FittedColumn[],
  color: boolean,
): Generator<string> {
  const height = Math.max(1, ...columns.map(({ index }) => texts[index]?.length ?? 0));
  for (let at = 0; at < height; at++) {
    const line = columns.map(({ column, index, size }): Span => {
      const part = texts[index]?.[at];
      if (part === undefined) return nothing;
      const text = part.width <= size ? part.text : shortened(part.text, size, column.cut ?? 'end');
      return { text, tone: row[index]?.tone ?? 'plain' };
    });
    yield layOut(line, columns, color).trimEnd();
  }
}

interface FittedColumn {
  readonly column: Column;
  readonly index: number;
  readonly size: number;
}

/**
 * Chooses columns and their widths. First the flexible columns shrink, the widest first; then columns are dropped, the
 * least important first; when none is left to drop, everything shrinks, so that the promise holds at any width.
 */
function fitColumns(columns: readonly Column[], natural: readonly number[], width: number | null): FittedColumn[] {
  let kept = columns.map((column, index) => ({ column, index, size: natural[index] ?? 1 }));
  if (width === null) return kept;
  for (;;) {
    const fitted = shrink(kept, ({ column, size }) => Math.min(size, column.min ?? size), width);
    if (total(fitted) <= width) return fitted;
    const rank = Math.max(...kept.map(({ column }) => column.drop ?? 0));
    if (rank === 0) break;
    const last = kept.findLastIndex(({ column }) => column.drop === rank);
    kept = kept.filter((_, position) => position !== last);
  }
  const fitted = shrink(kept, () => 1, width);
  // Narrower than one character for each column: the last ones go.
  while (fitted.length > 1 && total(fitted) > width) fitted.pop();
  return fitted;
}

function shrink(
  columns: readonly FittedColumn[],
  minimumOf: (column: FittedColumn) => number,
  width: number,
): FittedColumn[] {
  const sizes = columns.map(({ size }) => size);
  const minima = columns.map(minimumOf);
  for (let over = total(columns) - width; over > 0; over -= 1) {
    let widest = -1;
    for (const [index, size] of sizes.entries()) {
      if (size > (minima[index] ?? 1) && size > (sizes[widest] ?? 0)) widest = index;
    }
    if (widest === -1) break;
    sizes[widest] = (sizes[widest] ?? 1) - 1;
  }
  return columns.map((column, index) => ({ ...column, size: sizes[index] ?? 1 }));
}

function total(columns: readonly FittedColumn[]): number {
  return columns.reduce((sum, { size }) => sum + size, 0) + columnGap.length * Math.max(0, columns.length - 1);
}

/** One line: each cell as wide as its column. */
function layOut(cells: readonly Span[], columns: readonly FittedColumn[], color: boolean): string {
  const painted = cells.map(({ text, tone }) => paint(text, tone, color));
  if (cells.every(({ text }) => printableAscii.test(text))) {
    return columns.map((column, i) => padded(painted[i] ?? '', cells[i]?.text.length ?? 0, column)).join(columnGap);
  }
  const row = borderless(
    columns.map(({ size }) => size),
    columns.map(({ column }) => column.align ?? 'left'),
  );
  row.push(painted);
  return row.toString();
}

function padded(painted: string, width: number, { column, size }: FittedColumn): string {
  const padding = ' '.repeat(Math.max(0, size - width));
  return column.align === 'right' ? padding + painted : painted + padding;
}

function borderless(colWidths: number[], colAligns: ('left' | 'right')[]) {
  const style = { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true };
  return new CliTable3({ chars: noBorders, style, colWidths, colAligns });
}

function notShown(columns: readonly Column[], width: number | null, color: boolean): string {
  const text = `(no room for ${columns.map(({ title }) => title).join(', ')})`;
  return paint(width === null ? text : cutText(text, width, 'end'), 'dim', color);
}
