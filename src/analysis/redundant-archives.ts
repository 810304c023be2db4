/**
 * Redundant archives: files that can be deleted as they stand, and nothing is lost, since an archive that stays has all
 * that they hold, whole and intact: every image under every name that it has there (one without a name under any), and
 * every artifact. What no root reaches is held by nobody and so not lost. Chosen one after the other, damaged ones first,
 * then the largest on disk, then those that come later in the input; another set may free more. Linear in what the
 * archives hold.
 */
import type { ArchiveRecord, ArtifactRecord, ImageRecord, Inventory, ReadArchiveRecord } from '../model/inventory.js';
import type { Report } from '../model/results.js';
import { readableArchives } from './distinct-images.js';

/** What can be deleted as a whole: a file with all archives that lie in it, or a folder. */
interface Unit {
  readonly path: string;
  readonly position: number;
  readonly sizeBytes: number;
  readonly damaged: boolean;
  /** What has to be somewhere else before it can go. */
  readonly holds: ReadonlySet<string>;
  /** What it can stand in for; nothing where it is damaged. */
  readonly offers: ReadonlySet<string>;
  /** Manifests and indexes of its images. */
  readonly digests: ReadonlySet<string>;
}

/** The redundant archives of an inventory, in input order. */
export function redundantArchives(inventory: Inventory): Report['redundant'] {
  const units = unitsOf(inventory);
  const offers = new Map<string, Set<Unit>>();
  for (const unit of units) {
    for (const item of unit.offers) {
      const known = offers.get(item);
      if (known === undefined) offers.set(item, new Set([unit]));
      else known.add(unit);
    }
  }
  const gone = new Set<Unit>();
  for (const unit of [...units].sort(byOrderOfDeletion)) {
    const isElsewhere = (item: string) => {
      const having = offers.get(item);
      return having !== undefined && having.size > (having.has(unit) ? 1 : 0);
    };
    // Of an archive without a single image or artifact nobody knows what it was meant to hold.
    if (unit.holds.size === 0 || ![...unit.holds].every(isElsewhere)) continue;
    gone.add(unit);
    for (const item of unit.offers) offers.get(item)?.delete(unit);
  }
  const kept = new Set(units.filter((unit) => !gone.has(unit)).flatMap(({ digests }) => [...digests]));
  return units
    .filter((unit) => gone.has(unit))
    .map((unit) => ({
      path: unit.path,
      sizeBytes: unit.sizeBytes,
      damaged: unit.damaged,
      coveredBy: coveringPaths(unit, offers),
      lostDigests: [...unit.digests].filter((digest) => !kept.has(digest)),
    }));
}

/** Few archives that together have all of it, those that come first in the input. */
function coveringPaths({ holds }: Unit, offers: ReadonlyMap<string, ReadonlySet<Unit>>): string[] {
  const covering = new Set<Unit>();
  for (const item of holds) {
    const having = [...(offers.get(item) ?? [])];
    const first = having[0];
    if (first !== undefined && !having.some((unit) => covering.has(unit))) covering.add(first);
  }
  return [...covering].sort((a, b) => a.position - b.position).map(({ path }) => path);
}

function byOrderOfDeletion(a: Unit, b: Unit): number {
  return Number(b.damaged) - Number(a.damaged) || b.sizeBytes - a.sizeBytes || b.position - a.position;
}

/**
 * The files and folders of the archives that take part. Standard input is gone after it was read. Archives that are only
 * recorded are not there to be deleted, and cannot be counted on, unless nothing else was asked about.
 */
function unitsOf(inventory: Inventory): Unit[] {
  const records = [...readableArchives(inventory)].map(([, record]) => record).filter(({ path }) => path !== '-');
  const present = records.filter(({ status }) => status !== 'recorded');
  const files = new Map<string, ReadArchiveRecord[]>();
  for (const record of present.length === 0 ? records : present) {
    const path = fileOf(record);
    const known = files.get(path);
    if (known === undefined) files.set(path, [record]);
    else known.push(record);
  }
  return [...files].map(([path, parts], position) => unitOf(path, parts, position));
}

/** The file that an archive in one of its sub-folders (`FILE!/folder`) lies in, or the archive itself. */
function fileOf({ path }: ArchiveRecord): string {
  const at = path.indexOf('!/');
  return at === -1 ? path : path.slice(0, at);
}

function unitOf(path: string, parts: readonly ReadArchiveRecord[], position: number): Unit {
  const damaged = parts.some(({ status }) => status === 'failed');
  const images = parts.flatMap((part) => part.images.map((image) => ({ image, part })));
  const artifacts = parts.flatMap((part) => part.artifacts.map((artifact) => ({ artifact, part })));
  return {
    path,
    position,
    sizeBytes: Math.max(...parts.map(({ sizeBytes }) => sizeBytes)),
    damaged,
    holds: new Set([
      ...images.flatMap(({ image, part }) => imageItems(image, part)),
      ...artifacts.flatMap(({ artifact }) => artifactItems(artifact)),
    ]),
    offers: new Set(
      damaged
        ? []
        : [
            ...images.flatMap(({ image, part }) =>
              isWhole(image, part) ? [anyName(image.id), ...imageItems(image, part)] : [],
            ),
            ...artifacts.flatMap(({ artifact, part }) =>
              isUsable(artifact.reaches, part) ? [anyName(artifact.digest), ...artifactItems(artifact)] : [],
            ),
          ],
    ),
    digests: new Set(images.flatMap(({ image }) => [...image.manifestDigests, ...image.indexDigests])),
  };
}

/** The image under each of its names. A config with wrong bytes stands for the one that was meant. */
function imageItems(image: ImageRecord, { entries }: ArchiveRecord): string[] {
  const config = image.configEntry === null ? undefined : entries[image.configEntry];
  const id = config?.intact === false ? (config.claimedDigest ?? image.id) : image.id;
  return itemsOf(id, image);
}

function artifactItems(artifact: ArtifactRecord): string[] {
  return itemsOf(artifact.digest, artifact);
}

function itemsOf(id: string, { references, localTags }: Pick<ImageRecord, 'references' | 'localTags'>): string[] {
  const names = [
    ...references.map((name) => JSON.stringify([id, 'reference', name])),
    ...localTags.map((name) => JSON.stringify([id, 'local', name])),
  ];
  return names.length === 0 ? [anyName(id)] : names;
}

function anyName(id: string): string {
  return JSON.stringify([id]);
}

/** Whether all layers are there, and nothing is known to be wrong with any part of it. */
function isWhole({ layers, configEntry, reaches }: ImageRecord, archive: ArchiveRecord): boolean {
  const hasConfig = configEntry !== null || archive.format === 'docker-v1';
  return hasConfig && layers.every(({ entry }) => entry !== null) && isUsable(reaches, archive);
}

function isUsable(reaches: readonly number[], { entries }: ArchiveRecord): boolean {
  return reaches.every((entry) => entries[entry] !== undefined && entries[entry].intact !== false);
}
