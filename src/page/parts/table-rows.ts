/**
 * Which rows of a table are shown, and in which order: search, sorting, pages. Plain data without a document, and always
 * over all rows, so that a search finds what stands on another page.
 */

/** What is compared when a column is sorted; null is unknown and comes last in both directions. */
export type SortKey = number | string | null;

export interface Page {
  /** From zero. */
  readonly number: number;
  readonly count: number;
  /** Positions of its rows, `end` exclusive. */
  readonly start: number;
  readonly end: number;
}

/** The rows whose text has every word of the query, in any case and order; all rows where the query has none. */
export function matchingRows<Row>(rows: readonly Row[], query: string, textOf: (row: Row) => string): readonly Row[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = textOf(row);
    return words.every((word) => text.includes(word));
  });
}

/** The rows by a key; equal ones stay as they were. Numbers by size, texts by their characters. */
export function sortedRows<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => SortKey,
  descending: boolean,
): readonly Row[] {
  const sign = descending ? -1 : 1;
  const keyed = rows.map((row) => [keyOf(row), row] as const);
  keyed.sort(([a], [b]) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return a < b ? -sign : a > b ? sign : 0;
  });
  return keyed.map(([, row]) => row);
}

/** The page of that number, or the last one where there are not so many; `size` null puts all rows on one. */
export function pageOf(rowCount: number, wanted: number, size: number | null): Page {
  const pageSize = size ?? Math.max(rowCount, 1);
  const count = Math.max(1, Math.ceil(rowCount / pageSize));
  const number = Math.min(Math.max(wanted, 0), count - 1);
  return { number, count, start: number * pageSize, end: Math.min((number + 1) * pageSize, rowCount) };
}
