/**
 * The words of Varve: what `varve explain WORD` and `varve help WORD` print, and docs/words.md has word for word. Each
 * begins with what a newcomer would say. Texts are Markdown as that page has it: code between backticks, links from docs/.
 */
import { byteWords } from './glossary-bytes.js';
import { checkWords } from './glossary-checks.js';
import { imageWords } from './glossary-images.js';

export interface Word {
  /** Other spellings and words of other tools for the same. */
  readonly also: readonly string[];
  /** One sentence. */
  readonly meaning: string;
  /** How it is told, and what it is good for. */
  readonly text: string;
  /** Words that are explained too. */
  readonly related: readonly string[];
}

/** The words by their subject, in the order of the page. */
export const wordFamilies: Readonly<Record<string, Readonly<Record<string, Word>>>> = {
  'Images and their names': imageWords,
  'Where the bytes are': byteWords,
  'What was checked': checkWords,
};
