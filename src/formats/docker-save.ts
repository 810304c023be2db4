/**
 * Docker's save manifest (`manifest.json`): one record per image with its config, tags and layer files (docker image
 * spec v1.2, "Combined Image JSON + Filesystem Changeset Format"). Written by docker, podman, skopeo, crane, kaniko, ko,
 * jib, bazel and nix, each with its own file names; what a name claims follows from its shape alone.
 */
import { withSlashes } from '../archive/entry-names.js';
import { type Digest, digestOf } from '../model/digest.js';
import { parseRepositories, parseSaveManifest, type SaveRecord } from '../model/foreign/documents.js';
import { parseLayerType } from '../model/media-type.js';
import { formatReference, tryParseReference, withDefaultTag } from '../model/reference.js';
import { isRestDue } from '../model/work/work.js';
import type { ArchiveView } from './archive-view.js';
import { blobNameDigest } from './blob-name.js';
import type { ClaimBook, ImageClaim } from './claims.js';
import { describeImage, type ListedLayer, readConfig, readParsed } from './image-documents.js';
import { type Names, reportName } from './image-names.js';
import { findNamedFile } from './named-file.js';

export const saveManifestName = 'manifest.json';
export const repositoriesName = 'repositories';

/** What docker once wrote for an image without a tag. */
const noTag = '<none>:<none>';

/** Reads `manifest.json` into claims. Returns the images in the order of their records. */
export function* readSaveManifest(view: ArchiveView, book: ClaimBook): Generator<undefined, ImageClaim[], void> {
  const entry = view.names.file(saveManifestName);
  if (entry === null) return [];
  const records = yield* readParsed(view, book, entry, parseSaveManifest);
  if (records === null) return [];
  yield;
  const images: ImageClaim[] = [];
  for (const [i, record] of records.entries()) {
    if (!book.admitImage()) break;
    images.push(yield* readRecord(view, book, record, `${saveManifestName}[${i}]`));
  }
  yield* compareRepositories(view, book, images);
  return images;
}

function* readRecord(
  view: ArchiveView,
  book: ClaimBook,
  record: SaveRecord,
  where: string,
): Generator<undefined, ImageClaim, void> {
  const config = findNamedFile(view, book, record.Config, where);
  const claimed = configNameClaim(record.Config);
  const image = book.image(config?.index ?? null, claimed, record.Config);
  if (config === null) {
    book.report('blob-missing', `${where} names an image config that is not there`, { subject: record.Config });
  } else if (claimed !== null && blobNameDigest(config.name) !== claimed) {
    book.claim({ kind: 'digest', entry: config.index, digest: claimed, named: 'config', source: record.Config });
  }
  book.name(image, recordNames(book, record, where), null);
  const listed = record.Layers ?? [];
  const diffIds = (yield* readConfig(view, book, image))?.rootfs?.diff_ids ?? [];
  const layers: ListedLayer[] = [];
  for (const [i, path] of book.admitLayers(listed, where).entries()) {
    if (isRestDue()) yield;
    // The file's name tells the diffID where the config is missing and the writer is podman or skopeo.
    const source = record.LayerSources?.get(diffIds[i] ?? '') ?? record.LayerSources?.get(layerNameClaim(path) ?? '');
    const diffId = diffIds.length === listed.length ? diffIds[i] : undefined;
    layers.push(readLayer(view, book, { path, mediaType: source?.mediaType ?? null, diffId }, where));
  }
  yield* describeImage(view, book, image, { where, layers, total: listed.length });
  return image;
}

function recordNames(book: ClaimBook, { RepoTags }: SaveRecord, where: string): Names {
  const references: string[] = [];
  const localTags: string[] = [];
  for (const tag of RepoTags ?? []) {
    if (tag === '' || tag === noTag || !book.admitName(tag, where)) continue;
    const reference = tryParseReference(tag);
    if (reference !== null) references.push(formatReference(withDefaultTag(reference)));
    else {
      localTags.push(tag);
      reportName(book, tag, where);
    }
  }
  return { references, localTags };
}

function readLayer(
  view: ArchiveView,
  book: ClaimBook,
  { path, mediaType, diffId }: { path: string; mediaType: string | null; diffId: string | undefined },
  where: string,
): ListedLayer {
  const entry = findNamedFile(view, book, path, where);
  if (entry !== null) {
    // A link has its own name, and the file that it leads to another.
    for (const name of new Set([path, entry.name])) {
      const digest = layerNameClaim(name);
      if (digest !== null) book.claim({ kind: 'digest', entry: entry.index, digest, named: 'layer', source: name });
    }
  } else if (parseLayerType(mediaType ?? '').foreign) {
    book.report('layer-foreign-absent', `${where} lists a non-distributable layer that is not there`, {
      subject: path,
    });
  } else {
    const facts = diffId === undefined ? { subject: path } : { subject: path, expected: diffId };
    book.report('blob-missing', `${where} lists a layer that is not there`, facts);
  }
  return { entry, digest: null, mediaType, opaque: null, declared: false };
}

/** `<hex>.json`, `sha256:<hex>` and `blobs/sha256/<hex>` claim the config's digest; any other name claims nothing. */
function configNameClaim(path: string): Digest | null {
  const match = /(?:^|\/)(?:sha256:)?([0-9a-f]{64})(?:\.json)?$/.exec(withSlashes(path));
  return match === null ? blobNameDigest(path) : digestOf('sha256', match[1] ?? '');
}

/** `<hex>.tar`, `<hex>.tar.gz` and their like claim a digest, some writers the diffID, some that of the stored bytes. */
function layerNameClaim(path: string): Digest | null {
  const match = /(?:^|\/)([0-9a-f]{64})\.(?:tar|tgz|layer)(?:\.[a-z0-9]+)?$/.exec(withSlashes(path));
  return match === null ? null : digestOf('sha256', match[1] ?? '');
}

/** `repositories` says again what the records say; tools that read only one of them must not see different tags. */
function* compareRepositories(
  view: ArchiveView,
  book: ClaimBook,
  images: readonly ImageClaim[],
): Generator<undefined, void, void> {
  const entry = view.names.file(repositoriesName);
  if (entry === null) return;
  const repositories = yield* readParsed(view, book, entry, parseRepositories);
  if (repositories === null) return;
  const inFile = new Set<string>();
  for (const [name, tags] of repositories) {
    for (const tag of tags.keys()) {
      yield;
      const text = `${name}:${tag}`;
      if (!book.admitName(text, repositoriesName)) continue;
      const reference = tryParseReference(text);
      if (text !== noTag) inFile.add(reference === null ? text : formatReference(reference));
    }
  }
  const inRecords = new Set(images.flatMap((image) => [...image.references, ...image.localTags]));
  if (inFile.size === inRecords.size && [...inFile].every((tag) => inRecords.has(tag))) return;
  book.report('repositories-mismatch', `repositories and ${saveManifestName} list different tags`, {
    subject: repositoriesName,
    expected: [...inRecords].sort().join(', '),
    actual: [...inFile].sort().join(', '),
  });
}
