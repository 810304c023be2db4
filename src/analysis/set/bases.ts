/** Which image is the base of which: one is made of the other where its layers begin with all of the other's. Pure. */
import type { SetImage } from './image-set.js';

/** Whether an image is made of the other: it has all of its layers, in their order, and more. */
export function isBaseOf(base: Pick<SetImage, 'layers'>, other: Pick<SetImage, 'layers'>): boolean {
  const { length } = base.layers;
  if (length === 0 || length >= other.layers.length) return false;
  return base.layers.every(({ diffId }, position) => diffId !== null && diffId === other.layers[position]?.diffId);
}
