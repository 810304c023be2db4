/**
 * What lies beside the images: attestations, signatures, charts and other artifacts, indexes that lead to nothing that is
 * there, and platforms that an index names and the archive has not. One item for each digest, whatever number of
 * archives have it; beside selected images, only what describes one of them or lies under the same index.
 */
import type { AbsentPlatformRecord, ArchiveRecord, ArtifactRecord, Inventory } from '../../model/results/inventory.js';
import type { ListedImage, ListedOther } from '../../model/results/results.js';
import { readableArchives } from './distinct-images.js';
import type { ImageSet } from './image-set.js';
import { liveliest } from './states.js';

/** The items in first-seen order: those that belong to the images, or all of them where `images` is null. */
export function otherItems(inventory: Inventory, set: ImageSet, images: readonly ListedImage[] | null): ListedOther[] {
  const items = new Map<string, ListedOther>();
  const present = new Set(set.images.flatMap(({ manifestDigests }) => manifestDigests as readonly string[]));
  const names = namesByIndex(set);
  for (const [, archive] of readableArchives(inventory)) {
    for (const artifact of archive.artifacts) {
      add(items, artifactItem(artifact, archive, set));
    }
    for (const absent of archive.absentPlatforms) {
      // Another archive of the set may have it.
      if (!present.has(absent.digest)) add(items, absentItem(absent, archive, names));
    }
  }
  const all = [...items.values()];
  if (images === null) return all;
  const own = new Set(images.flatMap(({ manifestDigests, indexDigests }) => [...manifestDigests, ...indexDigests]));
  return all.filter(({ subject }) => subject !== null && own.has(subject));
}

/** Adds an item, or what it says beyond the one that is known. */
function add(items: Map<string, ListedOther>, item: ListedOther): void {
  const known = items.get(item.digest);
  if (known === undefined) {
    items.set(item.digest, item);
    return;
  }
  items.set(item.digest, {
    ...known,
    references: [...new Set([...known.references, ...item.references])].sort(),
    subject: known.subject ?? item.subject,
    state: item.state === null ? known.state : liveliest(known.state, item.state),
    archives: [...new Set([...known.archives, ...item.archives])],
  });
}

function artifactItem(artifact: ArtifactRecord, { path, entries }: ArchiveRecord, set: ImageSet): ListedOther {
  const { kind, digest, references, localTags, artifactType, subject, reaches } = artifact;
  return {
    kind,
    digest,
    references: [...references, ...localTags].sort(),
    platform: null,
    artifactType,
    subject,
    state: set.artifactStates.get(artifact) ?? 'live',
    storedBytes: reaches.reduce((sum, entry) => sum + (entries[entry]?.storedBytes ?? 0), 0),
    archives: [path],
  };
}

function absentItem(
  { digest, platform, index, references, localTags }: AbsentPlatformRecord,
  { path }: ArchiveRecord,
  names: ReadonlyMap<string, readonly string[]>,
): ListedOther {
  return {
    kind: 'absent',
    digest,
    references: [...new Set([...references, ...localTags, ...(names.get(index ?? '') ?? [])])].sort(),
    platform,
    artifactType: null,
    subject: index,
    state: null,
    storedBytes: null,
    archives: [path],
  };
}

/** The names of the images that each index leads to. */
function namesByIndex({ images }: ImageSet): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { indexDigests, references, localTags } of images) {
    for (const digest of indexDigests) {
      const known = names.get(digest) ?? [];
      known.push(...references, ...localTags);
      names.set(digest, known);
    }
  }
  return names;
}
