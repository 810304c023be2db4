/**
 * How images, layers and times are called in text: short, as docker calls them. The JSON documents keep the full forms;
 * `wide` tables print them.
 */
import { classifyTag, familiarReference } from '../../model/reference.js';

const shownHexDigits = 12;

/** The first twelve digits after the algorithm; a v1 ID has no algorithm. `unknown` for null. */
function shortDigest(digest: string | null): string {
  return digest === null ? 'unknown' : digest.slice(digest.indexOf(':') + 1, digest.indexOf(':') + 1 + shownHexDigits);
}

/** The short or the full form of a digest. */
export function digestName(digest: string | null, wide: boolean): string {
  return wide ? (digest ?? 'unknown') : shortDigest(digest);
}

/** The names of an image as docker shows them, `<none>` where it has no tag. */
export function imageNames(references: readonly string[]): readonly string[] {
  return references.length === 0 ? ['<none>'] : references.map(referenceName);
}

/** The day of an RFC 3339 time; what is none is shown as it stands. */
export function dayOf(time: string | null): string {
  if (time === null) return 'n/a';
  return /^\d{4}-\d\d-\d\dT/.test(time) ? time.slice(0, 10) : time;
}

/** A reference in short form; a local tag is shown as written. */
export function referenceName(text: string): string {
  const classified = classifyTag(text);
  return classified.kind === 'local' ? classified.text : familiarReference(classified.reference);
}
