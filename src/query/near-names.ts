/**
 * Names that stand near one that is not there, for what must not be missed: with few other letters, with more before or
 * behind, or the local tag of an archive that leaves its repository out. Names may come from archives that nobody vouches
 * for, any number of them.
 */
import { type Reference, tryParseReference, withDefaultTag } from '../model/reference.js';
import { nearWords } from '../words/near-words.js';
import { familiarNames, fullNames, type NamedRow, referenceOf } from './image-row.js';

const idGrammar = /^(?:sha256:)?[0-9a-f]{12,64}$/;

/** What may be typed for the rows that are near, nearest first; none for an ID, which has nothing near. */
export function nearNames(rows: readonly NamedRow[], name: string): string[] {
  if (idGrammar.test(name)) return [];
  const written = name.replace(/@.*$/s, '');
  const reference = tryParseReference(written);
  const tag = reference?.tag ?? 'latest';
  const offers = new Map<string, Set<string>>();
  const ends = new Set<string>();
  for (const row of rows) {
    const whole = familiarNames(row)[0];
    if (whole === undefined) continue;
    for (const word of wordsOf(row)) offers.set(word, (offers.get(word) ?? new Set()).add(whole));
    // The name in use may have a registry that the archive leaves out, or all but the tag.
    if (row.local ? row.reference === tag : `/${written}`.endsWith(`/${whole}`)) ends.add(whole);
  }
  const spelt = new Set([written, ...(reference === null ? [] : [withoutRegistry(reference)])]);
  const near = [...spelt].flatMap((text) => nearWords(text, offers.keys(), Number.POSITIVE_INFINITY));
  return [...new Set([...ends, ...near.flatMap((word) => [...(offers.get(word) ?? [])])])];
}

function wordsOf(row: NamedRow): string[] {
  const reference = referenceOf(row);
  const short = reference === null ? [] : [withoutRegistry(withDefaultTag(reference))];
  return [...familiarNames(row), ...fullNames(row), ...short];
}

function withoutRegistry({ path, tag }: Reference): string {
  return tag === null ? path : `${path}:${tag}`;
}
