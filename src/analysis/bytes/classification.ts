/**
 * The class of every stored body: each byte of an archive counts once, and a body takes the first class that fits. The
 * order is overhead, unreferenced, dangling, then what one store would hold: of each blob that is live or superseded one
 * copy, every further one is a duplicate. A registry is a store of its own: what it has beside a disk here is stored once in
 * each, and neither is a copy too many. Decisions are made over the whole set: a blob is live if a live image of any
 * archive reaches any copy of it.
 */
import type { Inventory } from '../../model/results/inventory.js';
import type { ImageState } from '../../model/results/results.js';
import { eachOfAll, finished, type Work } from '../../model/work/work.js';
import { entryRows } from '../set/distinct-images.js';
import { type ImageSet, imageOf } from '../set/image-set.js';
import { lesserForms } from '../set/layer-table.js';
import { liveliest } from '../set/states.js';
import { keptCopies, type StoredCopy } from '../set/stored-copies.js';

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
  const reach = yield* reachedStates(inventory, set);
  const states = yield* formStates(set, reach);
  // What is no body is a document, and overhead.
  const classes = entryRows<ByteClass>(inventory, 'overhead');
  const placeOf = placesOf(inventory);
  const places = new Map<number, Staying>();
  yield* eachOfAll(inOrderOfChoice(inventory, set), (copy) => {
    const reached = reach[copy.archive]?.[copy.entry] ?? null;
    const state = reached === null ? null : (states.get(copy.form) ?? null);
    const lost = classOfLost(copy, reached, state);
    // Of the copies that stay, all begin as duplicates, and then one of each form is chosen.
    assign(classes, copy, lost ?? 'duplicate');
    if (lost !== null) return;
    const staying = stayingAt(places, placeOf[copy.archive] ?? disks);
    (state === 'superseded' ? staying.superseded : staying.live).push(copy);
  });
  for (const [place, staying] of places) {
    yield* chooseCopies(staying, set, classes, ({ archive }) => placeOf[archive] === place);
  }
  return { classes };
}

/** The copies of one place that stay, by what needs them. */
interface Staying {
  readonly live: StoredCopy[];
  readonly superseded: StoredCopy[];
}

function stayingAt(places: Map<number, Staying>, place: number): Staying {
  const known = places.get(place);
  if (known !== undefined) return known;
  const staying = { live: [], superseded: [] };
  places.set(place, staying);
  return staying;
}

const disks = -1;

/** Where each archive is: all disks here are one place, and each registry another. */
function placesOf({ archives }: Inventory): readonly number[] {
  return archives.map(({ remote }, archive) => (remote === true ? archive : disks));
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
  if (twins.size > 0) for (const copy of live) if (copy.record.role !== 'layer') twins.delete(copy.form);
  yield;
  for (const [form, copy] of kept) assign(classes, copy, twins.has(form) ? 'twin' : 'needed');
}

/** Those of archives that failed come last: a copy of another one is kept, and what is offered does not rest on the order. */
function inOrderOfChoice({ archives }: Inventory, { copies }: ImageSet): (readonly StoredCopy[])[] {
  const isFailed = (_: unknown, archive: number): boolean => archives[archive]?.status === 'failed';
  return [...copies.filter((own, archive) => !isFailed(own, archive)), ...copies.filter(isFailed)];
}

/** What reaches each entry of each archive, within that archive; null where no root does. */
type Reach = readonly (readonly (ImageState | null)[])[];

/** The liveliest state that reaches any copy of each form, in whatever archive. */
function* formStates({ copies }: ImageSet, reach: Reach): Work<Map<string, ImageState>> {
  const states = new Map<string, ImageState>();
  yield* eachOfAll(copies, (copy) => {
    const state = reach[copy.archive]?.[copy.entry] ?? null;
    if (state === null) return;
    const known = states.get(copy.form) ?? null;
    if (known !== state) states.set(copy.form, liveliest(known, state));
  });
  return states;
}

/** For each entry of each archive the liveliest state that reaches it. */
function* reachedStates(inventory: Inventory, set: ImageSet): Work<Reach> {
  const reach = entryRows<ImageState | null>(inventory, null);
  const raise = (archive: number, entries: readonly number[], state: ImageState): void => {
    const reached = reach[archive] ?? [];
    for (const entry of entries) {
      if (entry < reached.length) reached[entry] = liveliest(reached[entry] ?? null, state);
    }
  };
  const images = inventory.archives.map((archive) => archive.images);
  yield* eachOfAll(images, ({ id, reaches }, _, archive) => raise(archive, reaches, imageOf(set, id)?.state ?? 'live'));
  const artifacts = inventory.archives.map((archive) => archive.artifacts);
  yield* eachOfAll(artifacts, (artifact, _, archive) =>
    raise(archive, artifact.reaches, set.artifactStates.get(artifact) ?? 'live'),
  );
  return reach;
}

/** The class of a body that no store would hold, or that is no blob; null for what is live or superseded. */
function classOfLost({ record }: StoredCopy, reached: ImageState | null, state: ImageState | null): ByteClass | null {
  if (record.role === 'stray' || reached === null) return 'unreferenced';
  return state === 'dangling' ? 'dangling' : null;
}

function assign(classes: ByteClass[][], { archive, entry }: StoredCopy, value: ByteClass): void {
  const row = classes[archive];
  if (row !== undefined) row[entry] = value;
}
