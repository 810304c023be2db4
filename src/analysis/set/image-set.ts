/**
 * The image set: what every question of the analysis starts from. Distinct images with their states and layers, the
 * distinct layers, and the states of the artifacts beside the images. Made once for an inventory and never changed.
 */
import type { ArtifactRecord, Inventory } from '../../model/results/inventory.js';
import type { ImageState } from '../../model/results/results.js';
import { finished, mapped, type Work } from '../../model/work/work.js';
import { artifactStates } from './artifact-states.js';
import { type DistinctImage, uniteImages } from './distinct-images.js';
import { groupLayers, type Layer } from './layer-table.js';
import { type HeldTag, heldTags, imageStates } from './states.js';

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
  readonly byId: ReadonlyMap<string, SetImage>;
  /** Of each image in `images`, by its ID. */
  readonly positions: ReadonlyMap<string, number>;
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
  const tags = yield* heldTags(inventory, distinct);
  const states = yield* imageStates(distinct, tags);
  const { layers, imageLayers } = yield* groupLayers(inventory, distinct);
  const images = yield* mapped(distinct, (image, position) => ({
    ...image,
    state: states[position] ?? 'live',
    setLayers: imageLayers[position] ?? [],
  }));
  return {
    images,
    byId: new Map(images.map((image) => [image.id, image])),
    positions: new Map(images.map(({ id }, position) => [id, position])),
    layers,
    tags,
    artifactStates: artifactStates(inventory, distinct, states),
  };
}

/** The layers that images of the set list, in first-seen order. */
export function imageLayers(set: ImageSet): Layer[] {
  return set.layers.filter(({ images }) => images.length > 0);
}

/** The images that list a layer, in the order of the set. */
export function imagesOf(set: ImageSet, layer: Layer): SetImage[] {
  return layer.images.map((position) => set.images[position]).filter((image) => image !== undefined);
}
