/**
 * The image set: what every question of the analysis starts from. Distinct images with their states and layers, the
 * distinct layers, and the states of the artifacts beside the images. Made once for an inventory and never changed.
 */
import type { ArtifactRecord, Inventory } from '../../model/results/inventory.js';
import type { ImageState } from '../../model/results/results.js';
import { eachOf, finished, mapped, type Work } from '../../model/work/work.js';
import { artifactStates } from './artifact-states.js';
import { type DistinctImage, uniteImages } from './distinct-images.js';
import { groupLayers, type Layer } from './layer-table.js';
import { type HeldTag, heldTags, imageStates } from './states.js';
import { type StoredCopy, storedCopies } from './stored-copies.js';

/** A distinct image with what the set says of it. */
export interface SetImage extends DistinctImage {
  readonly state: ImageState;
  /** Its layers among those of the set, base first, a repeated one as often as it is listed. */
  readonly setLayers: readonly Layer[];
}

/** The images, layers and artifacts of an inventory. */
export interface ImageSet {
  /** In first-seen order. */
  readonly images: readonly SetImage[];
  /** Of each image in `images`, by its ID. */
  readonly positions: ReadonlyMap<string, number>;
  /** Of each archive its bodies; none of one that takes no part in the analysis. */
  readonly copies: readonly (readonly StoredCopy[])[];
  /** Those that images list in first-seen order, then the others; `images` of a layer are positions in the above. */
  readonly layers: readonly Layer[];
  /** In first-seen order. */
  readonly tags: readonly HeldTag[];
  readonly artifactStates: ReadonlyMap<ArtifactRecord, ImageState>;
}

/** The image set of all readable archives of an inventory. */
export function imageSet(inventory: Inventory): ImageSet {
  return finished(makeImageSet(inventory));
}

/** The same, with rests. */
export function* makeImageSet(inventory: Inventory): Work<ImageSet> {
  const distinct = yield* uniteImages(inventory);
  const positions = new Map<string, number>();
  yield* eachOf(distinct, ({ id }, position) => positions.set(id, position));
  const tags = yield* heldTags(inventory, distinct, positions);
  const states = yield* imageStates(distinct, tags);
  const copies = yield* storedCopies(inventory);
  const { layers, imageLayers } = yield* groupLayers(inventory, distinct, copies);
  // No spread with more behind it: V8 before version 12 gives each such object a hidden class of its own, and whatever reads it pays.
  const images = yield* mapped(distinct, (image, position) =>
    Object.assign({ state: states[position] ?? 'live', setLayers: imageLayers[position] ?? [] }, image),
  );
  return {
    images,
    positions,
    copies,
    layers,
    tags,
    artifactStates: artifactStates(inventory, distinct, states),
  };
}

/** The image of an ID; undefined where the set has none. */
export function imageOf({ images, positions }: ImageSet, id: string): SetImage | undefined {
  return images[positions.get(id) ?? -1];
}

/** The layers that images of the set list, in first-seen order. */
export function imageLayers(set: ImageSet): Layer[] {
  return set.layers.filter(({ images }) => images.length > 0);
}

/** The images that list a layer, in the order of the set. */
export function imagesOf(set: ImageSet, layer: Layer): SetImage[] {
  return layer.images.flatMap((position) => set.images[position] ?? []);
}
