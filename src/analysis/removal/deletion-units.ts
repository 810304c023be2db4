/**
 * What can be deleted as a whole: a file with all archives that lie in it, or a folder. Of each it says what would have to
 * be somewhere else before it can go (every image under every name that it has there, and every artifact), and what it
 * can stand in for: only what is whole and intact, and nothing of a damaged one. What nothing reaches is held by nobody.
 */
import type { ArchiveRecord, ImageRecord, Inventory, ReadArchiveRecord } from '../../model/results/inventory.js';
import { eachOf, isRestDue, type Work } from '../../model/work/work.js';
import { isReadable, readableArchives } from '../set/distinct-images.js';

/** An image or artifact, with what stands for each of its names; for itself, if it has none. */
export interface Held {
  readonly kind: 'image' | 'artifact';
  /** The ID that was meant, where the config has wrong bytes; the digest of an artifact. */
  readonly id: string;
  readonly items: readonly { readonly name: string | null; readonly key: string }[];
}

/** One file or folder. */
export interface DeletionUnit {
  readonly path: string;
  readonly isFolder: boolean;
  /** Whether it may go at all. */
  readonly deletable: boolean;
  /** Positions in the inventory of the archives that lie in it. */
  readonly archives: readonly number[];
  /** Its first archive, for the order of the input. */
  readonly position: number;
  /** On disk. */
  readonly sizeBytes: number;
  readonly damaged: boolean;
  /** Each image and artifact in it, as often as it is there. */
  readonly contents: readonly Held[];
  /** What has to be somewhere else before it can go. */
  readonly holds: ReadonlySet<string>;
  /** What it can stand in for; nothing where it is damaged. */
  readonly offers: ReadonlySet<string>;
  /** Manifests and indexes of its images. */
  readonly digests: ReadonlySet<string>;
}

/**
 * The files and folders of the archives that take part, in input order. Standard input is gone after it was read, what a
 * registry has is no file here and may be another thing tomorrow, and archives that are only recorded cannot be counted on,
 * unless nothing else was asked about. To be deleted as a whole is none of which a part could not be read, no folder in
 * which another input lies, or something that was left out, and none that things are run from (`.`).
 */
export function* deletionUnits(inventory: Inventory): Work<DeletionUnit[]> {
  return yield* unitsOf(inventory, isReadable);
}

/** Those of them of which another one may hold something as well; all others are neither redundant nor why another is. */
export function* comparableUnits(inventory: Inventory): Work<DeletionUnit[]> {
  const once = new Set<string>();
  const again = new Set<string>();
  const see = (name: string): void => void (once.has(name) ? again : once).add(name);
  const archives = readableArchives(inventory).map(([, archive]) => archive);
  yield* eachNameOf(archives, see);
  if (again.size === 0) return [];
  const asked = new Set<ArchiveRecord>();
  yield* eachNameOf(archives, (name, archive) => void (again.has(name) && asked.add(archive)));
  return yield* unitsOf(inventory, (archive) => asked.has(archive));
}

/** What another file would hold as well that has something of one of these archives. */
function* eachNameOf(
  archives: readonly ReadArchiveRecord[],
  take: (name: string, archive: ReadArchiveRecord) => void,
): Work<void> {
  for (const archive of archives) {
    for (const image of archive.images) {
      if (isRestDue()) yield;
      take(meantId(image, archive), archive);
      for (const digest of image.manifestDigests) take(digest, archive);
      for (const digest of image.indexDigests) take(digest, archive);
    }
    for (const { digest } of archive.artifacts) {
      if (isRestDue()) yield;
      take(digest, archive);
    }
  }
}

function* unitsOf(
  { archives, skipped }: Inventory,
  isAsked: (archive: ArchiveRecord) => boolean,
): Work<DeletionUnit[]> {
  const present = archives.filter((archive) => isReadable(archive) && isOnDisk(archive));
  const allRecorded = present.every(isRecorded);
  const files = new Map<string, number[]>();
  for (const [position, archive] of archives.entries()) {
    const path = archive.nestedIn ?? archive.path;
    const known = files.get(path);
    if (known === undefined) files.set(path, [position]);
    else known.push(position);
  }
  const folders = foldersAround([...files.keys(), ...skipped.map(({ path }) => path)]);
  const units: DeletionUnit[] = [];
  for (const [path, positions] of files) {
    if (isRestDue()) yield;
    const records = positions.flatMap((position) => archives[position] ?? []);
    const parts = records.filter(isReadable).filter((record) => allRecorded || !isRecorded(record));
    if (!records.every(isOnDisk) || !parts.some(isAsked)) continue;
    const plain = plainPath(path);
    const deletable = parts.length === records.length && !folders.has(plain) && !isPlace(plain);
    units.push(yield* unitOf({ path, archives: positions, deletable }, parts));
  }
  return units;
}

/** Whether things are run from it: the root of a file system, `.` and `..`. */
function isPlace(plain: string): boolean {
  const name = plain.slice(plain.lastIndexOf('/') + 1);
  return name === '' || name === '.' || name === '..';
}

function isOnDisk({ path, nestedIn, remote }: ArchiveRecord): boolean {
  return (nestedIn ?? path) !== '-' && remote !== true;
}

/** A damaged archive of an inventory has its own status still. */
function isRecorded({ status, recorded }: ArchiveRecord): boolean {
  return recorded === true || status === 'recorded';
}

/** Every folder that one of the paths lies in. */
function foldersAround(paths: readonly string[]): Set<string> {
  const folders = new Set<string>();
  for (const path of paths.map(plainPath)) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at);
      // Those that it lies in are known as well.
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}

/** One spelling for `a`, `./a`, `a/` and `a//b`; links are not looked at. */
function plainPath(path: string): string {
  if (path !== '' && !/\/\.?\/|^\.\/|\/\.?$/.test(path)) return path;
  const plain = path.replaceAll(/\/+(?:\.?\/+)*/g, '/').replaceAll(/^(?:\.\/)+|\/\.?$/g, '');
  return plain === '' ? (path.startsWith('/') ? '/' : '.') : plain;
}

function* unitOf(
  file: Pick<DeletionUnit, 'path' | 'archives' | 'deletable'>,
  parts: readonly ReadArchiveRecord[],
): Work<DeletionUnit> {
  const damaged = parts.some(({ status }) => status === 'failed');
  const contents: Held[] = [];
  const holds = new Set<string>();
  const offers = new Set<string>();
  const digests = new Set<string>();
  const hold = (held: Held, whole: boolean): void => {
    contents.push(held);
    if (whole && !damaged) offers.add(anyName(held.id));
    for (const { key } of held.items) {
      holds.add(key);
      if (whole && !damaged) offers.add(key);
    }
  };
  for (const part of parts) {
    yield* eachOf(part.images, (image) => {
      hold(heldOf('image', meantId(image, part), image), isWhole(image, part));
      for (const digest of image.manifestDigests) digests.add(digest);
      for (const digest of image.indexDigests) digests.add(digest);
    });
    if (part.artifacts.length === 0) continue;
    yield* eachOf(part.artifacts, (artifact) =>
      hold(heldOf('artifact', artifact.digest, artifact), isIntact(artifact.reaches, part)),
    );
  }
  const { path, archives, deletable } = file;
  return {
    path,
    archives,
    deletable,
    isFolder: parts.some(({ format }) => format === 'oci-layout' || format === 'docker-dir'),
    position: archives[0] ?? 0,
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    damaged,
    contents,
    holds,
    offers,
    digests,
  };
}

/** A config with wrong bytes stands for the one that was meant. */
function meantId({ configEntry, id }: ImageRecord, { entries }: ArchiveRecord): string {
  const config = configEntry === null ? undefined : entries[configEntry];
  return config?.intact === false ? (config.claimedDigest ?? id) : id;
}

function heldOf(
  kind: Held['kind'],
  id: string,
  { references, localTags }: Pick<ImageRecord, 'references' | 'localTags'>,
): Held {
  const names = [
    ...references.map((name) => ({ name, key: JSON.stringify([id, 'reference', name]) })),
    // A local tag is no reference, though it may be written alike.
    ...localTags.map((name) => ({ name, key: JSON.stringify([id, 'local', name]) })),
  ];
  return { kind, id, items: names.length === 0 ? [{ name: null, key: anyName(id) }] : names };
}

/** The image or artifact of this ID, whatever it is called. */
function anyName(id: string): string {
  return JSON.stringify([id]);
}

/** Whether all layers are there, and every part of it is intact. */
function isWhole({ layers, configEntry, reaches }: ImageRecord, archive: ArchiveRecord): boolean {
  const hasConfig = configEntry !== null || archive.format === 'docker-v1';
  return hasConfig && layers.every(({ entry }) => entry !== null) && isIntact(reaches, archive);
}

/**
 * Nothing is known to be wrong; and where the bytes were read, that they were compared with a digest. Archives of
 * docker-v1 have none: their images are told apart by what they hold.
 */
function isIntact(reaches: readonly number[], { entries, status, format, coverage }: ArchiveRecord): boolean {
  const compared = coverage !== null && status !== 'unverified' && format !== 'docker-v1';
  return reaches.every((at) => {
    const entry = entries[at];
    return entry !== undefined && (compared ? entry.intact === true : entry.intact !== false);
  });
}
