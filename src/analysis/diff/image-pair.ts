/**
 * Two images beside each other: the layers that they have in common, what one has beyond the other, and what their configs
 * say differently. There is such a pair only where each side is one image.
 */
import type { ImagePair, PairLayer } from '../../model/results/diff.js';
import { imageHistory } from '../images/image-history.js';
import type { SetImage } from '../set/image-set.js';
import { configChanges } from './config-changes.js';
import { imageFacts, layerKey, type Side } from './diff-side.js';

/** The pair of images of two sides; null where a side has none or several. */
export function imagePair(before: Side, after: Side): ImagePair | null {
  const [left, ...othersBefore] = before.images;
  const [right, ...othersAfter] = after.images;
  if (left === undefined || right === undefined || othersBefore.length + othersAfter.length > 0) return null;
  const layers = pairLayers(layersOf(left, before), layersOf(right, after));
  return {
    before: { ...imageFacts(left, before), author: left.author },
    after: { ...imageFacts(right, after), author: right.author },
    layers,
    sameBytes: bytesOf(layers, 'same'),
    removedBytes: bytesOf(layers, 'removed'),
    addedBytes: bytesOf(layers, 'added'),
    config: configChanges(left.config, right.config),
  };
}

interface ImageLayer extends Pick<PairLayer, 'diffId' | 'sizeBytes' | 'claimedSizeBytes' | 'createdBy'> {
  readonly key: string;
  readonly position: number;
}

function layersOf(image: SetImage, { set, inventory }: Side): ImageLayer[] {
  const [history] = imageHistory([image], set, inventory).images;
  const steps = history?.fits ? history.steps.filter(({ emptyLayer }) => !emptyLayer).reverse() : [];
  return image.setLayers.map((layer, position) => ({
    key: layerKey(layer, set),
    position,
    diffId: layer.diffId,
    sizeBytes: layer.sizeBytes,
    claimedSizeBytes: layer.claimedSizeBytes,
    createdBy: steps[position]?.createdBy ?? null,
  }));
}

/** A layer that is listed twice is there twice. */
function pairLayers(before: readonly ImageLayer[], after: readonly ImageLayer[]): PairLayer[] {
  const waiting = new Map<string, ImageLayer[]>();
  for (const layer of [...after].reverse()) {
    const known = waiting.get(layer.key);
    if (known === undefined) waiting.set(layer.key, [layer]);
    else known.push(layer);
  }
  const taken = new Set<ImageLayer>();
  const rows = before.map((layer) => {
    const other = waiting.get(layer.key)?.pop();
    if (other !== undefined) taken.add(other);
    return row(layer, other);
  });
  return [...rows, ...after.filter((layer) => !taken.has(layer)).map((layer) => row(undefined, layer))];
}

function row(before: ImageLayer | undefined, after: ImageLayer | undefined): PairLayer {
  const { diffId = null, createdBy = null } = before ?? after ?? {};
  // One side may know what the other does not.
  const sizeBytes = before?.sizeBytes ?? after?.sizeBytes ?? null;
  return {
    change: before === undefined ? 'added' : after === undefined ? 'removed' : 'same',
    before: before?.position ?? null,
    after: after?.position ?? null,
    diffId,
    sizeBytes,
    claimedSizeBytes: sizeBytes === null ? (before?.claimedSizeBytes ?? after?.claimedSizeBytes ?? null) : null,
    createdBy,
  };
}

/** Null where the size of one of them is not known. */
function bytesOf(layers: readonly PairLayer[], change: PairLayer['change']): number | null {
  return layers
    .filter((layer) => layer.change === change)
    .reduce<number | null>((sum, { sizeBytes }) => (sum === null || sizeBytes === null ? null : sum + sizeBytes), 0);
}
