/**
 * Words that are no path but an image: `varve inspect shop/api:1.2`, as docker has it. A word is taken so where it cannot be
 * meant as a path: nothing is there under that name, it is a name or an ID of images, it is not spelt as a file, and the
 * command can use an image and has none yet. Whatever else it is stays an INPUT, which says that there is no such file.
 */
import { lstatSync } from 'node:fs';
import { tryParseReference } from '../../model/reference.js';
import type { Command } from '../line/command.js';
import type { SomeOptions } from '../line/read-options.js';
import { UsageError } from '../line/usage-error.js';
import { nameAmongWords } from '../line/written-name.js';

const wholeId = /^(?:sha256:)?[0-9a-f]{64}$/;
const fileName = /\.(?:tar(?:\.[a-z0-9]+)?|tgz|txz|tbz2?|tzst|gz|zst|xz|bz2|json|ndjson)$/i;

/** Sorts the words of a command line into INPUTs and images. Throws UsageError for more images than the command takes. */
export function withImageWords(command: Command, options: SomeOptions): SomeOptions {
  const { imageWords: takes } = command;
  const { words, images: given = [] } = options;
  const most = takes === 'two' ? 2 : 1;
  if (takes === undefined || given.length >= most) return options;
  const found = words.filter(isImageWord);
  if (found.length === 0) return options;
  const others = words.filter((word) => !found.includes(word));
  const names = found.map(nameAmongWords);
  if (takes === 'names') return { ...options, words: others, names };
  const images = [...given, ...names];
  const tooMany = images[most];
  if (tooMany === undefined) return { ...options, words: others, images };
  const limit = takes === 'two' ? 'two images' : 'one image';
  throw new UsageError(`${command.name} takes ${limit}, and ${JSON.stringify(tooMany.name)} is no file or folder`);
}

function isImageWord(word: string): boolean {
  if (!wholeId.test(word) && tryParseReference(word) === null) return false;
  if (fileName.test(word) || isThere(word)) return false;
  // Below a folder that is there, a path was meant, unless a tag or a digest says otherwise.
  const [first = '', ...below] = word.split('/');
  return below.length === 0 || /[:@]/.test(below.at(-1) ?? '') || !isThere(first);
}

/** Whether something has that path; what cannot be looked at counts, so that it is told. */
function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'));
  }
}
