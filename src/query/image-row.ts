/**
 * The row that filters select: an image under one of its references, or once without any. All of its texts may come from
 * archives that nobody vouches for. What they mean is read here; a text that means nothing (a date, a platform, a name)
 * gives null, and a filter that asks for it does not select the row.
 */
import { buildTimeOf } from '../model/build-time.js';
import type { Instant } from '../model/instants.js';
import { normalizePlatform, type Platform, parsePlatform } from '../model/platform.js';
import {
  familiarName,
  familiarReference,
  formatReference,
  type Reference,
  tryParseReference,
  withDefaultTag,
} from '../model/reference.js';

/** One row of a listing. */
export interface ImageRow {
  readonly id: string;
  /** Digests of its manifests and of the indexes that lead to it: what may stand behind the `@` of a name. */
  readonly manifestDigests: readonly string[];
  /** Normalised in full, or a local tag as written; null in the one row of an image without any. */
  readonly reference: string | null;
  /** Whether `reference` is a local tag, which means something in its archive only. */
  readonly local: boolean;
  readonly createdAt: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly platform: string | null;
  readonly state: 'live' | 'dangling' | 'superseded';
  /** Uncompressed; null where unknown. */
  readonly sizeBytes: number | null;
  /** Of these bytes, those in layers that another image has too; null where unknown. */
  readonly sharedBytes: number | null;
  /** DiffIDs, base first; null where unknown. */
  readonly layers: readonly (string | null)[];
  /** Digests of the layers as they are stored. */
  readonly layerDigests: readonly string[];
  /** Paths of the archives that hold the image. */
  readonly archives: readonly string[];
}

/** What a row is called. */
export type NamedRow = Pick<ImageRow, 'reference' | 'local'>;

/** When the image was built, or null where no date says so. */
export function createdOf({ createdAt }: ImageRow): Instant | null {
  return buildTimeOf(createdAt);
}

/** The reference, or null where the row has none or a local tag. */
export function referenceOf({ reference, local }: NamedRow): Reference | null {
  return reference === null || local ? null : tryParseReference(reference);
}

/** The platform in the form that compares, or null where it is unknown. */
export function platformOf({ platform }: ImageRow): Platform | null {
  try {
    return platform === null ? null : normalizePlatform(parsePlatform(platform));
  } catch {
    return null;
  }
}

/** Every digest that can be called the image's ID: docker shows that of the config or that of the manifest or index. */
export function idsOf({ id, manifestDigests }: ImageRow): string[] {
  return [id, ...manifestDigests];
}

/** The names that a person may type for the row: `debian:12` and `debian`, or the local tag; of a name that has tag and digest, each. */
export function familiarNames(row: NamedRow): string[] {
  const reference = referenceOf(row);
  if (reference !== null) {
    return [...new Set([...formsOf(reference).map(familiarReference), familiarName(reference)])];
  }
  return row.reference === null ? [] : [row.reference];
}

/** The names in full: `docker.io/library/debian:12` and `docker.io/library/debian`; none for a local tag. */
export function fullNames(row: NamedRow): string[] {
  const reference = referenceOf(row);
  if (reference === null) return [];
  const forms = formsOf(reference).map((form) => formatReference(withDefaultTag(form)));
  return [...forms, formatReference({ ...reference, tag: null, digest: null })];
}

/** The reference as it is, and without the digest that listings show apart from a tag. */
function formsOf(reference: Reference): Reference[] {
  return reference.tag === null || reference.digest === null
    ? [reference]
    : [reference, { ...reference, digest: null }];
}
