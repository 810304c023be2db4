/**
 * One archive of an inventory against its truth: images, tags, config digests, layers, orphans and the verdict. Returns
 * the differences as sentences; an empty list is agreement. The mapping is the one that the formats page ends with.
 */

import { classifyTag, formatReference, tryParseReference, withDefaultTag } from '../../src/model/reference.js';
import type { ArchiveRecord, EntryRecord, ImageRecord } from '../../src/model/results/inventory.js';
import type { Truth, TruthLayer } from './truth.js';

/** The names that the roots of an archive give, as it writes them: the truth lists those of nested indexes as well. */
export type RootNames = ReadonlySet<string>;

export function compare(archive: ArchiveRecord | undefined, truth: Truth, roots: RootNames): string[] {
  if (archive === undefined) return ['not found'];
  if (archive.status === 'unreadable') return [`unreadable: ${archive.findings[0]?.message}`];
  return [
    ...compareImages(archive, truth, roots),
    ...compareOrphans(archive, truth),
    ...compareVerdict(archive, truth),
    ...compareBytes(archive),
  ];
}

function compareImages(archive: ArchiveRecord, truth: Truth, roots: RootNames): string[] {
  const differences: string[] = [];
  const expectedTags = new Map<ImageRecord, Set<string>>();
  const expect = (image: ImageRecord, tags: readonly string[]): void => {
    expectedTags.set(image, new Set([...(expectedTags.get(image) ?? []), ...tags]));
  };
  for (const wanted of truth.images ?? []) {
    const id = wanted.config ?? wanted.topLayer;
    const image = archive.images.find((candidate) => candidate.id === id);
    if (image === undefined) {
      differences.push(`image ${id} not found`);
      continue;
    }
    expect(image, wanted.tags.map(normalize));
    differences.push(...compareLayers(archive, image, wanted.layers));
  }
  for (const manifest of truth.ociManifests ?? []) {
    if (manifest.kind !== 'image') continue;
    const image = archive.images.find((candidate) => candidate.manifestDigests.includes(manifest.manifest as never));
    if (image === undefined) {
      differences.push(`manifest ${manifest.manifest} not found`);
      continue;
    }
    const inherited = (manifest.inheritedRefs ?? []).flatMap((reference) => Object.values(reference));
    expect(image, [...manifest.tags, ...inherited].filter((tag) => roots.has(tag)).map(normalize));
    differences.push(...compareLayers(archive, image, manifest.layers));
  }
  for (const image of archive.images) differences.push(...compareTags(image, expectedTags.get(image), roots));
  return differences;
}

function normalize(tag: string): string {
  const classified = classifyTag(tag);
  return classified.kind === 'local' ? tag : formatReference(classified.reference);
}

/** Every tag of the truth must be there; a further one must be a name of a root (the truth follows one way to a manifest). */
function compareTags(image: ImageRecord, expected: ReadonlySet<string> | undefined, roots: RootNames): string[] {
  if (expected === undefined) return [`image ${image.id} is not in the truth`];
  const found = [...image.references, ...image.localTags];
  const covered = (tag: string): boolean =>
    found.includes(tag) || found.some((other) => other.endsWith(`:${tag}`)) || found.includes(full(tag));
  const rootTags = new Set([...roots].flatMap((name) => [normalize(name), full(name), name]));
  return [
    ...[...expected].filter((tag) => !covered(tag)).map((tag) => `tag ${tag} of ${image.id} not found`),
    ...found
      .filter((tag) => !expected.has(tag) && !rootTags.has(tag))
      .map((tag) => `tag ${tag} of ${image.id} is not in the truth`),
  ];
}

function full(tag: string): string {
  const reference = tryParseReference(tag);
  return reference === null ? tag : formatReference(withDefaultTag(reference));
}

function compareLayers(archive: ArchiveRecord, image: ImageRecord, layers: readonly TruthLayer[]): string[] {
  if (image.layers.length !== layers.length)
    return [`image ${image.id}: ${image.layers.length} layers, the truth has ${layers.length}`];
  return layers.flatMap((layer, i) => {
    const own = image.layers[i]?.entry ?? null;
    // Two manifests may share a config and differ in their blobs: the truth's layer is found by the digest it claims.
    const entry =
      layer.blob === undefined
        ? own === null
          ? undefined
          : archive.entries[own]
        : archive.entries.find((candidate) => candidate.claimedDigest === layer.blob);
    if (layer.missing) return entry === undefined ? [] : [`layer ${i} of ${image.id} is there, the truth misses it`];
    return entry === undefined
      ? [`layer ${i} of ${image.id} not found`]
      : compareLayer(entry, layer, `layer ${i} of ${image.id}`);
  });
}

function compareLayer(entry: EntryRecord, layer: TruthLayer, where: string): string[] {
  const opaque = entry.diffId === null && entry.uncompressedBytes === null && layer.diffID === undefined;
  const pairs: [string, unknown, unknown][] = [
    ['digest', entry.digest, layer.blobDigest],
    ['stored size', entry.storedBytes, layer.compressedSize],
    ['size', entry.uncompressedBytes, opaque ? undefined : layer.uncompressedSize],
    ['diffID', entry.diffId, layer.diffID],
    ['compression', entry.compression, opaque ? undefined : layer.compression],
  ];
  return pairs
    .filter(([, found, wanted]) => wanted !== undefined && wanted !== null && found !== wanted)
    .map(([what, found, wanted]) => `${what} of ${where}: ${found}, the truth has ${wanted}`);
}

function compareOrphans(archive: ArchiveRecord, truth: Truth): string[] {
  const reached = new Set([...archive.images, ...archive.artifacts].flatMap((root) => root.reaches));
  const found = archive.entries
    .filter((entry, i) => entry.role === 'blob' && !reached.has(i))
    .map((entry) => entry.name);
  const wanted = (truth.orphanBlobs ?? []).map((orphan) => orphan.path);
  return [
    ...found.filter((name) => !wanted.includes(name)).map((name) => `orphan ${name} is not in the truth`),
    ...wanted.filter((name) => !found.includes(name)).map((name) => `orphan ${name} not found`),
  ];
}

/** `problems` = at least one error, or a warning where all its problems are of that kind; `partial` = absences alone. */
function compareVerdict(archive: ArchiveRecord, truth: Truth): string[] {
  const { result, problems } = truth.verification;
  const codes = (severity: string): string[] => [
    ...new Set(archive.findings.filter((found) => found.severity === severity).map((found) => found.code)),
  ];
  const errors = codes('error');
  const here = errors.length === 0 ? 'no error' : errors.join(', ');
  const absent = archive.findings.some((found) => found.code === 'blob-missing' || found.code === 'platform-absent');
  const agreed = {
    ok: errors.length === 0,
    partial: absent && errors.every((code) => code === 'blob-missing'),
    problems:
      errors.length > 0 ||
      (problems.every((problem) => /empty|compression|oci-layout/.test(problem.code)) && codes('warning').length > 0),
  };
  return agreed[result] ? [] : [`verdict: truth ${result}, here ${here}`];
}

function compareBytes(archive: ArchiveRecord): string[] {
  if (archive.overhead === null) return [];
  const { headerBytes, paddingBytes, endBytes, trailingBytes } = archive.overhead;
  const sum = archive.entries.reduce(
    (total, entry) => total + entry.storedBytes,
    headerBytes + paddingBytes + endBytes + trailingBytes,
  );
  return sum === archive.tarBytes ? [] : [`the bytes sum to ${sum}, the archive has ${archive.tarBytes}`];
}
