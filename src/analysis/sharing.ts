/**
 * What an image weighs, in uncompressed tar bytes of its layers, and how much of that it has in common with the other
 * images of the set. Shared and unique bytes add up to the size of an image; attributed bytes add up, over all images, to
 * the bytes of the distinct layers. One layer of unknown size makes all four figures of its images unknown, and what is
 * attributed to those images is then missing from the sum.
 */
import type { ImageSet, SetImage } from './image-set.js';
import type { Layer } from './layer-table.js';

/** The weight of an image in bytes; all null where the size of one of its layers is unknown. */
export interface ImageFigures {
  /** A repeated layer counts as often as it is listed. */
  readonly sizeBytes: number | null;
  /** Of `sizeBytes`, the layers that another image of the set has too. */
  readonly sharedBytes: number | null;
  readonly uniqueBytes: number | null;
  /** Its part of each distinct layer, split evenly among the images that have the layer. */
  readonly attributedBytes: number | null;
}

const unknown: ImageFigures = { sizeBytes: null, sharedBytes: null, uniqueBytes: null, attributedBytes: null };

/** The figures of each image of the set, by ID. */
export function imageFigures(set: ImageSet): Map<string, ImageFigures> {
  const attributed = attribute(set);
  return new Map(set.images.map((image) => [image.id, figuresOf(image, attributed.get(image.id) ?? null)]));
}

function figuresOf({ setLayers }: SetImage, attributedBytes: number | null): ImageFigures {
  let sharedBytes = 0;
  let uniqueBytes = 0;
  for (const layer of setLayers) {
    if (layer.sizeBytes === null) return unknown;
    if (layer.images.length > 1) sharedBytes += layer.sizeBytes;
    else uniqueBytes += layer.sizeBytes;
  }
  return { sizeBytes: sharedBytes + uniqueBytes, sharedBytes, uniqueBytes, attributedBytes };
}

/** In order of ID each image takes its part of each of its layers; the first ones take the odd bytes. */
function attribute(set: ImageSet): Map<string, number> {
  const served = new Map<Layer, number>();
  const parts = new Map<string, number>();
  const inOrderOfId = [...set.images].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const image of inOrderOfId) {
    let sum = 0;
    for (const layer of new Set(image.setLayers)) {
      const sizeBytes = layer.sizeBytes ?? 0;
      const turn = served.get(layer) ?? 0;
      served.set(layer, turn + 1);
      sum += Math.floor(sizeBytes / layer.images.length) + (turn < sizeBytes % layer.images.length ? 1 : 0);
    }
    parts.set(image.id, sum);
  }
  return parts;
}
