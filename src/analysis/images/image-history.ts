/**
 * The history of images: the steps that their configs tell of, each with the layer that it made, newest first as docker
 * has it. Steps are matched to layers only where there are as many of the one as of the other: an image whose history is
 * missing, or was written by another build than its layers, still shows its layers, and nothing is made up about them.
 */
import type { EntryRecord, HistoryRecord, Inventory } from '../../model/results/inventory.js';
import type { History, HistoryStep, ImageHistory } from '../../model/results/results.js';
import { finished, mapped, type Work } from '../../model/work/work.js';
import { weighImages } from '../bytes/sharing.js';
import { type ImageSet, imagesOf, type SetImage } from '../set/image-set.js';
import type { Layer } from '../set/layer-table.js';
import { storedLayers } from '../set/stored-layers.js';

/** The history of these images of the set, in their order; sizes in uncompressed bytes. */
export function imageHistory(images: readonly SetImage[], set: ImageSet, inventory: Inventory): History {
  return finished(makeHistory(images, set, inventory));
}

/** The same, with rests. */
export function* makeHistory(images: readonly SetImage[], set: ImageSet, inventory: Inventory): Work<History> {
  const figures = yield* weighImages(set);
  const layers = [...new Set(images.flatMap(({ setLayers }) => setLayers))];
  const positions = new Map(layers.map((layer, position) => [layer, position]));
  return {
    kind: 'varve.history',
    schemaVersion: 1,
    verified: inventory.verified,
    images: yield* mapped(
      images,
      (image): ImageHistory => ({
        id: image.id,
        references: [...new Set([...image.references, ...image.localTags])].sort(),
        platform: image.platform,
        createdAt: image.createdAt,
        sizeBytes: figures.get(image.id)?.sizeBytes ?? null,
        claimedSizeBytes: figures.get(image.id)?.claimedSizeBytes ?? null,
        ...stepsOf(image, positions, storedLayers(image, inventory)),
      }),
    ),
    layers: yield* mapped(layers, (layer) => ({
      diffId: layer.diffId,
      sizeBytes: layer.sizeBytes,
      claimedSizeBytes: layer.claimedSizeBytes,
      images: imagesOf(set, layer).map(({ id }) => id),
    })),
  };
}

type StepText = Pick<HistoryStep, 'createdAt' | 'createdBy' | 'comment' | 'emptyLayer'>;
type StepLayer = Omit<HistoryStep, keyof StepText>;

const noText: StepText = { createdAt: null, createdBy: null, comment: null, emptyLayer: false };
const noLayer: StepLayer = {
  layer: null,
  diffId: null,
  sizeBytes: null,
  claimedSizeBytes: null,
  storedBytes: null,
  compression: null,
  otherImages: 0,
};

function stepsOf(
  { history, setLayers }: SetImage,
  positions: ReadonlyMap<Layer, number>,
  bodies: readonly (EntryRecord | null)[],
): Pick<ImageHistory, 'fits' | 'steps'> {
  const layers = setLayers.map((layer, i) => layerOf(layer, positions.get(layer) ?? null, bodies[i] ?? null));
  const fits = history.filter(({ emptyLayer }) => !emptyLayer).length === layers.length;
  if (!fits) {
    const bare = layers.map((layer) => Object.assign({}, noText, layer));
    return { fits, steps: [...bare.reverse(), ...history.map((step) => stepOf(step, noLayer)).reverse()] };
  }
  let next = 0;
  const steps = history.map((step) => {
    const layer = step.emptyLayer ? undefined : layers[next];
    if (!step.emptyLayer) next += 1;
    return stepOf(step, layer ?? noLayer);
  });
  return { fits, steps: steps.reverse() };
}

function stepOf({ createdAt, createdBy, comment, emptyLayer }: HistoryRecord, layer: StepLayer): HistoryStep {
  return { createdAt, createdBy, comment, emptyLayer, ...layer, sizeBytes: emptyLayer ? 0 : layer.sizeBytes };
}

function layerOf(
  { diffId, sizeBytes, claimedSizeBytes, images }: Layer,
  layer: number | null,
  body: EntryRecord | null,
): StepLayer {
  const stored = { storedBytes: body?.storedBytes ?? null, compression: body?.compression ?? null };
  return { layer, diffId, sizeBytes, claimedSizeBytes, ...stored, otherImages: images.length - 1 };
}
