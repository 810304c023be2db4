/**
 * A command line that means nothing. It knows its command, so that the run can name the help page that explains it.
 */
import { VarveError } from '../../model/error.js';
import { nearWords } from '../../words/near-words.js';

/** Thrown while the command line is read; exit code 2. */
export class UsageError extends VarveError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('usage', message, options);
    this.name = 'UsageError';
  }
}

/** `; did you mean X?` where one of the words is close to what was written, else the empty text. */
export function suggestion(written: string, words: readonly string[]): string {
  const [best] = nearWords(written, words, 1);
  return best === undefined ? '' : `; did you mean ${best}?`;
}
