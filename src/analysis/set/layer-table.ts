/**
 * The layers of a set: which image layers are the same, which bodies are copies of them, and what each weighs. Layers
 * are told apart by diffID; where none is known the stored digest stands in (of a plain tar it is the same value), and
 * what not even that identifies is a layer of its own. A body belongs to the one layer that images claim it to be, and
 * an image that claims no diffID has the layer of the body that it points to.
 */
import type { Digest } from '../../model/digest.js';
import type { ArchiveRecord, EntryRecord, Inventory } from '../../model/results/inventory.js';
import { eachOf, mapped, type Work } from '../../model/work/work.js';
import { type DistinctImage, readableArchives } from './distinct-images.js';
import { bestOf, formsOf, type StoredCopy, storedForm } from './stored-copies.js';

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

/** Groups the layers of all images and all layer bodies of the readable archives. */
export function* groupLayers(inventory: Inventory, images: readonly DistinctImage[]): Work<LayerTable> {
  const keys: string[][] = [];
  for (const [position, archive] of inventory.archives.entries()) keys.push(yield* bodyKeys(archive, position));
  const drafts = new Map<string, Draft>();
  const imageLayers = yield* mapped(images, ({ layers, layersArchive, id }, image) =>
    layers.map((layer, position) => {
      const body = layer.entry === null ? undefined : keys[layersArchive]?.[layer.entry];
      const draft = draftOf(drafts, layer.diffId ?? body ?? layer.digest ?? `#image ${id}/${position}`);
      draft.diffId ??= layer.diffId;
      if (draft.images.at(-1) !== image) draft.images.push(image);
      return draft;
    }),
  );
  for (const [position, { entries }] of readableArchives(inventory)) {
    yield* addCopies(drafts, keys[position] ?? [], position, entries);
  }
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
  const best = new Set<string>();
  yield* eachOf(layers, ({ copies }) => {
    const forms = [...formsOf(copies.filter(takesPart)).keys()].filter((form) => kept.has(form));
    const chosen = bestOf(forms.flatMap((form) => kept.get(form) ?? []));
    for (const form of forms) (chosen !== undefined && form === storedForm(chosen) ? best : lesser).add(form);
  });
  // The same bytes may be claimed to be two layers.
  for (const form of best) lesser.delete(form);
  return lesser;
}

function draftOf(drafts: Map<string, Draft>, key: string): Draft {
  const known = drafts.get(key);
  if (known !== undefined) return known;
  const draft: Draft = { key, diffId: null, sizeBytes: null, claimedSizeBytes: null, copies: [], images: [] };
  drafts.set(key, draft);
  return draft;
}

function* addCopies(
  drafts: Map<string, Draft>,
  keys: readonly string[],
  archive: number,
  entries: readonly EntryRecord[],
): Work<void> {
  yield* eachOf(entries, (record, entry) => {
    const key = keys[entry];
    if (record.role !== 'layer' || key === undefined) return;
    const draft = draftOf(drafts, key);
    if (record.diffId === key) draft.diffId = record.diffId;
    draft.copies.push({ archive, entry, record });
  });
}

/** For each body the diffID that an image claims (the first claim counts), else what is known of the body itself. */
function* bodyKeys(record: ArchiveRecord, archive: number): Work<string[]> {
  const claimed = new Map<number, Digest>();
  yield* eachOf(record.images, ({ layers }) => {
    for (const { entry, diffId } of layers) {
      if (entry !== null && diffId !== null && !claimed.has(entry)) claimed.set(entry, diffId);
    }
  });
  return yield* mapped(
    record.entries,
    (body, entry) => claimed.get(entry) ?? body.diffId ?? storedForm({ archive, entry, record: body }),
  );
}

/** A copy with wrong bytes has the wrong size too, so it is asked last; an unchecked one stands between. */
function sizeOf(copies: readonly StoredCopy[]): number | null {
  const known = copies.filter(({ record }) => record.uncompressedBytes !== null);
  const best =
    known.find(({ record }) => record.intact === true) ??
    known.find(({ record }) => record.intact === null) ??
    known[0];
  return best?.record.uncompressedBytes ?? null;
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
