/**
 * Rules about single layers: how they are compressed, and which ones an image is built on. Base layers go by the diffIDs
 * that image configs claim; together with `intact` they are those of the bytes.
 */
import type { Layer } from '../../set/layer-table.js';
import { compressionsKind, diffIdsKind } from '../value-kinds.js';
import { layerSubject, layersOf } from './layers-of.js';
import { type Facts, imageSubject, type Judgement, judged, listRule, type PolicyRule, unknown } from './rule.js';

export const layerRules: readonly PolicyRule[] = [
  listRule({
    name: 'allowed-layer-compression',
    scope: 'images',
    kind: compressionsKind,
    example: 'gzip,zstd',
    meaning: 'The layers of the images are stored with one of these compressions, and no other.',
    advice: 'Save the image with a tool that compresses so, as skopeo copy --dest-compress-format does.',
    observe: (allowed, facts) => layersOf(facts.images).flatMap((layer) => compressionOf(layer, allowed, facts)),
  }),
  listRule({
    name: 'required-base-layers',
    scope: 'images',
    kind: diffIdsKind,
    example: `sha256:${'5d20c8'.padEnd(64, '0')}`,
    meaning: 'The lowest layers of an image are these, in this order.',
    advice: 'varve inspect shows the layers of an image, base first; build it on the base that is asked for.',
    observe: (required, facts) =>
      facts.images.map((image) => {
        const lowest = image.layers.slice(0, required.length).map(({ diffId }) => diffId);
        const subject = imageSubject(image, facts);
        const wrong = required.findIndex((diffId, position) => lowest[position] !== diffId);
        if (wrong === -1) return judged(subject, true, null);
        const found = lowest[wrong];
        if (found === null) return unknown(subject, `the diffID of layer ${wrong + 1} is not known`);
        return judged(subject, false, found ?? `${image.layers.length} layers`);
      }),
  }),
  listRule({
    name: 'allowed-base-layers',
    scope: 'images',
    kind: diffIdsKind,
    example: `sha256:${'5d20c8'.padEnd(64, '0')}`,
    meaning: 'The lowest layer of an image is one of these.',
    advice: 'varve inspect shows the layers of an image, base first; build it on a base that is allowed.',
    observe: (allowed, facts) =>
      facts.images.map((image) => {
        const subject = imageSubject(image, facts);
        const [lowest] = image.layers;
        if (lowest === undefined) return judged(subject, false, 'no layer');
        if (lowest.diffId === null) return unknown(subject, 'the diffID of its lowest layer is not known');
        return judged(subject, allowed.includes(lowest.diffId), lowest.diffId);
      }),
  }),
];

/** One observation for each form that the layer is stored in. */
function compressionOf(layer: Layer, allowed: readonly string[], facts: Facts): Judgement[] {
  const subject = layerSubject(layer, facts);
  if (layer.copies.length === 0) return [unknown(subject, 'no archive holds it')];
  const places = new Map<string | null, Set<string>>();
  for (const { archive, record } of layer.copies) {
    const path = facts.inventory.archives[archive]?.path ?? '';
    places.set(record.compression, (places.get(record.compression) ?? new Set()).add(path));
  }
  return [...places].map(([compression, paths]) => {
    const at = { ...subject, archives: [...paths] };
    if (compression === null) return unknown(at, 'its compression is not known');
    return judged(at, allowed.includes(compression), compression);
  });
}
