/**
 * A name without its beginning: `api:1.2` for `registry.example.com/shop/api:1.2`. People leave out the registry where it is
 * clear what they mean. What is left of a name begins at a component of its path; the tag or digest behind it has to be
 * there in full. A name that is there as it is written comes first, and so does an ID.
 */
import { tryParseReference, withDefaultTag } from '../model/reference.js';
import { quoted, refusalOf } from './filter-rule.js';
import { type FoundImages, findImages, findRows, isKnown, notFound, rowsNamed } from './find-images.js';
import { fullNames, type ImageRow, idsOf, referenceOf } from './image-row.js';

const maxNamed = 5;

/**
 * The images that `name` means, as `findImages` has them, or those of the one name that ends so. Throws VarveError `usage`
 * where there is none, and where several names end so; it begins with `told`, which says where the name was written.
 */
export function findImagesByEnd(rows: readonly ImageRow[], name: string, told: string): FoundImages {
  if (isKnown(rows, name)) return findImages(rows, name, told);
  const behind = name.slice(repositoryOf(name).length);
  const ended = rows.filter((row) => endsSo(row, name, false));
  const names = [...new Set(ended.map((row) => `${repositoryInFull(row)}${behind}`))];
  const [only, ...others] = names;
  if (only === undefined) throw refusalOf(told, notFound(nearest(rows, name), name));
  if (others.length === 0) return findImages(rows, only, told);
  const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : '';
  throw refusalOf(told, `several names end so: ${names.slice(0, maxNamed).map(quoted).join(', ')}${more}`);
}

/**
 * The rows that a listing shows for a name, as `docker images NAME` does: without a tag, those of all tags. First those that
 * are called so as it is written, then those of the image with that ID, then all whose names end so. Throws VarveError `usage`
 * where there is none.
 */
export function rowsListed(rows: readonly ImageRow[], name: string, told: string): readonly ImageRow[] {
  const wanted = tryParseReference(name);
  const anyTag = wanted !== null && wanted.tag === null && wanted.digest === null;
  const called = anyTag
    ? rows.filter((row) => referenceOf(row)?.path === wanted.path && referenceOf(row)?.domain === wanted.domain)
    : rowsNamed(rows, name);
  if (called.length > 0) return called;
  if (isKnown(rows, name)) return findRows(rows, name, told).rows;
  const ended = rows.filter((row) => endsSo(row, name, anyTag));
  if (ended.length === 0) throw refusalOf(told, notFound(nearest(rows, name), name, anyTag));
  return ended;
}

/** What is offered for a name that is not there: the tags of the repository, where only the tag is another. */
function nearest(rows: readonly ImageRow[], name: string): readonly ImageRow[] {
  const tags = rows.filter((row) => endsSo(row, repositoryOf(name), true));
  return tags.length > 0 ? tags : rows;
}

/** Every row whose name ends so, behind a slash; without a tag, those of the tag latest. */
export function rowsEnding<Row extends ImageRow>(rows: readonly Row[], name: string): Row[] {
  return rows.filter((row) => endsSo(row, name, false));
}

function endsSo(row: ImageRow, name: string, anyTag: boolean): boolean {
  const own = referenceOf(row);
  const wanted = tryParseReference(name);
  if (own === null || wanted === null || !`/${repositoryInFull(row)}`.endsWith(`/${repositoryOf(name)}`)) return false;
  const { digest } = wanted;
  if (digest !== null) return own.digest === digest || idsOf(row).some((id) => id === digest);
  return anyTag || own.tag === withDefaultTag(wanted).tag;
}

/** What stands before the tag and the digest of a name, as it is written. */
function repositoryOf(name: string): string {
  const tagged = name.replace(/@.*$/s, '');
  return tagged.replace(/:[^/:]*$/, '');
}

function repositoryInFull(row: ImageRow): string {
  return fullNames(row).at(-1) ?? '';
}
