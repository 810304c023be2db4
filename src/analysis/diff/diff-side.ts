/**
 * One side of a comparison: an image set as a whole, or one image of it. The set stays whole in either case, since states,
 * sharing and classes are facts about all that was read; what a side is about is chosen from it.
 */

import type { DiffBytes, DiffImage, DiffLayer, DiffSide } from '../../model/results/diff.js';
import type { ArchiveRecord, Inventory } from '../../model/results/inventory.js';
import type { Work } from '../../model/work/work.js';
import { classifyBodies } from '../bytes/classification.js';
import { reclaimTotals } from '../bytes/reclaim.js';
import { type ImageFigures, weighImages } from '../bytes/sharing.js';
import { isReadable } from '../set/distinct-images.js';
import { type ImageSet, imageLayers, imagesOf, type SetImage } from '../set/image-set.js';
import type { Layer } from '../set/layer-table.js';
import { storedBytesOf } from '../set/stored-copies.js';

/** What is compared, as it was asked for. */
export interface DiffInput {
  /** As the command line names it. */
  readonly input: readonly string[];
  readonly inventory: Inventory;
  /** The set of that inventory. */
  readonly set: ImageSet;
  /** The one image that counts, and how it was named; null = all of them. */
  readonly image: { readonly name: string; readonly id: string } | null;
}

export interface Side extends DiffInput {
  readonly images: readonly SetImage[];
  /** By a key that says the same on both sides. */
  readonly layers: ReadonlyMap<string, Layer>;
  readonly figures: ReadonlyMap<string, ImageFigures>;
  readonly bytes: DiffBytes['before'];
}

/** Chooses what the side is about, and adds up its bytes. */
export function* sideOf(input: DiffInput): Work<Side> {
  const { inventory, set, image } = input;
  const images = image === null ? set.images : set.images.filter(({ id }) => id === image.id);
  const layers = image === null ? imageLayers(set) : images.flatMap(({ setLayers }) => setLayers);
  const counted = image === null ? inventory : onlyReached(inventory, images);
  yield;
  const classification = yield* classifyBodies(inventory, set);
  return {
    ...input,
    images,
    layers: new Map(layers.map((layer) => [layerKey(layer, set), layer])),
    figures: yield* weighImages(set),
    bytes: {
      ...reclaimTotals(counted, classification).total,
      sizeBytes: counted.archives.filter(isReadable).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    },
  };
}

/** The inventory without the bytes that these images do not need: of an image, what the archives store of it. */
function onlyReached(inventory: Inventory, images: readonly SetImage[]): Inventory {
  const reached = inventory.archives.map(() => new Set<number>());
  for (const { archive, record } of images.flatMap(({ occurrences }) => occurrences)) {
    for (const entry of record.reaches) reached[archive]?.add(entry);
  }
  const archives = inventory.archives.map((archive, position): ArchiveRecord => {
    if (!isReadable(archive)) return archive;
    const entries = archive.entries.map((entry, index) =>
      reached[position]?.has(index) ? entry : { ...entry, storedBytes: 0 },
    );
    const storedBytes = entries.reduce((sum, entry) => sum + entry.storedBytes, 0);
    const overhead = { headerBytes: 0, paddingBytes: 0, endBytes: 0, trailingBytes: 0 };
    return { ...archive, entries, overhead, sizeBytes: storedBytes, tarBytes: storedBytes };
  });
  return { ...inventory, archives };
}

/** The key of a layer in any set. One that nothing identifies is known by the first image that has it. */
export function layerKey(layer: Layer, set: ImageSet): string {
  if (!layer.key.startsWith('#')) return layer.key;
  const [image] = imagesOf(set, layer);
  return `#${image?.id}/${image?.setLayers.indexOf(layer)}`;
}

/** The side in numbers. */
export function sideFacts({ input, inventory, image, images, layers }: Side): DiffSide {
  const { archives, verified } = inventory;
  return {
    input: [...input],
    image: image?.name ?? null,
    verified,
    recorded: archives.some(({ status }) => status === 'recorded'),
    archives: archives.length,
    unreadable: archives.filter((archive) => !isReadable(archive)).length,
    images: images.length,
    layers: layers.size,
  };
}

/** An image with what its side says of it. */
export function imageFacts(image: SetImage, { figures, inventory }: Side): DiffImage {
  const weight = figures.get(image.id);
  return {
    id: image.id,
    references: sortedNamesOf(image),
    platform: image.platform,
    createdAt: image.createdAt,
    state: image.state,
    sizeBytes: weight?.sizeBytes ?? null,
    claimedSizeBytes: weight?.claimedSizeBytes ?? null,
    uniqueBytes: weight?.uniqueBytes ?? null,
    archives: [...new Set(image.occurrences.map(({ archive }) => inventory.archives[archive]?.path ?? ''))],
  };
}

/** References and local tags, sorted. */
export function sortedNamesOf({ references, localTags }: SetImage): string[] {
  return [...new Set([...references, ...localTags])].sort();
}

/** A layer with what its side stores of it. */
export function layerFacts(layer: Layer, { set }: Side): DiffLayer {
  return {
    diffId: layer.diffId,
    sizeBytes: layer.sizeBytes,
    claimedSizeBytes: layer.claimedSizeBytes,
    storedBytes: storedBytesOf(layer.copies),
    copies: layer.copies.length,
    images: imagesOf(set, layer).map(({ id }) => id),
  };
}
