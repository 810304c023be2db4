/**
 * Rules about the weight of images and layers, in uncompressed tar bytes. Of a compressed layer only the bytes tell the
 * size; where they were not read, the size is unknown and so is every sum with it.
 */
import type { SetImage } from '../../set/image-set.js';
import { type Amount, countKind, shareKind, sizeKind } from '../value-kinds.js';
import { layerSubject, layersOf } from './layers-of.js';
import {
  amountExpected,
  countExpected,
  type Facts,
  imageSubject,
  type Judgement,
  judged,
  type PolicyRule,
  unknown,
  valueRule,
  wholeSet,
} from './rule.js';

const sizeUnknown = 'the size of a layer is not known';

export const sizeRules: readonly PolicyRule[] = [
  valueRule({
    name: 'max-image-size',
    scope: 'images',
    kind: sizeKind,
    needsBodies: true,
    example: '500MB',
    meaning: 'The layers of an image have at most this size together, uncompressed.',
    advice: 'varve history shows which step made which layer, and how big it is.',
    expects: amountExpected,
    observe: (limit, facts) =>
      facts.images.map((image) => {
        const bytes = facts.figures.get(image.id)?.sizeBytes ?? null;
        const subject = imageSubject(image, facts);
        return bytes === null ? unknown(subject, sizeUnknown) : judged(subject, bytes <= limit.amount, bytes, bytes);
      }),
  }),
  valueRule({
    name: 'max-layers',
    scope: 'images',
    kind: countKind,
    example: '20',
    meaning: 'An image has at most so many layers.',
    advice: 'varve history shows the steps; put steps that belong together into one.',
    expects: countExpected,
    observe: (limit, facts) =>
      facts.images.map((image) => {
        const layers = image.layers.length;
        return judged(imageSubject(image, facts), layers <= limit, layers, layers);
      }),
  }),
  valueRule({
    name: 'max-layer-size',
    scope: 'images',
    kind: sizeKind,
    needsBodies: true,
    example: '200MB',
    meaning: 'A layer of an image has at most this size, uncompressed.',
    advice: 'varve history shows the step that made it; what is deleted in a later step still takes its room.',
    expects: amountExpected,
    observe: (limit, facts) =>
      layersOf(facts.images).map((layer): Judgement => {
        const subject = layerSubject(layer, facts);
        const bytes = layer.sizeBytes;
        return bytes === null ? unknown(subject, sizeUnknown) : judged(subject, bytes <= limit.amount, bytes, bytes);
      }),
  }),
  valueRule({
    name: 'min-shared-ratio',
    scope: 'images',
    kind: shareKind,
    needsBodies: true,
    example: '30%',
    meaning: 'Of the bytes of the images, at least so many percent are in layers that another image has too.',
    advice: 'varve tree shows what is built on what; build the images on one base, in the same version.',
    expects: amountExpected,
    observe: (limit, facts) => [sharedRatio(limit, facts)],
  }),
];

function sharedRatio(limit: Amount, facts: Facts): Judgement {
  const { sizeBytes, sharedBytes } = sums(facts.images, facts);
  if (sizeBytes === null) return unknown(wholeSet, sizeUnknown);
  if (sizeBytes === 0) return unknown(wholeSet, 'there are no bytes to take a percentage of');
  const percent = (sharedBytes * 100) / sizeBytes;
  return judged(wholeSet, percent >= limit.amount, percent);
}

function sums(images: readonly SetImage[], { figures }: Facts): { sizeBytes: number | null; sharedBytes: number } {
  let sizeBytes = 0;
  let shared = 0;
  for (const { id } of images) {
    const weight = figures.get(id);
    if (weight === undefined || weight.sizeBytes === null) return { sizeBytes: null, sharedBytes: 0 };
    sizeBytes += weight.sizeBytes;
    shared += weight.sharedBytes ?? 0;
  }
  return { sizeBytes, sharedBytes: shared };
}
