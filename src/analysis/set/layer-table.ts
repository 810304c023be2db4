/**
 * The layers of a set: which image layers are the same, which bodies are copies of them, and what each weighs. Layers
 * are told apart by diffID; where none is known the stored digest stands in (of a plain tar it is the same value), and
 * what not even that identifies is a layer of its own. A body belongs to the one layer that images claim it to be, and
 * an image that claims no diffID has the layer of the body that it points to.
 */
import type { Digest } from '../../model/digest.js';
import type { EntryRecord, Inventory } from '../../model/results/inventory.js';
import { eachOf, eachOfAll, mapped, type Work } from '../../model/work/work.js';
import { type DistinctImage, entryRows } from './distinct-images.js';
import { isBetter, type StoredCopy, storedForm } from './stored-copies.js';

/** A distinct layer: one that images list, or a layer body that no image lists (`images` is then empty). */
export interface Layer {
  /** Identifies the layer in its set; for the eyes of the program only. */
  readonly key: string;
  /** Null where the layer is known by its stored bytes only. */
  readonly diffId: Digest | null;
  /** Uncompressed tar bytes, of the most trustworthy copy that tells; null where none does. */
  readonly sizeBytes: number | null;
  /** What the copies say of that themselves where it is not known; null where none does, or they say different things. */
  readonly claimedSizeBytes: number | null;
  /** In input order. */
  readonly copies: readonly StoredCopy[];
  /** Positions of the images that list it, each once, ascending. */
  readonly images: readonly number[];
}

/** The distinct layers, those of images first (image order, then layer order), and the layers of each image. */
export interface LayerTable {
  readonly layers: readonly Layer[];
  /** For each image its layers, base first, a repeated one as often as it is listed. */
  readonly imageLayers: readonly (readonly Layer[])[];
}

/** A layer while copies are still being added. */
interface Draft extends Layer {
  diffId: Digest | null;
  sizeBytes: number | null;
  claimedSizeBytes: number | null;
  readonly copies: StoredCopy[];
  readonly images: number[];
}

/** Groups the layers of all images and all layer bodies among the copies of each archive. */
export function* groupLayers(
  inventory: Inventory,
  images: readonly DistinctImage[],
  copies: readonly (readonly StoredCopy[])[],
): Work<LayerTable> {
  const claimed = yield* claimedDiffIds(inventory);
  const keyOf = (archive: number, entry: number, record: EntryRecord): string =>
    claimed[archive]?.[entry] ?? record.diffId ?? storedForm(archive, entry, record);
  const drafts = new Map<string, Draft>();
  const imageLayers = yield* mapped(images, ({ layers, layersArchive, id }, image) =>
    layers.map((layer, position) => {
      const { diffId, digest, entry } = layer;
      const body = entry === null ? undefined : inventory.archives[layersArchive]?.entries[entry];
      const own = diffId ?? (entry === null || body === undefined ? digest : keyOf(layersArchive, entry, body));
      const draft = draftOf(drafts, own ?? `#image ${id}/${position}`);
      draft.diffId ??= diffId;
      if (draft.images.at(-1) !== image) draft.images.push(image);
      return draft;
    }),
  );
  yield* eachOfAll(copies, (copy) => {
    const { archive, entry, record } = copy;
    if (record.role === 'layer') addCopy(drafts, copy, keyOf(archive, entry, record));
  });
  const layers = [...drafts.values()];
  yield* eachOf(layers, (layer) => {
    layer.sizeBytes = sizeOf(layer.copies);
    if (layer.sizeBytes === null) layer.claimedSizeBytes = claimedSizeOf(layer.copies);
  });
  return { layers, imageLayers };
}

/**
 * The forms of layers that are stored beside a better form of the same layer. `kept` is the one copy of each form that
 * counts, `takesPart` tells which copies make a form one of a layer. The best form of any layer is none of them.
 */
export function* lesserForms(
  layers: readonly Layer[],
  kept: ReadonlyMap<string, StoredCopy>,
  takesPart: (copy: StoredCopy) => boolean,
): Work<Set<string>> {
  const lesser = new Set<string>();
  const chosenOf = (copies: readonly StoredCopy[]): StoredCopy | undefined => {
    let chosen: StoredCopy | undefined;
    for (const copy of copies) {
      const candidate = takesPart(copy) ? kept.get(copy.form) : undefined;
      if (candidate === undefined || candidate === chosen) continue;
      const isChosen = chosen === undefined || isBetter(candidate, chosen);
      const other = isChosen ? chosen : candidate;
      if (other !== undefined) lesser.add(other.form);
      if (isChosen) chosen = candidate;
    }
    return chosen;
  };
  const best: StoredCopy[] = [];
  yield* eachOf(layers, ({ copies }) => {
    const chosen = copies.length > 1 ? chosenOf(copies) : undefined;
    if (chosen !== undefined) best.push(chosen);
  });
  if (lesser.size === 0) return lesser;
  // The same bytes may be claimed to be two layers, of which one has no other form.
  yield* eachOf(layers, ({ copies }) => {
    const chosen = copies.length === 1 ? chosenOf(copies) : undefined;
    if (chosen !== undefined) best.push(chosen);
  });
  yield* eachOf(best, ({ form }) => lesser.delete(form));
  return lesser;
}

function draftOf(drafts: Map<string, Draft>, key: string): Draft {
  const known = drafts.get(key);
  if (known !== undefined) return known;
  const draft: Draft = { key, diffId: null, sizeBytes: null, claimedSizeBytes: null, copies: [], images: [] };
  drafts.set(key, draft);
  return draft;
}

function addCopy(drafts: Map<string, Draft>, copy: StoredCopy, key: string): void {
  const draft = draftOf(drafts, key);
  if (copy.record.diffId === key) draft.diffId = copy.record.diffId;
  draft.copies.push(copy);
}

/** For each archive, by entry, the diffID that an image of it claims; the first claim counts. */
function* claimedDiffIds(inventory: Inventory): Work<(Digest | null)[][]> {
  const claimed = entryRows<Digest | null>(inventory, null);
  const images = inventory.archives.map((archive) => archive.images);
  yield* eachOfAll(images, ({ layers }, _, archive) => {
    const own = claimed[archive] ?? [];
    for (const { entry, diffId } of layers) if (entry !== null && diffId !== null) own[entry] ??= diffId;
  });
  return claimed;
}

/** A copy with wrong bytes has the wrong size too, so it is asked last; an unchecked one stands between. */
function sizeOf(copies: readonly StoredCopy[]): number | null {
  let best: EntryRecord | null = null;
  for (const { record } of copies) {
    if (record.uncompressedBytes !== null && (best === null || trustIn(record) > trustIn(best))) best = record;
  }
  return best?.uncompressedBytes ?? null;
}

function trustIn({ intact }: EntryRecord): number {
  return intact === true ? 2 : intact === null ? 1 : 0;
}

/** Copies that contradict each other tell nothing; a copy that is known to be broken is not asked. */
function claimedSizeOf(copies: readonly StoredCopy[]): number | null {
  let claimed: number | null = null;
  for (const { record } of copies) {
    const own = record.intact === false ? undefined : record.claimedUncompressedBytes;
    if (own === undefined || own === claimed) continue;
    if (claimed !== null) return null;
    claimed = own;
  }
  return claimed;
}
