/**
 * Rules against an earlier state of the same archives: how much they have grown, which layers are new, and what the images
 * of both states share no longer. The earlier state is an inventory; what it does not know stays unknown.
 */
import { imageLayers, type SetImage } from '../../set/image-set.js';
import type { Layer } from '../../set/layer-table.js';
import { type Amount, countKind, sizeOrShareKind } from '../value-kinds.js';
import { layerSubject } from './layers-of.js';
import {
  amountExpected,
  countExpected,
  type Facts,
  type Judgement,
  judged,
  type PolicyRule,
  type SetFacts,
  unknown,
  valueRule,
  wholeSet,
  withinAmount,
} from './rule.js';

export const baselineRules: readonly PolicyRule[] = [
  valueRule({
    name: 'max-growth',
    scope: 'baseline',
    kind: sizeOrShareKind,
    example: '5%',
    meaning: 'The archives together have grown by at most so many bytes, or percent, since the baseline.',
    advice: 'Compare varve report of the baseline with that of today.',
    expects: amountExpected,
    observe: (limit, facts) => sinceBaseline(facts, (baseline) => [growth(limit, baseline, facts)]),
  }),
  valueRule({
    name: 'max-new-layers',
    scope: 'baseline',
    kind: countKind,
    example: '0',
    meaning: 'The images have at most so many layers that no image of the baseline had.',
    advice: 'varve layers lists them with their images; a base image that has changed brings new layers to all on it.',
    expects: countExpected,
    observe: (limit, facts) => sinceBaseline(facts, (baseline) => newLayers(limit, baseline, facts)),
  }),
  valueRule({
    name: 'max-lost-sharing',
    scope: 'baseline',
    kind: sizeOrShareKind,
    needsBodies: true,
    example: '50MB',
    meaning:
      'Shared layers save the images whose names are in both states at most so many bytes, or percent, less than before.',
    advice: 'varve tree shows what is built on what; build the images on the same version of their base.',
    expects: amountExpected,
    observe: (limit, facts) => sinceBaseline(facts, (baseline) => [lostSharing(limit, baseline, facts)]),
  }),
];

function sinceBaseline(facts: Facts, look: (baseline: SetFacts) => readonly Judgement[]): readonly Judgement[] {
  const { baseline } = facts;
  if (baseline === null) return [unknown(wholeSet, 'there is no baseline')];
  if (baseline.inventory.archives.some(({ status }) => status === 'unreadable')) {
    return [unknown(wholeSet, 'an archive of the baseline could not be read')];
  }
  return look(baseline);
}

function growth(limit: Amount, baseline: SetFacts, { totals }: Facts): Judgement {
  const before = baseline.totals.total.totalBytes;
  return withinAmount(limit, totals.total.totalBytes - before, before);
}

/** Each new layer is an observation of its own once they are too many. */
function newLayers(limit: number, baseline: SetFacts, facts: Facts): Judgement[] {
  if (facts.set.images.length === 0) return [unknown(wholeSet, 'there is no image')];
  const known = new Set(imageLayers(baseline.set).map(({ key }) => key));
  const layers = imageLayers(facts.set).filter(({ key }) => !known.has(key));
  // Nothing identifies such a layer beyond its own set.
  const nameless = [...imageLayers(baseline.set), ...layers].some(({ key }) => key.startsWith('#'));
  if (nameless) return [unknown(wholeSet, 'a layer has no digest to compare')];
  if (layers.length <= limit) return [judged(wholeSet, true, layers.length)];
  return layers.map((layer) => judged(layerSubject(layer, facts), false, layers.length, layer.sizeBytes ?? 0));
}

/** What sharing saves is the size of all images less that of their distinct layers. */
function lostSharing(limit: Amount, baseline: SetFacts, facts: Facts): Judgement {
  const before = named(baseline);
  const now = named(facts);
  const names = [...before.keys()].filter((name) => now.has(name));
  if (names.length === 0) return unknown(wholeSet, 'no name of an image is in both states');
  const saved = [before, now].map((images) => savedBytes(names.flatMap((name) => images.get(name) ?? [])));
  const [savedBefore = null, savedNow = null] = saved;
  if (savedBefore === null || savedNow === null) return unknown(wholeSet, 'the size of a layer is not known');
  const lost = Math.max(0, savedBefore - savedNow);
  return lost === 0 ? judged(wholeSet, true, 0) : withinAmount(limit, lost, savedBefore);
}

/** Images by name and platform, those without a name left out. */
function named({ set }: SetFacts): Map<string, SetImage[]> {
  const images = new Map<string, SetImage[]>();
  for (const image of set.images) {
    for (const reference of image.references) {
      const key = JSON.stringify([reference, image.platform]);
      images.set(key, [...(images.get(key) ?? []), image]);
    }
  }
  return images;
}

function savedBytes(images: readonly SetImage[]): number | null {
  const layers = [...new Set(images)].flatMap(({ setLayers }) => setLayers);
  const all = sizeOf(layers);
  const distinct = sizeOf([...new Set(layers)]);
  return all === null || distinct === null ? null : all - distinct;
}

function sizeOf(layers: readonly Layer[]): number | null {
  let sum = 0;
  for (const { sizeBytes } of layers) {
    if (sizeBytes === null) return null;
    sum += sizeBytes;
  }
  return sum;
}
