/**
 * Descriptors of OCI documents against the entries of the archive: where the blob lies, what is claimed of it, and which may
 * be absent. Hostile input: any text may call itself the recipe of a delta; what it says of a blob is that somebody has to
 * have it, which is told as such.
 */
import type { ArchiveEntry } from '../archive/entry-table.js';
import { algorithmOf, type Digest, encodedOf, tryParseDigest } from '../model/digest.js';
import { messageOf } from '../model/error.js';
import type { Descriptor, ManifestDocument, Parsed } from '../model/foreign/documents.js';
import { parseLayerType, recipeType } from '../model/media-type.js';
import type { Work } from '../model/work/work.js';
import type { ArchiveView } from './archive-view.js';
import type { ClaimBook } from './claims.js';
import { readParsed } from './image-documents.js';
import { findNamedFile } from './named-file.js';

/**
 * The file of a blob: `blobs/<algorithm>/<hex>`, or with a `.tar.gz` behind it as older rules_oci wrote; else a file at the
 * top that is called as crane calls configs and layers, which apko does with all blobs of an index.
 */
export function findBlob(view: ArchiveView, book: ClaimBook, digest: Digest, source: string): ArchiveEntry | null {
  for (const path of blobPaths(digest)) {
    const entry = findNamedFile(view, book, path, source);
    if (entry !== null) return entry;
  }
  return null;
}

/** Where a blob may lie, the image layout's own path first. */
export function blobPaths(digest: Digest): readonly string[] {
  const path = `blobs/${algorithmOf(digest)}/${encodedOf(digest)}`;
  const flat = encodedOf(digest);
  return [path, `${path}.tar.gz`, digest, `${flat}.tar.gz`, `${flat}.tar`];
}

/** What a descriptor says of the bytes of an entry. */
export function claimDescriptor(
  book: ClaimBook,
  { size }: Descriptor,
  digest: Digest,
  { entry, source }: { readonly entry: ArchiveEntry; readonly source: string },
): void {
  book.claim({ kind: 'digest', entry: entry.index, digest, named: 'blob', source });
  book.claim({ kind: 'size', entry: entry.index, sizeBytes: size, source });
}

/** A descriptor's own copy of the bytes, whether or not the blob is there. */
export function claimInline(book: ClaimBook, { data }: Descriptor, digest: Digest, source: string): void {
  if (data) book.inline.push({ source, digest, base64: data });
}

/** The entry of a descriptor in a manifest, with its claims; absence is reported. */
export function locate(
  view: ArchiveView,
  book: ClaimBook,
  descriptor: Descriptor,
  { digest, source }: { readonly digest: Digest; readonly source: string },
): ArchiveEntry | null {
  claimInline(book, descriptor, digest, source);
  const entry = findBlob(view, book, digest, source);
  if (entry !== null) {
    claimDescriptor(book, descriptor, digest, { entry, source });
  } else if (parseLayerType(descriptor.mediaType ?? '').foreign) {
    book.report('layer-foreign-absent', `${source} is non-distributable and not there`, { subject: digest });
  } else if (book.base.has(digest)) {
    book.report('blob-in-base', `${source} names a blob that this delta leaves to its base`, { subject: digest });
  } else {
    book.report('blob-missing', `${source} names a blob that is not there`, { subject: digest });
  }
  return entry;
}

/** Files of a recipe between two rests. */
const filesTogether = 1024;

/** Notes what the recipe of a delta leaves to its base; one that is none is reported. */
export function* readDeltaBase(view: ArchiveView, book: ClaimBook, manifest: ManifestDocument): Work<void> {
  const digest = tryParseDigest(manifest.layers?.find(({ mediaType }) => mediaType === recipeType)?.digest);
  const entry = digest === null ? null : findBlob(view, book, digest, 'the recipe of a delta');
  const left = entry === null ? null : yield* readParsed(view, book, entry, parseBase);
  for (const own of left ?? []) book.base.add(own);
}

/** The blobs that a recipe leaves to the base. All else that it says matters to whoever applies it. */
function* parseBase(text: string): Work<Parsed<readonly Digest[]>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { ok: false, problem: `the recipe of a delta is no JSON: ${messageOf(error)}` };
  }
  const isRecipe = isObject(json) && json['kind'] === 'varve.recipe' && json['schemaVersion'] === 1;
  const files = isObject(json) && isRecipe ? json['files'] : null;
  if (!Array.isArray(files)) return { ok: false, problem: 'the recipe of a delta is none of version 1' };
  const left: Digest[] = [];
  for (const [i, file] of files.entries()) {
    if (i % filesTogether === 0) yield;
    const own = isObject(file) && file['in'] === 'base' ? tryParseDigest(file['digest']) : null;
    if (own !== null) left.push(own);
  }
  return { ok: true, value: left, remarks: [] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
