/**
 * Words that are no path but an image: `varve inspect shop/api:1.2`, as docker has it. A word is taken so where it cannot be
 * meant as a path: nothing is there under that name, it is a name or an ID of images, it is not spelt as a file, and the
 * command can use an image and has none yet. Whatever else it is stays an INPUT, which says that there is no such file.
 */
import { lstatSync } from 'node:fs';
import { messageOf } from '../model/error.js';
import { tryParseReference } from '../model/reference.js';
import type { Command } from './command.js';
import type { CommandOptions } from './options.js';
import { UsageError } from './usage-error.js';

const wholeId = /^(?:sha256:)?[0-9a-f]{64}$/;
const fileName = /\.(?:tar(?:\.[a-z0-9]+)?|tgz|txz|tbz2?|tzst|gz|zst|xz|bz2|json|ndjson)$/i;

export interface WordOptions {
  readonly options: CommandOptions;
  /** The words that were taken for images. */
  readonly imageWords: readonly string[];
}

/** Sorts the words of a command line into INPUTs and images. Throws UsageError for more images than the command takes. */
export function withImageWords(command: Command, options: CommandOptions): WordOptions {
  const { imageWords: takes } = command;
  if (takes === undefined || options.image !== null || options.images.length > 1) return { options, imageWords: [] };
  const imageWords = options.words.filter(isImageWord);
  if (imageWords.length === 0) return { options, imageWords };
  const words = options.words.filter((word) => !imageWords.includes(word));
  if (takes === 'names') return { options: { ...options, words, names: imageWords }, imageWords };
  const images = [...options.images, ...imageWords];
  const [image = null] = images;
  const tooMany = images[takes === 'two' ? 2 : 1];
  if (tooMany !== undefined) {
    const most = takes === 'two' ? 'two images' : 'one image';
    throw new UsageError(`${command.name} takes ${most}, and ${JSON.stringify(tooMany)} is no file or folder`);
  }
  return { options: takes === 'two' ? { ...options, words, images } : { ...options, words, image }, imageWords };
}

/** An error about an option that nobody wrote: it tells of the word instead. */
export function toldByWord(error: unknown, imageWords: readonly string[]): unknown {
  const message = messageOf(error);
  const word = imageWords.find((one) => message.startsWith(`--image ${JSON.stringify(one)}`));
  if (word === undefined || !(error instanceof UsageError)) return error;
  const rest = message.slice(`--image ${JSON.stringify(word)}`.length);
  return new UsageError(`no file or folder is called ${JSON.stringify(word)}, and as an image${rest}`, {
    cause: error,
  });
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
