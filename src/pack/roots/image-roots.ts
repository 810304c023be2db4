/**
 * The roots of a set: each manifest or index that some archive names at its top, once, with all that lies below it, and a
 * manifest made for each image that was saved without one. Pure; hostile input: indexes that point in circles, trees of
 * any width; each document is followed once for each root.
 */
import type { ArchiveClaims } from '../../formats/claims.js';
import { type Digest, tryParseDigest } from '../../model/digest.js';
import type { findingCodes } from '../../model/finding.js';
import { imageNameAnnotation, refNameAnnotation } from '../../model/foreign/annotations.js';
import { type Descriptor, parseIndex } from '../../model/foreign/documents.js';
import { digestOfBlobName } from '../../model/foreign/layout-names.js';
import type { Sha256 } from '../../model/hashing.js';
import { dockerManifestList, ociIndex, ociManifest } from '../../model/media-type.js';
import type { PlatformFields } from '../../model/platform.js';
import type { ArchiveRecord, ImageRecord } from '../../model/results/inventory.js';
import { finished, type Work } from '../../model/work/work.js';
import type { PlacedScan } from '../../scan/scan.js';
import type { PackSelection } from '../pack-selection.js';
import type { StoredContent } from '../stored-content.js';
import { makeManifest, type PlacedRecord, placedRecord } from './made-manifest.js';
import { type RootManifest, RootTree } from './root-tree.js';

const nameAnnotations: ReadonlySet<string> = new Set([imageNameAnnotation, refNameAnnotation]);

/** What stands at the top of an archive. */
export interface Root {
  readonly digest: Digest;
  mediaType: string;
  readonly sizeBytes: number;
  artifactType: string | null;
  platform: PlatformFields | null;
  /** Its manifest, where it was made here; null where it is one of the stored bodies. */
  readonly made: string | null;
  /** Documents of it that are stored nowhere, by digest. */
  readonly texts: ReadonlyMap<Digest, string>;
  /** Digests that it had before its layers got other forms; its own where they did not. */
  readonly origins: readonly Digest[];
  /** Without those that are names. */
  readonly annotations: Map<string, string>;
  /** All that it needs and that is there, itself included, with their sizes. */
  readonly blobs: ReadonlyMap<Digest, number>;
  /** Those that go in, in the order of its index. */
  readonly manifests: readonly RootManifest[];
  readonly references: Set<string>;
  readonly localTags: Set<string>;
  /** Positions of the archives that have it. */
  readonly archives: Set<number>;
  /** Why it cannot go in; none where it can. */
  readonly problems: Set<string>;
}

/** An image of which no manifest can be made from what its archive holds, or an archive that nothing is found in for its faults. */
export interface Rootless extends Pick<ImageRecord, 'references' | 'localTags'> {
  /** Of the image; the path of an archive. */
  readonly id: string;
  readonly reason: string;
}

/** Faults of bodies, each of which is looked at for itself when it is copied. */
const bodyCodes: ReadonlySet<string> = new Set<keyof typeof findingCodes>([
  'digest-mismatch',
  'config-name-mismatch',
  'size-mismatch',
  'diffid-mismatch',
  'layer-undecodable',
  'layer-not-tar',
  'blob-missing',
  'archive-truncated',
  'archive-undecodable',
  'input-unreadable',
  'input-changed',
]);

/** All roots of a scan with something in them that is wanted, in the order of their digests. */
export function* rootsOf(
  { inventory, places }: PlacedScan,
  content: StoredContent,
  wanted: PackSelection,
  sha256: Sha256,
): Work<{ readonly roots: readonly Root[]; readonly rootless: readonly Rootless[] }> {
  const book = new RootBook(content, wanted, sha256);
  for (const [archive, record] of inventory.archives.entries()) {
    const own = places[archive];
    if (own != null) yield* book.addArchive(placedRecord(archive, record, own));
  }
  const holders = new Set([...book.roots.values()].flatMap(({ archives }) => [...archives]));
  const lost = inventory.archives.flatMap((record, archive) =>
    holders.has(archive) ? [] : (lostArchive(record) ?? []),
  );
  return { roots: inOrder(book.roots.values()), rootless: [...book.rootless, ...lost] };
}

function inOrder(roots: Iterable<Root>): Root[] {
  return [...roots].sort((a, b) => (a.digest === b.digest ? a.sizeBytes - b.sizeBytes : a.digest < b.digest ? -1 : 1));
}

/** The roots in the order of their digests, those that have become the same as one. */
export function unitedRoots(roots: readonly Root[]): Root[] {
  const united = new Map<string, Root>();
  for (const root of roots) {
    const known = united.get(keyOf(root.digest, root.sizeBytes));
    united.set(keyOf(root.digest, root.sizeBytes), known === undefined ? root : bothRoots(known, root));
  }
  return inOrder(united.values());
}

/** One root of two that are the same; what was stored counts before what was made. */
function bothRoots(a: Root, b: Root): Root {
  const [first, second] = [a, b].sort(
    (x, y) => (x.made === null ? 0 : 1) - (y.made === null ? 0 : 1) || (x.origins < y.origins ? -1 : 1),
  ) as [Root, Root];
  const root: Root = {
    ...first,
    annotations: new Map(first.annotations),
    texts: new Map([...first.texts, ...second.texts]),
    origins: [...first.origins, ...second.origins],
    blobs: new Map([...first.blobs, ...second.blobs]),
    references: new Set([...first.references, ...second.references]),
    localTags: new Set([...first.localTags, ...second.localTags]),
    archives: new Set([...first.archives, ...second.archives]),
  };
  unite(root, second, [...second.annotations]);
  return root;
}

/** An archive that was read, and whose images nobody knows: the document that names them is cut off, damaged or not read. */
function lostArchive({ path, status, images, artifacts, findings }: ArchiveRecord): Rootless | null {
  const fault = findings.find(({ severity }) => severity === 'error');
  if (status !== 'failed' || fault === undefined || images.length + artifacts.length > 0) return null;
  return {
    id: path,
    references: [],
    localTags: [],
    reason: `no image is found in it: ${fault.code}, ${fault.message}`,
  };
}

function keyOf(digest: Digest, sizeBytes: number): string {
  return `${digest} ${sizeBytes}`;
}

class RootBook {
  /** By digest and size: a descriptor with a wrong size is another root, which is nowhere. */
  readonly roots = new Map<string, Root>();
  readonly rootless: Rootless[] = [];
  readonly #content: StoredContent;
  readonly #wanted: PackSelection;
  readonly #sha256: Sha256;
  /** Roots of an archive that can be trusted. */
  readonly #trusted = new Set<Root>();

  constructor(content: StoredContent, wanted: PackSelection, sha256: Sha256) {
    this.#content = content;
    this.#wanted = wanted;
    this.#sha256 = sha256;
  }

  *addArchive(placed: PlacedRecord): Work<void> {
    const doubt = doubtOf(placed);
    const names = namesByRoot(placed.places.claims);
    yield;
    for (const root of both(this.#listedRoots(placed, names), this.#madeRoots(placed))) {
      yield;
      root.archives.add(placed.archive);
      if (doubt === null) this.#trust(root);
      else if (!this.#trusted.has(root)) root.problems.add(doubt);
    }
  }

  /** What one archive says without a doubt stands, whatever others look like. */
  #trust(root: Root): void {
    this.#trusted.add(root);
    for (const problem of [...root.problems]) if (problem.startsWith(doubtStart)) root.problems.delete(problem);
  }

  *#listedRoots(placed: PlacedRecord, names: ReadonlyMap<Digest, readonly RootName[]>): Generator<Root> {
    const named = new Set<Root>();
    for (const descriptor of descriptorsOf(placed)) {
      const root = this.#kept(descriptor, placed);
      if (root === null) continue;
      // An index may name a root a hundred thousand times.
      if (!named.has(root)) for (const name of names.get(root.digest) ?? []) give(root, name);
      named.add(root);
      yield root;
    }
  }

  *#madeRoots(placed: PlacedRecord): Generator<Root> {
    for (const [position, image] of placed.places.claims.images.entries()) {
      const id = placed.record.images[position]?.id ?? '';
      const root = image.roots.size > 0 || !this.#wanted.image(id) ? null : this.#made(position, placed);
      if (root === null) continue;
      for (const name of image.references) root.references.add(name);
      for (const name of image.localTags) root.localTags.add(name);
      yield root;
    }
  }

  /** A root that an index names; null where nothing in it is wanted. */
  #kept(descriptor: Descriptor, { record }: PlacedRecord): Root | null {
    const digest = tryParseDigest(descriptor.digest);
    if (digest === null) return null;
    const annotations = [...(descriptor.annotations ?? [])].filter(([key]) => !nameAnnotations.has(key));
    const known = this.roots.get(keyOf(digest, descriptor.size));
    if (known !== undefined) {
      unite(known, descriptor, annotations);
      return known;
    }
    const tree = new RootTree(this.#content, this.#wanted);
    if (!tree.follow(descriptor, digest)) {
      const isThere = this.#content.copiesOf(digest, descriptor.size).length > 0;
      const lost = isThere ? this.#lostBelow(digest) : [digest];
      // Platforms may be absent from an index that has others; anything else that it names is missed.
      const isMissed = lost.length > 0 && !record.absentPlatforms.some((absent) => absent.digest === digest);
      if (!(isMissed && this.#wanted.everything)) return null;
      for (const missed of lost) tree.miss(missed);
    }
    const document = this.#content.documentOf(digest);
    const inRecord = (problem: string): string => `${problem} (${record.path})`;
    const kindType = document?.kind === 'index' ? ociIndex : ociManifest;
    const root: Root = {
      digest,
      mediaType: descriptor.mediaType || document?.document.mediaType || kindType,
      sizeBytes: descriptor.size,
      artifactType: descriptor.artifactType ?? null,
      platform: descriptor.platform ?? null,
      made: null,
      texts: new Map(),
      origins: [digest],
      annotations: new Map(annotations),
      blobs: tree.blobs,
      manifests: tree.manifests,
      references: new Set(),
      localTags: new Set(),
      archives: new Set(),
      problems: new Set([...tree.lacks, ...tree.unread.map((unread) => unreadText(unread, record))].map(inRecord)),
    };
    this.roots.set(keyOf(digest, root.sizeBytes), root);
    return root;
  }

  /** What an index names, where nothing of it is there. */
  #lostBelow(digest: Digest): string[] {
    const found = this.#content.documentOf(digest);
    const children = found?.kind === 'index' ? (found.document.manifests ?? []) : [];
    const isAnyThere = children.some((child) => this.#content.copiesOf(child.digest, child.size).length > 0);
    return isAnyThere ? [] : children.map((child) => child.digest);
  }

  #made(position: number, placed: PlacedRecord): Root | null {
    const image = placed.places.claims.images[position];
    const record = placed.record.images[position];
    if (image === undefined || record === undefined) return null;
    const made = makeManifest(image, placed);
    if (!made.ok) {
      const { id, references, localTags } = record;
      this.rootless.push({ id, references, localTags, reason: `${made.reason} (${placed.record.path})` });
      return null;
    }
    const { text, config, layers, layerTypes } = made;
    const digest = this.#sha256([text], 'utf8');
    const sizeBytes = Buffer.byteLength(text);
    const known = this.roots.get(keyOf(digest, sizeBytes));
    if (known !== undefined) return known;
    const sizes = [config, ...layers].map((part) => [part, this.#content.sizeOf(part)] as const);
    const isStored = this.#content.documentOf(digest) !== null && this.#content.copiesOf(digest, sizeBytes).length > 0;
    const root: Root = {
      digest,
      mediaType: ociManifest,
      sizeBytes,
      artifactType: null,
      platform: platformOf(record.platform, record.osVersion),
      made: isStored ? null : text,
      texts: new Map(isStored ? [] : [[digest, text]]),
      origins: [digest],
      annotations: new Map(),
      blobs: new Map([[digest, sizeBytes], ...sizes.map(([part, size]) => [part, size ?? 0] as const)]),
      manifests: [
        { digest, before: isStored ? digest : null, imageId: record.id, config, layers, layerTypes, platform: null },
      ],
      references: new Set(),
      localTags: new Set(),
      archives: new Set(),
      problems: new Set(
        sizes.filter(([, size]) => size === null).map(([part]) => `${part} is nowhere intact (${placed.record.path})`),
      ),
    };
    this.roots.set(keyOf(digest, root.sizeBytes), root);
    return root;
  }
}

/** What another descriptor of the same root says on top; in whatever order they come, the same result. */
function unite(
  root: Root,
  descriptor: Pick<Descriptor, 'mediaType' | 'platform' | 'artifactType'>,
  annotations: readonly (readonly [string, string])[],
): void {
  for (const [key, value] of annotations) {
    const other = root.annotations.get(key);
    if (other === undefined || value < other) root.annotations.set(key, value);
  }
  const { platform, artifactType } = descriptor;
  if (platform != null && (root.platform === null || JSON.stringify(platform) < JSON.stringify(root.platform))) {
    root.platform = platform;
  }
  if (artifactType && (root.artifactType === null || artifactType < root.artifactType))
    root.artifactType = artifactType;
  if (descriptor.mediaType && descriptor.mediaType < root.mediaType) root.mediaType = descriptor.mediaType;
}

function unreadText(digest: Digest, { findings }: ArchiveRecord): string {
  const fault = findings.find(
    ({ code, subject }) => unreadCodes.has(code) && digestOfBlobName(subject ?? '') === digest,
  );
  return `${digest} was not read, so nobody knows what it needs: ${fault?.message ?? 'it is no manifest'}`;
}

const unreadCodes: ReadonlySet<string> = new Set<keyof typeof findingCodes>(['input-unreadable', 'input-changed']);

/** Whether nobody should take its names for true. */
export function isDoubted({ problems }: Root): boolean {
  return [...problems].some((problem) => problem.startsWith(doubtStart));
}

const doubtStart = 'its archive is not to be trusted: ';

/** Why nobody should take what an archive says of its images for true: readers of it may see something else. */
function doubtOf({ record }: PlacedRecord): string | null {
  const found = record.findings.find(({ code, severity }) => severity === 'error' && !bodyCodes.has(code));
  return found === undefined ? null : `${doubtStart}${found.code}, ${found.message} (${record.path})`;
}

function platformOf(platform: string | null, osVersion: string | null): PlatformFields | null {
  if (platform === null) return null;
  const [os, architecture, variant] = platform.split('/');
  return {
    architecture,
    os,
    ...(osVersion === null ? null : { 'os.version': osVersion }),
    ...(variant === undefined ? null : { variant }),
  };
}

function* both<T>(first: Iterable<T>, second: Iterable<T>): Generator<T> {
  yield* first;
  yield* second;
}

function give({ references, localTags }: Root, { name, isReference }: RootName): void {
  (isReference ? references : localTags).add(name);
}

interface RootName {
  readonly name: string;
  readonly isReference: boolean;
}

/** The names of each root: its own, and those that a save record gives to the image that it leads to. */
function namesByRoot({ names }: ArchiveClaims): Map<Digest, RootName[]> {
  const byRoot = new Map<Digest, RootName[]>();
  const told = new Map<string, Set<object>>();
  for (const { name, holder, root } of names) {
    if (root !== null) told.set(name, (told.get(name) ?? new Set<object>()).add(holder));
  }
  for (const { name, holder, root } of names) {
    // Where index.json says which of its roots has the name, the save record says no more.
    if (root === null && told.get(name)?.has(holder) === true) continue;
    const own = { name, isReference: holder.references.has(name) };
    for (const digest of root === null ? holder.roots : [root]) {
      const known = byRoot.get(digest);
      if (known === undefined) byRoot.set(digest, [own]);
      else known.push(own);
    }
  }
  return byRoot;
}

/** What `index.json` names; nothing where the archive has none. */
function descriptorsOf({ record, places }: PlacedRecord): readonly Descriptor[] {
  const position = record.entries.findLastIndex(({ name, role }) => name === 'index.json' && role === 'document');
  const bytes = places.bodies[position]?.document ?? null;
  const parsed = bytes === null ? null : finished(parseIndex(bytes.toString('utf8')));
  return parsed?.ok ? (parsed.value.manifests ?? []) : [];
}

/** Whether a root is an index. */
export function isIndexRoot({ mediaType }: Pick<Root, 'mediaType'>): boolean {
  return mediaType === ociIndex || mediaType === dockerManifestList;
}
