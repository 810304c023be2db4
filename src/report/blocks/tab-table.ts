/**
 * Text with tabs → columns, as docker lays out `--format 'table …'`: Go's text/tabwriter with docker's settings (at least
 * 10 characters, 3 spaces between). Only a cell that a tab ends is padded, so that the last one of a line ends it; a
 * column runs over neighbouring lines and ends where a line has no such cell. Widths are measured as on a terminal.
 */
import { displayWidth } from './table.js';

const minWidth = 10;
const padding = 3;

interface Cell {
  readonly text: string;
  readonly width: number;
}

/** The same lines, each with its end, with spaces for tabs; the texts have no control characters but tabs and line ends. */
export function alignTabs(texts: readonly string[]): string[] {
  const lines = texts
    .flatMap((text) => text.replace(/\n$/, '').split('\n'))
    .map((line) => line.split('\t').map((cell) => ({ text: cell, width: displayWidth(cell) })));
  const widths = lines.map((): number[] => []);
  widenColumns(lines, widths, { from: 0, to: lines.length, column: 0 });
  return lines.map((cells, row) => `${cells.map((cell, column) => padded(cell, widths[row]?.[column])).join('')}\n`);
}

function padded({ text, width }: Cell, columnWidth: number | undefined): string {
  return columnWidth === undefined ? text : text + ' '.repeat(columnWidth - width);
}

interface Block {
  readonly from: number;
  readonly to: number;
  readonly column: number;
}

/** Finds the runs of lines that have the column and widens each to its longest cell; then the columns to the right. */
function widenColumns(lines: readonly (readonly Cell[])[], widths: readonly number[][], block: Block): void {
  const { from, to, column } = block;
  const hasColumn = (row: number) => column < (lines[row]?.length ?? 0) - 1;
  for (let row = from; row < to; row += 1) {
    if (!hasColumn(row)) continue;
    let end = row;
    let width = minWidth;
    for (; end < to && hasColumn(end); end += 1) width = Math.max(width, (lines[end]?.[column]?.width ?? 0) + padding);
    for (let inside = row; inside < end; inside += 1) widths[inside]?.push(width);
    widenColumns(lines, widths, { from: row, to: end, column: column + 1 });
    row = end - 1;
  }
}
