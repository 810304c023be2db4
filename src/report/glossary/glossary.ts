/**
 * The words of Varve: what `varve explain WORD` and `varve help WORD` print, and docs/words.md has word for word. Each
 * begins with what a newcomer would say. Texts are Markdown as that page has it: code between backticks, links from docs/.
 */
import { byteWords } from './glossary-bytes.js';
import { checkWords } from './glossary-checks.js';
import { imageWords } from './glossary-images.js';
import type { Word } from './word.js';

/** The words by their subject, in the order of the page. */
export const wordFamilies: Readonly<Record<string, Readonly<Record<string, Word>>>> = {
  'Images and their names': imageWords,
  'Where the bytes are': byteWords,
  'What was checked': checkWords,
};
