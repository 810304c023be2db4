/**
 * What a word means in the index of a store by itself, of whatever kind it is and however damaged: a name, the end of one, a
 * digest or the start of one. Images are found by their rows first (query/find-images.ts); this is for all else. Pure.
 */
import type { Digest } from '../model/digest.js';
import { VarveError } from '../model/error.js';
import { formatReference, tryParseReference, withDefaultTag } from '../model/reference.js';
import type { StoreIndex, StoreName } from './store-index.js';

/** One thing in an index, and the name by which it was found; null where that was its digest. */
export interface FoundEntry {
  readonly digest: Digest;
  readonly name: string | null;
  /** All of its names. */
  readonly names: readonly string[];
}

const digestStart = /^(?:sha256:)?[0-9a-f]{4,64}$/;

/** What a word means; null where it means nothing here. Throws VarveError `usage` where it may mean several things. */
export function findEntry({ entries }: StoreIndex, word: string): FoundEntry | null {
  const named = entries.flatMap(({ digest, names }) => names.map((name) => ({ digest, name })));
  const reference = tryParseReference(word);
  const full = reference === null ? null : formatReference(withDefaultTag(reference));
  const exact = named.filter(({ name: { name, isReference } }) => name === (isReference ? full : word));
  const ended = exact.length > 0 ? exact : named.filter(({ name }) => endsSo(name, word));
  const namesFound = new Set(ended.map(({ name: { name } }) => name));
  if (namesFound.size > 1) throw several(word, 'names end so', namesFound);
  const [found] = ended;
  if (found !== undefined) return foundEntry(entries, found.digest, found.name.name);
  if (!digestStart.test(word)) return null;
  const start = word.replace(/^sha256:/, '');
  const digests = new Set(entries.map(({ digest }) => digest).filter((digest) => digest.startsWith(`sha256:${start}`)));
  if (digests.size > 1) throw several(word, 'things have a digest that starts so', digests);
  const [digest] = digests;
  return digest === undefined ? null : foundEntry(entries, digest, null);
}

function foundEntry(entries: StoreIndex['entries'], digest: Digest, name: string | null): FoundEntry {
  const own = entries.filter((entry) => entry.digest === digest);
  return { digest, name, names: [...new Set(own.flatMap(({ names }) => names.map((each) => each.name)))] };
}

/** As for images: the end begins at a component of the path, and the tag is there in full. */
function endsSo({ name, isReference }: StoreName, word: string): boolean {
  const wanted = tryParseReference(word);
  if (!isReference || wanted === null || wanted.digest !== null) return false;
  const tagged = wanted.tag === null ? `${word}:latest` : word;
  return `/${name}`.endsWith(`/${tagged}`);
}

function several(word: string, what: string, found: ReadonlySet<string>): VarveError {
  const listed = [...found].sort().slice(0, 5).join(', ');
  return new VarveError('usage', `${JSON.stringify(word)}: several ${what}: ${listed}`);
}
