/**
 * Which images a command is about. An inventory becomes rows, (image, reference) as in docker; `--filter` selects rows,
 * `--image` images. The set itself stays whole: states, sharing and sizes are facts about all that was read, whatever is
 * shown of it.
 *
 *   const { set, rows, images } = yield* selectImages(inventory, { image: null, filters, now });
 */

import { type ImageFigures, weighImages } from '../../analysis/bytes/sharing.js';
import { type ImageSet, makeImageSet, type SetImage } from '../../analysis/set/image-set.js';
import { labelsOf } from '../../analysis/set/labels.js';
import type { Layer } from '../../analysis/set/layer-table.js';
import type { Instant } from '../../model/instants.js';
import type { Inventory } from '../../model/results/inventory.js';
import { filtered, flatMapped, mapped, type Work } from '../../model/work/work.js';
import { applyFilters, type Filters } from '../../query/filters.js';
import type { ImageRow } from '../../query/image-row.js';
import { findImagesByEnd, rowsListed } from '../../query/name-ends.js';
import type { WrittenName } from '../line/written-name.js';

/** An image under one of its references, or once without any. */
export interface SelectedRow extends ImageRow {
  readonly image: SetImage;
  readonly figures: ImageFigures;
}

export interface Selection {
  /** All images of the inventory. */
  readonly set: ImageSet;
  /** All rows, whatever is selected. */
  readonly all: readonly SelectedRow[];
  /** Those that are selected: images in first-seen order, the references of each sorted, local tags last. */
  readonly rows: readonly SelectedRow[];
  /** The images of these rows, each once, in first-seen order. */
  readonly images: readonly SetImage[];
  /** Others that `image` may mean just as well: a tag that they carry too, and nothing says which is the newest. */
  readonly contenders: readonly SetImage[];
}

export interface SelectionOptions {
  /** What `--image` names: a name or the end of one, an ID or the start of one; null = every image. */
  readonly image: WrittenName | null;
  /** Names that select rows, each as docker images NAME does; default none, which selects all. */
  readonly names?: readonly WrittenName[];
  readonly filters: Filters;
  /** What durations in filters count back from. */
  readonly now: Instant;
}

/** Throws VarveError `usage` for an image, of a filter, of `image` or of `names`, that is not there. */
export function* selectImages(
  inventory: Inventory,
  { image, names = [], filters, now }: SelectionOptions,
): Work<Selection> {
  const set = yield* makeImageSet(inventory);
  const all = yield* rowsOf(set, inventory);
  const kept = new Set<ImageRow>(applyFilters(all, filters, { now }));
  const named = image === null ? null : imagesNamed(all, set, image);
  const chosen = named === null ? null : new Set(named.images);
  const listed =
    names.length === 0 ? null : new Set<ImageRow>(names.flatMap(({ name, told }) => rowsListed(all, name, told)));
  yield;
  const rows = yield* filtered(
    all,
    (row) => kept.has(row) && (chosen === null || chosen.has(row.image)) && (listed === null || listed.has(row)),
  );
  const ids = new Set(rows.map(({ id }) => id));
  return { set, all, rows, images: set.images.filter(({ id }) => ids.has(id)), contenders: named?.contenders ?? [] };
}

/** What the value of `--image` means. */
export type NamedImages = Pick<Selection, 'images' | 'contenders'>;

/** The images that the value of `--image` means; one, or one for each platform. Throws as `selectImages` does. */
export function* namedImages(inventory: Inventory, set: ImageSet, name: WrittenName): Work<NamedImages> {
  return imagesNamed(yield* rowsOf(set, inventory), set, name);
}

function imagesNamed(rows: readonly ImageRow[], set: ImageSet, { name, told }: WrittenName): NamedImages {
  const found = findImagesByEnd(rows, name, told);
  const among = (part: readonly ImageRow[]) => {
    const ids = new Set(part.map(({ id }) => id));
    return set.images.filter(({ id }) => ids.has(id));
  };
  return { images: among(found.images), contenders: among(found.contenders) };
}

function* rowsOf(set: ImageSet, { archives }: Inventory): Work<SelectedRow[]> {
  const figures = yield* weighImages(set);
  const digests = new Map(yield* mapped(set.layers, (layer) => [layer, storedDigests(layer)] as const));
  return yield* flatMapped(set.images, (image) => {
    const weight = figures.get(image.id);
    if (weight === undefined) return [];
    const facts = {
      image,
      figures: weight,
      id: image.id,
      manifestDigests: [...image.manifestDigests, ...image.indexDigests],
      createdAt: image.createdAt,
      labels: labelsOf(image.config),
      platform: image.platform,
      state: image.state,
      sizeBytes: weight.sizeBytes,
      sharedBytes: weight.sharedBytes,
      layers: image.layers.map(({ diffId }) => diffId),
      layerDigests: [
        ...new Set([
          ...image.layers.flatMap(({ digest }) => digest ?? []),
          ...image.setLayers.flatMap((layer) => digests.get(layer) ?? []),
        ]),
      ],
      archives: [...new Set(image.occurrences.map(({ archive }) => archives[archive]?.path ?? ''))],
    };
    const names = [
      ...image.references.map((reference) => ({ reference, local: false })),
      ...image.localTags.map((reference) => ({ reference, local: true })),
    ];
    return (names.length === 0 ? [{ reference: null, local: false }] : names).map((name) => Object.assign(name, facts));
  });
}

/** The digests of the stored forms of a layer; few, however many copies there are. */
function storedDigests({ copies }: Layer): string[] {
  return [...new Set(copies.flatMap(({ record }) => record.claimedDigest ?? record.digest ?? []))];
}
