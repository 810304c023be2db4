/**
 * A Markdown page that fits where it goes: the longest tables and lists lose their last rows first, so that short ones stay
 * whole; where the page has too many parts for that, it loses its middle. Notes say how much is not there.
 */
import { formatCount } from '../blocks/units.js';

/** GitHub takes job summaries of up to 1 MiB and drops a longer one whole; the rest is for what else a step writes. */
export const maxPageBytes = 1_000_000;

/** A part of a page that can only be shortened row by row; the head stays where any row does. */
export interface Piece {
  readonly head: readonly string[];
  readonly rows: readonly string[];
}

/** What a note may take, with the empty lines around it. */
const noteBytes = 120;

/** A part that has to be shorter than this says nothing: then there are too many parts. */
const leastShareBytes = 1000;

/** The pieces, unchanged where the page is short enough. */
export function fitPieces(pieces: readonly Piece[], maxBytes: number): readonly Piece[] {
  const sizes = pieces.map(pieceBytes);
  if (sum(sizes) <= maxBytes) return pieces;
  const share = fairShare(sizes, maxBytes - noteBytes * pieces.length);
  return cutMiddle(share < leastShareBytes ? pieces : pieces.flatMap((piece) => shorten(piece, share)), maxBytes);
}

/** The most that each may take so that all together take no more than `room`. */
function fairShare(sizes: readonly number[], room: number): number {
  const ascending = [...sizes].sort((a, b) => a - b);
  let left = room;
  for (const [index, size] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - index));
    if (size > share) return share;
    left -= size;
  }
  return left;
}

/** The piece with as many rows as fit, and a note behind it; the note alone where not even the first one does. */
function shorten(piece: Piece, share: number): Piece[] {
  const { head, rows } = piece;
  let used = pieceBytes({ head, rows: [] });
  const end = rows.findIndex((row) => {
    used += lineBytes(row);
    return used > share;
  });
  if (end === -1) return [piece];
  const note = noteOf(rows.length - end, rows.length, 'lines');
  return end === 0 ? [note] : [{ head, rows: rows.slice(0, end) }, note];
}

/** The start of the page and a quarter for its end, where many results have their sum. */
function cutMiddle(pieces: readonly Piece[], maxBytes: number): readonly Piece[] {
  const sizes = pieces.map(pieceBytes);
  if (sum(sizes) <= maxBytes) return pieces;
  const last = fitting(sizes.toReversed(), maxBytes / 4);
  const first = fitting(sizes, (maxBytes / 4) * 3 - noteBytes);
  const note = noteOf(pieces.length - first - last, pieces.length, 'parts');
  return [...pieces.slice(0, first), note, ...pieces.slice(pieces.length - last)];
}

/** How many of these, from the first on, fit. */
function fitting(sizes: readonly number[], room: number): number {
  let used = 0;
  const end = sizes.findIndex((size) => {
    used += size;
    return used > room;
  });
  return end === -1 ? sizes.length : end;
}

function noteOf(missing: number, all: number, what: 'lines' | 'parts'): Piece {
  const text = `${formatCount(missing)} of ${formatCount(all)} ${what} are left out here: the page would be too long.`;
  return { head: [`*${text} Other formats have all of it.*`], rows: [] };
}

/** With the empty line that parts it from the next. */
function pieceBytes({ head, rows }: Piece): number {
  return sum([...head, ...rows].map(lineBytes)) + 1;
}

/** Bytes of a line in UTF-8, with its end. */
function lineBytes(line: string): number {
  let bytes = 1;
  for (const character of line) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
