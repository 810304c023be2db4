/**
 * A command line that means nothing. It knows its command, so that the run can name the help page that explains it.
 */
import { VarveError } from '../model/error.js';

/** Thrown while the command line is read; exit code 2. */
export class UsageError extends VarveError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('usage', message, options);
    this.name = 'UsageError';
  }
}

/** `; did you mean X?` where one of the words is close to what was written, else the empty text. */
export function suggestion(written: string, words: readonly string[]): string {
  const allowed = Math.max(1, Math.floor(written.length / 3));
  const best = words
    .map((word) => ({ word, distance: word.startsWith(written) ? 0 : editDistance(written, word) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return best === undefined || best.distance > allowed ? '' : `; did you mean ${best.word}?`;
}

/** Letters that must be put in, taken out or changed to make one word of the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const change = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
