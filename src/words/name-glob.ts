/**
 * Globs over names that are no paths, upper and lower case alike: `*` any characters, `/` and line ends among them, `?`
 * one; everything else is itself. A name comes from an archive and may be long: each part between two stars is looked
 * for once, behind the one before it.
 */

/** A glob that has been read; made by `parseNameGlob`. */
export interface NameGlob {
  /** What stands between the stars, folded. */
  readonly parts: readonly string[];
}

/** Characters of a glob; ours, as long as the longest path of the common systems. */
export const maxNameGlobLength = 4096;

/** Reads a glob; null where it is too long. */
export function parseNameGlob(text: string): NameGlob | null {
  return text.length > maxNameGlobLength ? null : { parts: folded(text).split(/\*+/) };
}

/** Whether the glob matches the whole name. */
export function matchesName({ parts }: NameGlob, text: string): boolean {
  const name = folded(text);
  const [first = '', ...others] = parts;
  let at = endOf(first, name, 0);
  const last = others.pop();
  if (at === null || last === undefined) return at === name.length;
  for (const part of others) {
    at = endOfNext(part, name, at);
    if (at === null) return false;
  }
  // The last part stands at the end, as many characters before it as it has.
  for (let from = Math.max(at, name.length - 2 * last.length); from <= name.length; from++) {
    if (endOf(last, name, from) === name.length) return true;
  }
  return false;
}

/** The same for letters that are the same in some case: `ſ` and the Kelvin sign are S and K. */
function folded(text: string): string {
  return text.toLowerCase().toUpperCase();
}

/** Where the part ends that begins there; null where it does not. */
function endOf(part: string, name: string, from: number): number | null {
  if (!part.includes('?')) return name.startsWith(part, from) ? from + part.length : null;
  let at = from;
  for (const character of part) {
    const found = name.codePointAt(at);
    if (found === undefined || (character !== '?' && found !== character.codePointAt(0))) return null;
    at += found > 0xffff ? 2 : 1;
  }
  return at;
}

/** Where the part ends that begins there or at the first place behind; null where there is none. */
function endOfNext(part: string, name: string, from: number): number | null {
  if (!part.includes('?')) {
    const found = name.indexOf(part, from);
    return found === -1 ? null : found + part.length;
  }
  for (let at = from; at <= name.length; at++) {
    const end = endOf(part, name, at);
    if (end !== null) return end;
  }
  return null;
}
