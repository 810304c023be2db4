/**
 * What an image weighs, in uncompressed tar bytes of its layers, and how much of that it has in common with the other
 * images of the set. Shared and unique bytes add up to the size of an image; attributed bytes add up, over all images, to
 * the bytes of the distinct layers. One layer of unknown size makes all four figures of its images unknown, and what is
 * attributed to those images is then missing from the sum. Where such layers say of themselves how large they are, the
 * first three figures stand beside that as claims.
 */
import { eachOf, finished, sorted, type Work } from '../../model/work/work.js';
import type { ImageSet, SetImage } from '../set/image-set.js';
import type { Layer } from '../set/layer-table.js';

/** The weight of an image in bytes; all null where the size of one of its layers is unknown. */
interface KnownFigures {
  /** A repeated layer counts as often as it is listed. */
  readonly sizeBytes: number | null;
  /** Of `sizeBytes`, the layers that another image of the set has too. */
  readonly sharedBytes: number | null;
  readonly uniqueBytes: number | null;
  /** Its part of each distinct layer, split evenly among the images that have the layer. */
  readonly attributedBytes: number | null;
}

/** The same as far as it rests on what layers claim; null where it is known, and where one of them claims nothing. */
interface ClaimedFigures {
  readonly claimedSizeBytes: number | null;
  readonly claimedSharedBytes: number | null;
  readonly claimedUniqueBytes: number | null;
}

/** What is known of the weight of an image, or else what is claimed. */
export interface ImageFigures extends KnownFigures, ClaimedFigures {}

const noFigures: ImageFigures = {
  sizeBytes: null,
  sharedBytes: null,
  uniqueBytes: null,
  attributedBytes: null,
  claimedSizeBytes: null,
  claimedSharedBytes: null,
  claimedUniqueBytes: null,
};

/** The figures of each image of the set, by ID. */
export function imageFigures(set: ImageSet): Map<string, ImageFigures> {
  return finished(weighImages(set));
}

/** The same, with rests. */
export function* weighImages(set: ImageSet): Work<Map<string, ImageFigures>> {
  const attributed = yield* attribute(set);
  const figures = new Map<string, ImageFigures>();
  yield* eachOf(set.images, (image) => figures.set(image.id, figuresOf(image, attributed.get(image) ?? null)));
  return figures;
}

function figuresOf({ setLayers }: SetImage, attributedBytes: number | null): ImageFigures {
  let sharedBytes = 0;
  let uniqueBytes = 0;
  let known = true;
  for (const { sizeBytes, claimedSizeBytes, images } of setLayers) {
    const bytes = sizeBytes ?? claimedSizeBytes;
    if (bytes === null) return noFigures;
    known &&= sizeBytes !== null;
    if (images.length > 1) sharedBytes += bytes;
    else uniqueBytes += bytes;
  }
  const sum = sharedBytes + uniqueBytes;
  return {
    sizeBytes: known ? sum : null,
    sharedBytes: known ? sharedBytes : null,
    uniqueBytes: known ? uniqueBytes : null,
    attributedBytes: known ? attributedBytes : null,
    claimedSizeBytes: known ? null : sum,
    claimedSharedBytes: known ? null : sharedBytes,
    claimedUniqueBytes: known ? null : uniqueBytes,
  };
}

/** In order of ID each image takes its part of each of its layers; the first ones take the odd bytes. */
function* attribute({ images }: ImageSet): Work<Map<SetImage, number>> {
  const served = new Map<Layer, number>();
  const parts = new Map<SetImage, number>();
  const take = (image: SetImage): void => {
    let sum = 0;
    for (const layer of new Set(image.setLayers)) {
      const sizeBytes = layer.sizeBytes ?? 0;
      const sharers = layer.images.length;
      const turn = sharers === 1 ? 0 : (served.get(layer) ?? 0);
      if (sharers > 1) served.set(layer, turn + 1);
      sum += Math.floor(sizeBytes / sharers) + (turn < sizeBytes % sharers ? 1 : 0);
    }
    parts.set(image, sum);
  };
  // Who shares nothing waits for nobody's turn.
  const sharing: SetImage[] = [];
  yield* eachOf(images, (image) => {
    if (image.setLayers.some((layer) => layer.images.length > 1)) sharing.push(image);
    else take(image);
  });
  const inOrderOfId = yield* sorted(sharing, (a, b) => (a.id < b.id ? -1 : 1));
  yield* eachOf(inOrderOfId, take);
  return parts;
}
