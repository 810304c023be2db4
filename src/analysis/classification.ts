/**
 * The class of every stored body: each byte of an archive counts once, and a body takes the first class that fits. The
 * order is overhead, unreferenced, superseded or dangling, then needed, duplicate or twin among what is live. Decisions
 * are made over the whole set: a blob is live if a live image of any archive reaches any copy of it.
 */
import type { ArchiveRecord, Inventory } from '../model/inventory.js';
import type { ImageState } from '../model/results.js';
import { readableArchives } from './distinct-images.js';
import type { ImageSet } from './image-set.js';
import { liveliest } from './states.js';
import { bestCopy, firstUsable, formsOf, type StoredCopy, storedForm } from './stored-copies.js';

/** Where a body belongs; `twin` is a live layer that the set also holds in a smaller form. */
export type ByteClass = 'needed' | 'duplicate' | 'twin' | 'dangling' | 'superseded' | 'unreferenced' | 'overhead';

/** What is decided for each body, by the positions of archive and entry; unreadable archives have no entries here. */
export interface Classification {
  readonly classes: readonly (readonly ByteClass[])[];
}

/** Decides the class of every body of the readable archives. */
export function classify(inventory: Inventory, set: ImageSet): Classification {
  const reach = inventory.archives.map((): (ImageState | null)[] => []);
  const states = new Map<string, ImageState>();
  for (const [archive, record] of readableArchives(inventory)) {
    const reached = reachedStates(record, set);
    reach[archive] = reached;
    for (const [entry, state] of reached.entries()) {
      const body = record.entries[entry];
      if (state === null || body === undefined) continue;
      const form = storedForm({ archive, entry, record: body });
      states.set(form, liveliest(states.get(form) ?? null, state));
    }
  }
  const classes = inventory.archives.map((): ByteClass[] => []);
  const liveBlobs: StoredCopy[] = [];
  for (const [archive, { entries }] of readableArchives(inventory)) {
    for (const [entry, record] of entries.entries()) {
      const copy = { archive, entry, record };
      const known = classOf(copy, reach[archive]?.[entry] ?? null, states.get(storedForm(copy)) ?? null);
      assign(classes, copy, known ?? 'duplicate');
      if (known === null && record.role === 'blob') liveBlobs.push(copy);
    }
  }
  placeBlobs(liveBlobs, classes);
  placeLayers(set, classes);
  return { classes };
}

/** For each entry of an archive the liveliest state that reaches it there; null where no root does. */
function reachedStates(archive: ArchiveRecord, set: ImageSet): (ImageState | null)[] {
  const reached = archive.entries.map((): ImageState | null => null);
  const reach = (entries: readonly number[], state: ImageState) => {
    for (const entry of entries) {
      if (entry < reached.length) reached[entry] = liveliest(reached[entry] ?? null, state);
    }
  };
  for (const image of archive.images) reach(image.reaches, set.byId.get(image.id)?.state ?? 'live');
  for (const artifact of archive.artifacts) reach(artifact.reaches, set.artifactStates.get(artifact) ?? 'live');
  return reached;
}

/** The class of a body, as far as it does not depend on other live bodies; null for one that is live. */
function classOf({ record }: StoredCopy, reached: ImageState | null, state: ImageState | null): ByteClass | null {
  if (record.role === 'document') return 'overhead';
  if (record.role === 'stray' || reached === null) return 'unreferenced';
  return state === 'live' || state === null ? null : state;
}

function placeBlobs(copies: readonly StoredCopy[], classes: ByteClass[][]): void {
  for (const same of formsOf(copies).values()) {
    const kept = firstUsable(same);
    if (kept !== undefined) assign(classes, kept, 'needed');
  }
}

/** All live copies enter as duplicates; of each layer one becomes needed, and those of another form twins. */
function placeLayers(set: ImageSet, classes: ByteClass[][]): void {
  for (const { copies } of set.layers) {
    const live = copies.filter(({ archive, entry }) => classes[archive]?.[entry] === 'duplicate');
    const kept = bestCopy(live);
    if (kept === undefined) continue;
    const form = storedForm(kept);
    for (const copy of live) {
      if (storedForm(copy) !== form) assign(classes, copy, 'twin');
    }
    assign(classes, kept, 'needed');
  }
}

function assign(classes: ByteClass[][], { archive, entry }: StoredCopy, value: ByteClass): void {
  const row = classes[archive];
  if (row !== undefined) row[entry] = value;
}
