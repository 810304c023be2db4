/**
 * What a manifest is: an image, an attestation, or another artifact. Its config and its layers decide by what they are,
 * since loaders do: docker, containerd and podman load what has an image config and layers that can be unpacked, whatever
 * annotations, `artifactType` and media types call it. Signatures of cosign and attestations of BuildKit have an image
 * config too; their layers are documents, which nobody can unpack. Hostile input: any label on anything.
 */
import type { ArchiveEntry } from '../archive/entry-table.js';
import { tryParseDigest } from '../model/digest.js';
import {
  type Descriptor,
  type ManifestDocument,
  mayBeImageConfig,
  parseImageConfig,
} from '../model/foreign/documents.js';
import { isImageConfigType, isJsonLayerType, parseLayerType } from '../model/media-type.js';
import type { ArtifactRecord } from '../model/results/inventory.js';
import type { Work } from '../model/work/work.js';
import type { ArchiveView } from './archive-view.js';
import type { ClaimBook } from './claims.js';
import { blobPaths } from './oci-descriptor.js';

const attestationTypeAnnotation = 'vnd.docker.reference.type';
const inTotoType = 'application/vnd.in-toto+json';

interface Found {
  readonly descriptor: Descriptor;
  readonly document: ManifestDocument;
}

/** What the manifest is. A config that may be one of an image and cannot be read is reported. */
export function* manifestKind(
  view: ArchiveView,
  book: ClaimBook,
  { descriptor, document }: Found,
): Work<'image' | ArtifactRecord['kind']> {
  const layers = document.layers ?? [];
  if (yield* isImage(view, book, document.config ?? null, layers)) return 'image';
  if (descriptor.annotations?.has(attestationTypeAnnotation)) return 'attestation';
  return layers.length > 0 && layers.every((layer) => layer.mediaType === inTotoType) ? 'attestation' : 'artifact';
}

function* isImage(
  view: ArchiveView,
  book: ClaimBook,
  config: Descriptor | null,
  layers: readonly Descriptor[],
): Work<boolean> {
  if (config === null) return false;
  if (isImageConfigType(config.mediaType ?? null)) {
    return layers.length === 0 || layers.some((layer) => !isDocument(view, layer));
  }
  const facts = yield* configFacts(view, book, blobOf(view, config));
  return (
    facts !== null && (facts.hasPlatform ? !areDocuments(view, layers) : layers.some((layer) => isTar(view, layer)))
  );
}

function areDocuments(view: ArchiveView, layers: readonly Descriptor[]): boolean {
  return layers.length > 0 && layers.every((layer) => isDocument(view, layer));
}

/** Whether a layer is called a document and is no tar. */
function isDocument(view: ArchiveView, layer: Descriptor): boolean {
  if (!isJsonLayerType(layer.mediaType ?? '')) return false;
  const entry = blobOf(view, layer);
  return entry === null || view.isTar(entry) === false;
}

/** Whether a layer is called a tar, or is one. */
function isTar(view: ArchiveView, layer: Descriptor): boolean {
  if (parseLayerType(layer.mediaType ?? '').tar) return true;
  const entry = blobOf(view, layer);
  return entry !== null && entry.sizeBytes > 0 && view.isTar(entry) === true;
}

/** What makes a config that is not called one an image config: diffIDs, or a platform with a run configuration. */
function* configFacts(
  view: ArchiveView,
  book: ClaimBook,
  entry: ArchiveEntry | null,
): Work<{ readonly hasPlatform: boolean } | null> {
  const read = entry === null ? null : view.readDocument(entry);
  if (read === null) return null;
  if (!read.ok) {
    // What does not even begin as a document is none; what could not be read may be one.
    if (read.finding.code !== 'document-invalid') book.add(read.finding);
    return null;
  }
  const parsed = yield* parseImageConfig(read.text);
  if (!parsed.ok) return mayBeImageConfig(read.text) ? { hasPlatform: false } : null;
  const { os, architecture, rootfs, config } = parsed.value;
  const hasPlatform = Boolean(os) && Boolean(architecture);
  return rootfs?.diff_ids != null || (hasPlatform && config != null) ? { hasPlatform } : null;
}

function blobOf(view: ArchiveView, { digest }: Descriptor): ArchiveEntry | null {
  const parsed = tryParseDigest(digest);
  if (parsed === null) return null;
  for (const path of blobPaths(parsed)) {
    const entry = view.names.file(path);
    if (entry !== null) return entry;
  }
  return null;
}
