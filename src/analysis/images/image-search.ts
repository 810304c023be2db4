/**
 * A search over the names and labels of images, offline: what `docker search` asks Docker Hub. One result for each
 * repository, since that is what has a name there; an image without a repository (untagged, or with local tags only) is
 * found by its labels and tags and is a result of its own.
 */
import { familiarName, formatReference, isOfficial, type Reference, tryParseReference } from '../../model/reference.js';
import type { ImageSearch } from '../../model/results/results.js';
import type { ImageListRow } from './image-list.js';

type Result = ImageSearch['results'][number];

export interface SearchOptions {
  readonly term: string;
  /** Only official repositories, only others, or both. */
  readonly official: boolean | null;
  readonly limit: number;
  /** Repositories that registries list, without a look at their images. Default none. */
  readonly listed?: readonly ListedRepository[];
}

/** A repository as a registry lists it. */
export interface ListedRepository {
  readonly reference: Reference;
  /** The registry, as an INPUT names it. */
  readonly registry: string;
  readonly description: string | null;
  /** Null where nobody counts them. */
  readonly starCount: number | null;
}

/** A result while rows are still being added. */
interface Draft {
  readonly own: Reference | null;
  readonly rows: ImageListRow[];
}

// The places where people describe an image; the older ones are from before the OCI's.
const descriptionLabels = ['org.opencontainers.image.description', 'org.label-schema.description', 'description'];

/** The results, best first: the name itself, names that contain the term, then labels that do. Case does not count. */
export function searchImages(
  rows: readonly ImageListRow[],
  verified: boolean,
  { term, official, limit, listed = [] }: SearchOptions,
): ImageSearch {
  const wanted = term.toLowerCase();
  const drafts = repositoriesOf(rows);
  const others = listed.filter(({ reference }) => !drafts.has(`name ${fullNameOf(reference)}`));
  const found = [
    ...[...drafts.values()].map((draft) => ({ rank: rankOf(draft, wanted), result: resultOf(draft, wanted) })),
    ...others.map((one) => ({ rank: rankOfListed(one, wanted), result: listedResult(one) })),
  ]
    .filter(({ rank, result }) => rank !== null && (official === null || result.official === official))
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0) || compareTexts(sortName(a.result), sortName(b.result)));
  return {
    kind: 'varve.search',
    schemaVersion: 1,
    verified,
    term,
    total: found.length,
    results: found.slice(0, limit).map(({ result }) => result),
  };
}

function repositoriesOf(rows: readonly ImageListRow[]): Map<string, Draft> {
  const drafts = new Map<string, Draft>();
  for (const row of rows) {
    const own = row.reference === null || row.local ? null : tryParseReference(row.reference);
    const key = own === null ? `image ${row.image.id}` : `name ${fullNameOf(own)}`;
    const draft = drafts.get(key);
    if (draft === undefined) drafts.set(key, { own, rows: [row] });
    else draft.rows.push(row);
  }
  return drafts;
}

/** 0 for the name itself, 1 for a part of a name, 2 for a label; null where nothing fits. */
function rankOf({ own, rows }: Draft, wanted: string): number | null {
  const names = own === null ? rows.flatMap(({ reference }) => reference ?? []) : [familiarName(own), fullNameOf(own)];
  const lower = names.map((name) => name.toLowerCase());
  if (lower.some((name) => name === wanted || name.endsWith(`/${wanted}`))) return 0;
  if (lower.some((name) => name.includes(wanted))) return 1;
  return rows.some((row) => matchingLabels(row, wanted).length > 0) ? 2 : null;
}

/** What a registry has found by more than the name comes behind the names. */
function rankOfListed({ reference, starCount }: ListedRepository, wanted: string): number | null {
  return rankOf({ own: reference, rows: [] }, wanted) ?? (starCount === null ? null : 2);
}

function listedResult({ reference, registry, description, starCount }: ListedRepository): Result {
  return {
    name: familiarName(reference),
    repository: fullNameOf(reference),
    official: isOfficial(reference),
    description,
    tags: [],
    labels: [],
    images: [],
    archives: [registry],
    ...(starCount === null ? null : { starCount }),
  };
}

function matchingLabels({ labels }: ImageListRow, wanted: string): string[] {
  return Object.entries(labels)
    .filter(([key, value]) => `${key}=${value}`.toLowerCase().includes(wanted))
    .map(([key]) => key);
}

function resultOf({ own, rows }: Draft, wanted: string): Result {
  const tags = rows.flatMap(({ reference, local }) => (local ? reference : tagOf(reference)) ?? []);
  return {
    name: own === null ? null : familiarName(own),
    repository: own === null ? null : fullNameOf(own),
    official: own !== null && isOfficial(own),
    description: descriptionOf(rows),
    tags: [...new Set(tags)].sort(),
    labels: [...new Set(rows.flatMap((row) => matchingLabels(row, wanted)))].sort(),
    images: [...new Set(rows.map(({ image }) => image.id))],
    archives: [...new Set(rows.flatMap(({ archives }) => archives))],
  };
}

function tagOf(reference: string | null): string | null {
  return reference === null ? null : (tryParseReference(reference)?.tag ?? null);
}

function fullNameOf(reference: Reference): string {
  return formatReference({ ...reference, tag: null, digest: null });
}

function descriptionOf(rows: readonly ImageListRow[]): string | null {
  for (const label of descriptionLabels) {
    const row = rows.find(({ labels }) => Object.hasOwn(labels, label) && labels[label] !== '');
    if (row !== undefined) return row.labels[label] ?? null;
  }
  return null;
}

/** Results without a name come last, in the order of their IDs. */
function sortName({ repository, images }: Result): string {
  return repository === null ? `1 ${images[0] ?? ''}` : `0 ${repository}`;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
