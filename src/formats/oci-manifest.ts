/** One OCI manifest: an image, or an artifact; which of them is told by `manifestKind`. */
import type { ArchiveEntry } from '../archive/entry-table.js';
import { type Digest, digestOf, tryParseDigest } from '../model/digest.js';
import { attestationSubjectAnnotation } from '../model/foreign/annotations.js';
import type { Descriptor, ManifestDocument } from '../model/foreign/documents.js';
import { deltaArtifactType, isJsonLayerType, parseLayerType } from '../model/media-type.js';
import { formatPlatform, normalizePlatform, parsePlatform, platformFromFields } from '../model/platform.js';
import type { ArtifactRecord } from '../model/results/inventory.js';
import type { ArchiveView } from './archive-view.js';
import type { ClaimBook, ImageClaim, Route } from './claims.js';
import { describeImage, type ListedLayer, readDigest } from './image-documents.js';
import { manifestKind } from './manifest-kind.js';
import { locate, readDeltaBase } from './oci-descriptor.js';

/** A manifest that was found, with the descriptor that led to it. */
export interface FoundManifest {
  readonly descriptor: Descriptor;
  readonly digest: Digest;
  readonly where: string;
  /** Whether this descriptor is looked at for the first time. */
  readonly first: boolean;
  readonly route: Route;
  readonly entry: ArchiveEntry;
  readonly document: ManifestDocument;
}

/** Reads a manifest into claims; where it was read before, only what this way to it adds. */
export function* readManifest(
  view: ArchiveView,
  book: ClaimBook,
  found: FoundManifest,
): Generator<undefined, void, void> {
  const known = book.byManifest.get(found.digest);
  if (known !== undefined) {
    nameImage(book, known, found);
    if (found.first) comparePlatforms(book, found, known);
    return;
  }
  if (!book.admitImage()) return;
  const kind = book.artifactManifests.has(found.digest) ? 'artifact' : yield* manifestKind(view, book, found);
  if (kind === 'image') yield* readImage(view, book, found);
  else yield* readArtifact(view, book, found, kind);
}

function* readImage(view: ArchiveView, book: ClaimBook, found: FoundManifest): Generator<undefined, void, void> {
  const { document, digest } = found;
  const config = document.config as Descriptor;
  const where = `manifest ${digest}`;
  const source = `${where} config`;
  const configDigest = readDigest(book, config.digest, source);
  const configEntry = configDigest === null ? null : locate(view, book, config, { digest: configDigest, source });
  const image = book.image(configEntry?.index ?? null, configDigest, digest);
  book.byManifest.set(digest, image);
  nameImage(book, image, found);
  const all = document.layers ?? [];
  const layers: ListedLayer[] = [];
  for (const [i, layer] of book.admitLayers(all, where).entries()) {
    yield;
    layers.push(listLayer(view, book, layer, `${where} layers[${i}]`));
  }
  yield* describeImage(view, book, image, { where, layers, total: all.length });
  comparePlatforms(book, found, image);
}

/** What the way to a manifest gives to its image: tags, indexes, and bytes that it needs. */
function nameImage(book: ClaimBook, image: ImageClaim, { digest, route, entry }: FoundManifest): void {
  image.manifestDigests.add(digest);
  for (const index of route.indexDigests) image.indexDigests.add(index);
  book.name(image, route, route.root);
  book.reach(image, route.indexEntries);
  book.reach(image, [entry.index]);
}

function listLayer(view: ArchiveView, book: ClaimBook, descriptor: Descriptor, source: string): ListedLayer {
  const digest = readDigest(book, descriptor.digest, source);
  const entry = digest === null ? null : locate(view, book, descriptor, { digest, source });
  const mediaType = descriptor.mediaType ?? null;
  const type = parseLayerType(mediaType ?? '');
  if (entry !== null && mediaType !== null && type.compression !== null && !type.encrypted) {
    book.claim({ kind: 'compression', entry: entry.index, compression: type.compression, mediaType, source });
  }
  return { entry, digest, mediaType, opaque: opaqueReason(view, entry, mediaType), declared: mediaType !== null };
}

/** Why the content of a layer of that type cannot be looked at, or null. Loaders unpack a tar that is called a document. */
function opaqueReason(view: ArchiveView, entry: ArchiveEntry | null, mediaType: string | null): string | null {
  const type = parseLayerType(mediaType ?? '');
  if (type.encrypted) return 'the layer is encrypted';
  if (type.tar || (entry !== null && isJsonLayerType(mediaType ?? '') && view.isTar(entry) === true)) return null;
  return `the media type ${mediaType ?? '(none)'} is no tar layer`;
}

/** What the descriptor says of the machine, by which loaders choose, against the config, by which they run. */
function comparePlatforms(book: ClaimBook, found: FoundManifest, image: ImageClaim): void {
  const claimed = platformFromFields(found.descriptor.platform ?? {});
  if (claimed === null || image.platform === null) return;
  const platforms = [claimed, { ...parsePlatform(image.platform), osVersion: image.osVersion }].map(normalizePlatform);
  const [expected = '', actual = ''] = platforms.map(formatPlatform);
  const [claimedVersion, ownVersion] = platforms.map(({ osVersion }) => osVersion);
  const otherVersion = claimedVersion != null && ownVersion != null && claimedVersion !== ownVersion;
  if (expected === actual && !otherVersion) return;
  const versions = otherVersion ? [` ${claimedVersion}`, ` ${ownVersion}`] : ['', ''];
  book.report('platform-mismatch', `${found.where} and the image config name different platforms`, {
    subject: found.digest,
    expected: `${expected}${versions[0]}`,
    actual: `${actual}${versions[1]}`,
  });
}

function* readArtifact(
  view: ArchiveView,
  book: ClaimBook,
  found: FoundManifest,
  kind: ArtifactRecord['kind'],
): Generator<undefined, void, void> {
  const { document, digest, route } = found;
  const where = `manifest ${digest}`;
  const artifactType = document.artifactType ?? found.descriptor.artifactType ?? document.config?.mediaType ?? null;
  const facts = { digest, kind, artifactType, subject: artifactSubject(found) };
  const config = document.config == null ? [] : [document.config];
  const parts = book.artifactManifests.has(digest)
    ? []
    : [...config, ...(document.layers ?? []), ...(document.blobs ?? [])];
  book.artifactManifests.add(digest);
  const entries: number[] = [];
  for (const [i, part] of parts.entries()) {
    yield;
    const source = `${where} blob ${i}`;
    const partDigest = readDigest(book, part.digest, source);
    const entry = partDigest === null ? null : locate(view, book, part, { digest: partDigest, source });
    if (entry !== null) entries.push(entry.index);
  }
  // Tools that copy an artifact leave its type to the manifest.
  if (artifactType === deltaArtifactType) yield* readDeltaBase(view, book, document);
  book.artifact(facts, route, [found.entry.index, ...entries]);
}

/** What an artifact describes: its `subject`, BuildKit's annotation, or the digest in a cosign tag. */
function artifactSubject({ descriptor, document, route }: FoundManifest): Digest | null {
  const named =
    tryParseDigest(descriptor.annotations?.get(attestationSubjectAnnotation)) ??
    tryParseDigest(document.subject?.digest);
  if (named !== null) return named;
  for (const tag of [...route.localTags, ...route.references]) {
    const match = /(?:^|:)sha256-([0-9a-f]{64})(?:\.(?:sig|att|sbom))?$/.exec(tag);
    if (match !== null) return digestOf('sha256', match[1] ?? '');
  }
  return null;
}
