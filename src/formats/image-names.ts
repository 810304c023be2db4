/**
 * The names that a document gives to an image or artifact. containerd, docker and podman take one annotation, skopeo
 * another; both are names of what they stand on. Hostile input: texts that are no names, and names that contradict each
 * other so that each tool loads something else than the others say.
 */
import type { Digest } from '../model/digest.js';
import { imageNameAnnotation, refNameAnnotation } from '../model/foreign/annotations.js';
import type { Descriptor } from '../model/foreign/documents.js';
import { classifyTag, formatReference, type Reference, tryParseReference, withDefaultTag } from '../model/reference.js';
import type { ClaimBook, Route } from './claims.js';

/** Normalised references, and texts that mean something in this archive only. */
export type Names = Pick<Route, 'references' | 'localTags'>;

export const noNames: Names = { references: [], localTags: [] };

/** Tells of a text in the place of a full name that is none; it is kept as it is written. */
export function reportName(book: ClaimBook, text: string, where: string): void {
  book.report('name-invalid', `${where}: a name that is no reference; loaders refuse it or take it as it is written`, {
    subject: text,
  });
}

/** The names that a descriptor of `index.json` gives. */
export function readRootNames(book: ClaimBook, { annotations }: Descriptor, digest: Digest, where: string): Names {
  const nameIn = (annotation: string): string => {
    const name = annotations?.get(annotation) ?? '';
    return book.admitName(name, `${where} ${annotation}`) ? name : '';
  };
  const imageName = nameIn(imageNameAnnotation);
  const refName = nameIn(refNameAnnotation);
  if (imageName === '' && refName === '') return noNames;
  const references: Reference[] = [];
  const localTags: string[] = [];
  const full = tryParseReference(imageName);
  if (full !== null) references.push(withDefaultTag(full));
  else if (imageName !== '') {
    localTags.push(imageName);
    reportName(book, imageName, `${where} ${imageNameAnnotation}`);
  }
  const other = refName === '' ? null : classifyTag(refName);
  if (other?.kind === 'reference') references.push(other.reference);
  // Docker and containerd write the tag of the full name once more, alone.
  else if (other !== null && other.text !== references[0]?.tag) localTags.push(other.text);
  compareNames(book, references, digest, where);
  return { references: [...new Set(references.map(formatReference))], localTags: [...new Set(localTags)] };
}

function compareNames(
  book: ClaimBook,
  [imageName, refName]: readonly Reference[],
  digest: Digest,
  where: string,
): void {
  if (imageName === undefined || refName === undefined || isSameName(imageName, refName)) return;
  const [expected, actual] = [formatReference(imageName), formatReference(refName)];
  const message = `${where} has two names: containerd, docker and podman load it as ${expected}, skopeo as ${actual}`;
  book.report('names-differ', message, { subject: digest, expected, actual });
}

/** A digest beside a tag may be left out. */
function isSameName(a: Reference, b: Reference): boolean {
  if (a.domain !== b.domain || a.path !== b.path || a.tag !== b.tag) return false;
  return a.digest === b.digest || (a.tag !== null && (a.digest === null || b.digest === null));
}
