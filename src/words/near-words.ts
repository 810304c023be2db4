/**
 * What could have been meant: the words that are close to one that is not there. The words may be names from archives
 * that nobody vouches for, any number of them and of any length, so that a distance is computed only where the lengths
 * alone do not rule it out.
 */

// Nobody types more by hand; it bounds the table of the distance.
const maxWrittenLength = 256;

/** The words nearest to what was written, nearest first: those that contain it, then those with few other letters. */
export function nearWords(written: string, words: Iterable<string>, limit: number): string[] {
  if (written === '' || written.length > maxWrittenLength) return [];
  const allowed = Math.max(1, Math.floor(written.length / 3));
  const near: { word: string; distance: number }[] = [];
  for (const word of new Set(words)) {
    const distance = distanceTo(written, word, allowed);
    if (distance <= allowed) near.push({ word, distance });
  }
  near.sort((a, b) => a.distance - b.distance || a.word.length - b.word.length || (a.word < b.word ? -1 : 1));
  return near.slice(0, limit).map(({ word }) => word);
}

function distanceTo(written: string, word: string, allowed: number): number {
  if (word.startsWith(written)) return 0;
  // A piece of one or two letters is in too many words to mean one of them.
  if (written.length > 2 && word.includes(written)) return 1;
  return Math.abs(written.length - word.length) > allowed
    ? Number.POSITIVE_INFINITY
    : editDistance(written, word, allowed);
}

/**
 * Letters that must be put in, taken out, changed or swapped with the next to make one word of the other. Infinite as soon
 * as two rows of the table are beyond what is allowed, since no later one comes below both.
 */
function editDistance(from: string, to: string, allowed: number): number {
  let beforeThat: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const change = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const swapped = row > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swap = swapped ? (beforeThat[column - 2] ?? 0) + 1 : change;
      current.push(Math.min(change, swap, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    if (row > 1 && Math.min(...previous) > allowed && Math.min(...current) > allowed) return Number.POSITIVE_INFINITY;
    beforeThat = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}
