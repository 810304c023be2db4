/**
 * The class of every stored body: each byte of an archive counts once, and a body takes the first class that fits. The
 * order is overhead, unreferenced, dangling, then what one store would hold: of each blob that is live or superseded one
 * copy, every further one is a duplicate. A registry is a store of its own: what it has beside a disk here is stored once in
 * each, and neither is a copy too many. Decisions are made over the whole set: a blob is live if a live image of any
 * archive reaches any copy of it.
 */
import type { ArchiveRecord, Inventory } from '../../model/results/inventory.js';
import type { ImageState } from '../../model/results/results.js';
import { eachOf, finished, type Work } from '../../model/work/work.js';
import { isReadable, readableArchives } from '../set/distinct-images.js';
import type { ImageSet } from '../set/image-set.js';
import { lesserForms } from '../set/layer-table.js';
import { liveliest } from '../set/states.js';
import { keptCopies, type StoredCopy, storedForm } from '../set/stored-copies.js';

/** Where a body belongs; `twin` is the one copy of a form of a live layer that the set also holds in a smaller form. */
export type ByteClass = 'needed' | 'duplicate' | 'twin' | 'dangling' | 'superseded' | 'unreferenced' | 'overhead';

/** What is decided for each body, by the positions of archive and entry; unreadable archives have no entries here. */
export interface Classification {
  readonly classes: readonly (readonly ByteClass[])[];
}

/** Decides the class of every body of the readable archives. */
export function classify(inventory: Inventory, set: ImageSet): Classification {
  return finished(classifyBodies(inventory, set));
}

/** The same, with rests. */
export function* classifyBodies(inventory: Inventory, set: ImageSet): Work<Classification> {
  const reach: (ImageState | null)[][] = [];
  for (const archive of inventory.archives) {
    reach.push(isReadable(archive) ? yield* reachedStates(archive, set) : []);
  }
  const states = yield* formStates(inventory, reach);
  const classes = inventory.archives.map((): ByteClass[] => []);
  const places = new Map<number, Staying>();
  yield* eachOf(copiesIn(inventory), (copy) => {
    const state = states.get(storedForm(copy)) ?? null;
    const lost = classOfLost(copy, reach[copy.archive]?.[copy.entry] ?? null, state);
    // Of the copies that stay, all begin as duplicates, and then one of each form is chosen.
    assign(classes, copy, lost ?? 'duplicate');
    if (lost === null) stayingAt(places, placeOf(inventory, copy))[state === 'superseded' ? state : 'live'].push(copy);
  });
  for (const [place, staying] of places) {
    yield* chooseCopies(staying, set, classes, ({ archive }) => placeOf(inventory, { archive }) === place);
  }
  return { classes };
}

/** The copies of one place that stay, by what needs them. */
interface Staying {
  readonly live: StoredCopy[];
  readonly superseded: StoredCopy[];
}

function stayingAt(places: Map<number, Staying>, place: number): Staying {
  const known = places.get(place) ?? { live: [], superseded: [] };
  places.set(place, known);
  return known;
}

/** All disks here are one place, and each registry another. */
function placeOf({ archives }: Inventory, { archive }: Pick<StoredCopy, 'archive'>): number {
  return archives[archive]?.remote === true ? archive : -1;
}

/** Chooses the copy of each form that one store would hold; the others stay duplicates. */
function* chooseCopies(
  { live, superseded }: Staying,
  set: ImageSet,
  classes: ByteClass[][],
  isThere: (copy: StoredCopy) => boolean,
): Work<void> {
  yield;
  for (const copy of keptCopies(superseded).values()) assign(classes, copy, 'superseded');
  yield;
  const kept = keptCopies(live);
  yield;
  const isLive = (copy: StoredCopy) => isThere(copy) && classes[copy.archive]?.[copy.entry] === 'duplicate';
  const twins = yield* lesserForms(set.layers, kept, isLive);
  // The same bytes may be something that is no layer as well.
  for (const copy of live) if (copy.record.role !== 'layer') twins.delete(storedForm(copy));
  yield;
  for (const [form, copy] of kept) assign(classes, copy, twins.has(form) ? 'twin' : 'needed');
}

/** Those of archives that failed come last: a copy of another one is kept, and what is offered does not rest on the order. */
function* copiesIn(inventory: Inventory): Generator<StoredCopy> {
  const archives = [...readableArchives(inventory)];
  const isFailed = ([, { status }]: (typeof archives)[number]): boolean => status === 'failed';
  const sorted = archives.toSorted((a, b) => Number(isFailed(a)) - Number(isFailed(b)));
  for (const [archive, { entries }] of sorted) {
    for (const [entry, record] of entries.entries()) yield { archive, entry, record };
  }
}

/** The liveliest state that reaches any copy of each form, in whatever archive. */
function* formStates(
  inventory: Inventory,
  reach: readonly (readonly (ImageState | null)[])[],
): Work<Map<string, ImageState>> {
  const states = new Map<string, ImageState>();
  yield* eachOf(copiesIn(inventory), (copy) => {
    const state = reach[copy.archive]?.[copy.entry] ?? null;
    if (state === null) return;
    const form = storedForm(copy);
    states.set(form, liveliest(states.get(form) ?? null, state));
  });
  return states;
}

/** For each entry of an archive the liveliest state that reaches it there; null where no root does. */
function* reachedStates(archive: ArchiveRecord, set: ImageSet): Work<(ImageState | null)[]> {
  const reached = archive.entries.map((): ImageState | null => null);
  const reach = (entries: readonly number[], state: ImageState) => {
    for (const entry of entries) {
      if (entry < reached.length) reached[entry] = liveliest(reached[entry] ?? null, state);
    }
  };
  yield* eachOf(archive.images, ({ id, reaches }) => reach(reaches, set.byId.get(id)?.state ?? 'live'));
  yield* eachOf(archive.artifacts, (artifact) => reach(artifact.reaches, set.artifactStates.get(artifact) ?? 'live'));
  return reached;
}

/** The class of a body that no store would hold, or that is no blob; null for what is live or superseded. */
function classOfLost({ record }: StoredCopy, reached: ImageState | null, state: ImageState | null): ByteClass | null {
  if (record.role === 'document') return 'overhead';
  if (record.role === 'stray' || reached === null) return 'unreferenced';
  return state === 'dangling' ? 'dangling' : null;
}

function assign(classes: ByteClass[][], { archive, entry }: StoredCopy, value: ByteClass): void {
  const row = classes[archive];
  if (row !== undefined) row[entry] = value;
}
