/**
 * Words of a shell script that people read and a shell obeys, made of names that nobody vouches for. A word is bare only if
 * it is harmless, else in single quotes, where nothing means anything to a shell but the quote itself.
 */
import { safeText } from './safe-text.js';

/** The word, quoted where it has to be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A path as one word that no program takes for an option or an expression. */
export function pathWord(path: string): string {
  return shellWord(/^[\w./]/.test(path) ? path : `./${path}`);
}

/** Whether a terminal that shows the text would obey something in it. */
export function isObeyed(text: string): boolean {
  return safeText(text) !== text;
}
