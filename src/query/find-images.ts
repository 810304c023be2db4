/**
 * The images that a name or ID means, as docker finds them: by the name first, then as an ID or the start of one. What a
 * store cannot have, a set of archives can: the same tag on several images. Of one platform it means the one that is known to
 * be the newest, where nothing says which that is the first of the input; of several platforms, as under an index, it
 * means each of them, since there is no machine here whose platform could choose.
 */
import { newestOf } from '../model/build-time.js';
import { formatPlatform } from '../model/platform.js';
import { type Reference, tryParseReference, withDefaultTag } from '../model/reference.js';
import { nearWords } from '../words/near-words.js';
import { quoted, refusalOf } from './filter-rule.js';
import { familiarNames, type ImageRow, idsOf, platformOf, referenceOf } from './image-row.js';

const maxSuggestions = 5;
const wholeId = /^(?:sha256:)?[0-9a-f]{64}$/;
// The length that docker 29 asks for: a shorter one is more likely a name that is not there.
const idPrefix = /^(?:sha256:)?[0-9a-f]{4,64}$/;
const plain = (images: readonly ImageRow[]): FoundImages => ({ images, contenders: [] });
const nothing = plain([]);

/** The images that a text means, one row for each. */
export interface FoundImages {
  /** At least one. */
  readonly images: readonly ImageRow[];
  /** Others that it may mean just as well: they carry the same tag, and nothing says which of them is the newest. */
  readonly contenders: readonly ImageRow[];
}

/**
 * The images that `name` means. Throws VarveError `usage`, with names that are near, where there is none, and where several
 * images have an ID that starts so; it begins with `told`, which says where the name was written.
 */
export function findImages(rows: readonly ImageRow[], name: string, told: string): FoundImages {
  // Docker never takes a whole ID for a name.
  const named = wholeId.test(name) ? nothing : imagesNamed(rows, name);
  return named.images.length > 0 ? named : plain(distinctImages(rowsIdentified(rows, name, told)));
}

/** Whether a name, an ID or the start of an ID is there as it is written. */
export function isKnown(rows: readonly ImageRow[], name: string): boolean {
  if (!wholeId.test(name) && rowsNamed(rows, name).length > 0) return true;
  return idPrefix.test(name) && rows.some((row) => idsStarting(row, name).length > 0);
}

/** Rows that a text means: by a name that they carry, or all rows of an image by its ID. */
export interface FoundRows {
  readonly by: 'name' | 'id';
  readonly rows: readonly ImageRow[];
}

/**
 * Every row that carries the name, the older images of a tag too, or the rows of the image with that ID; at least one.
 * Throws VarveError `usage` as `findImages` does.
 */
export function findRows(rows: readonly ImageRow[], name: string, told: string): FoundRows {
  const named = wholeId.test(name) ? [] : rowsNamed(rows, name);
  return named.length > 0 ? { by: 'name', rows: named } : { by: 'id', rows: rowsIdentified(rows, name, told) };
}

/**
 * Every row that the text may mean, as a name, a digest in any repository, an ID or the start of one; none where it means
 * nothing here. For what must not be missed: of several readings, all count.
 */
export function rowsThatMayBe(rows: readonly ImageRow[], text: string): ImageRow[] {
  const digest = tryParseReference(text)?.digest ?? null;
  const tag = digest === null ? text : text.slice(0, text.lastIndexOf('@'));
  const tagged = digest !== null && tag.includes(':', tag.lastIndexOf('/') + 1);
  const named = new Set([...rowsNamed(rows, text), ...(tagged ? rowsNamed(rows, tag) : [])]);
  return rows.filter(
    (row) =>
      named.has(row) ||
      (digest !== null && idsOf(row).includes(digest)) ||
      (idPrefix.test(text) && idsStarting(row, text).length > 0),
  );
}

/** Every row that carries the name as it is written, with the tag latest where it has none. */
export function rowsNamed(rows: readonly ImageRow[], name: string): ImageRow[] {
  const reference = tryParseReference(name);
  if (reference !== null) {
    const wanted = withDefaultTag(reference);
    const named = rows.filter((row) => (wanted.digest === null ? hasTag(row, wanted) : hasDigest(row, wanted)));
    if (named.length > 0) return named;
  }
  return rows.filter((row) => row.local && row.reference === name);
}

function rowsIdentified(rows: readonly ImageRow[], name: string, told: string): ImageRow[] {
  const identified = idPrefix.test(name) ? rows.filter((row) => idsStarting(row, name).length > 0) : [];
  const found = distinctImages(identified);
  if (found.length === 0) throw refusalOf(told, notFound(rows, name));
  const ids = new Set(identified.flatMap((row) => idsStarting(row, name)));
  // The images of several platforms have the digest of their index in common.
  if (found.length > 1 && ids.size > 1) {
    throw refusalOf(told, `several images have an ID that starts so: ${listed([...ids])}`);
  }
  return identified;
}

function imagesNamed(rows: readonly ImageRow[], name: string): FoundImages {
  const reference = tryParseReference(name);
  if (reference !== null) {
    const named =
      reference.digest === null
        ? imagesTagged(rows, withDefaultTag(reference))
        : plain(distinctImages(rows.filter((row) => hasDigest(row, reference))));
    if (named.images.length > 0) return named;
  }
  return plain(distinctImages(rows.filter((row) => row.local && row.reference === name)));
}

/** For each platform the newest image with this tag. */
function imagesTagged(rows: readonly ImageRow[], wanted: Reference): FoundImages {
  const platforms = new Map<string, ImageRow[]>();
  for (const row of rows) {
    if (!hasTag(row, wanted)) continue;
    const platform = platformOf(row);
    const text = platform === null ? '' : formatPlatform(platform);
    const known = platforms.get(text);
    if (known === undefined) platforms.set(text, [row]);
    else known.push(row);
  }
  const newest = [...platforms.values()].map((carriers) =>
    newestOf(distinctImages(carriers), ({ createdAt }) => createdAt),
  );
  return {
    images: distinctImages(newest.flatMap((carriers) => carriers.slice(0, 1))),
    contenders: distinctImages(newest.flatMap((carriers) => carriers.slice(1))),
  };
}

function hasTag(row: ImageRow, { domain, path, tag }: Reference): boolean {
  const own = referenceOf(row);
  return own !== null && own.domain === domain && own.path === path && own.tag === tag;
}

/** A digest belongs to its name: `busybox@sha256:…` is no image of another repository, whatever tag stands between. */
function hasDigest(row: ImageRow, { domain, path, digest }: Reference): boolean {
  const own = referenceOf(row);
  if (own === null || own.domain !== domain || own.path !== path) return false;
  return own.digest === digest || idsOf(row).some((id) => id === digest);
}

function idsStarting(row: ImageRow, prefix: string): string[] {
  return idsOf(row).filter((id) => id.startsWith(prefix) || id.startsWith(prefix, id.indexOf(':') + 1));
}

function distinctImages(rows: readonly ImageRow[]): ImageRow[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

/** What is said where a name means nothing; `anyTag`: not even with the tag latest in mind. */
export function notFound(rows: readonly ImageRow[], name: string, anyTag = false): string {
  // What can be typed for an image, by each word that may be near: `debian:12` is offered for `debain` too.
  const offers = new Map<string, string[]>();
  for (const [whole, ...shorter] of rows.map(familiarNames)) {
    if (whole === undefined) continue;
    for (const word of [whole, ...shorter]) {
      const known = offers.get(word);
      if (known === undefined) offers.set(word, [whole]);
      else known.push(whole);
    }
  }
  const reference = tryParseReference(name);
  const implied =
    !anyTag && reference !== null && reference.tag === null && reference.digest === null
      ? ', with the tag latest,'
      : '';
  const complaint = `no image has this name${implied} or ID`;
  if (offers.size === 0) return `${complaint}; no image here has a name, and an ID takes at least 4 of its digits`;
  const near = nearWords(name, offers.keys(), maxSuggestions).flatMap((word) => offers.get(word) ?? []);
  if (near.length > 0) return `${complaint}; near are ${listed(near)}`;
  return `${complaint}; names are ${listed([...offers.values()].flat())}`;
}

/** Each word once, the first of them in full and the others as a number. */
function listed(words: readonly string[]): string {
  const distinct = [...new Set(words)];
  const more = distinct.length > maxSuggestions ? ` and ${distinct.length - maxSuggestions} more` : '';
  return distinct.slice(0, maxSuggestions).map(quoted).join(', ') + more;
}
