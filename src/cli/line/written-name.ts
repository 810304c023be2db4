/**
 * A name of images as somebody wrote it, and how an error about it begins: it says where the name stands, behind which option
 * or among the words. So whoever looks for the image need not know where its name came from.
 */
import { quoted } from '../../query/filter-rule.js';

export interface WrittenName {
  readonly name: string;
  /** `--image "api:1"` */
  readonly told: string;
}

/** A name that is the value of an option. */
export function nameOfOption(option: 'image' | 'remove' | 'keep', name: string): WrittenName {
  return { name, told: `--${option} ${quoted(name)}` };
}

/** A word that is no path and was taken for an image. */
export function nameAmongWords(name: string): WrittenName {
  return { name, told: `no file or folder is called ${quoted(name)}, and as an image` };
}
