/**
 * The distinct layers of a set as rows: who has them, where they are stored, and in which other forms. A layer whose
 * body is in no archive has a row all the same, without copies.
 */
import type { Inventory } from '../../model/results/inventory.js';
import type { ImageState, LayerList, ReportLayer } from '../../model/results/results.js';
import { finished, mapped, type Work } from '../../model/work/work.js';
import { type Classification, classifyBodies } from '../bytes/classification.js';
import { type ImageSet, imageLayers, imagesOf, makeImageSet } from './image-set.js';
import type { Layer } from './layer-table.js';
import { liveliest } from './states.js';
import { bestCopy, digestOfForm, formsOf, storedBytesOf } from './stored-copies.js';

/** Every layer that an image lists, as `varve layers` prints it, in first-seen order; sizes in bytes. */
export function layerList(inventory: Inventory): LayerList {
  return finished(makeLayerList(inventory));
}

/** The same, with rests. */
export function* makeLayerList(inventory: Inventory): Work<LayerList> {
  const set = yield* makeImageSet(inventory);
  const classification = yield* classifyBodies(inventory, set);
  return {
    kind: 'varve.layers',
    schemaVersion: 1,
    verified: inventory.verified,
    layers: yield* mapped(imageLayers(set), (layer) => {
      const row = layerRow(layer, set, inventory);
      return Object.assign(row, {
        archives: [...new Set(row.copies.map(({ archive }) => archive))],
        twins: twinsOf(layer, classification),
        state: layerState(layer, set),
      });
    }),
  };
}

/** The row of a layer in a report: uncompressed size, and the stored bytes of all copies. */
export function layerRow(layer: Layer, set: ImageSet, { archives }: Inventory): ReportLayer {
  return {
    diffId: layer.diffId,
    sizeBytes: layer.sizeBytes,
    claimedSizeBytes: layer.claimedSizeBytes,
    storedBytes: storedBytesOf(layer.copies),
    images: imagesOf(set, layer).map(({ id }) => id),
    copies: layer.copies.map(({ archive, record }) => ({
      archive: archives[archive]?.path ?? '',
      entry: record.name,
      digest: record.digest ?? record.claimedDigest,
      storedBytes: record.storedBytes,
      compression: record.compression,
    })),
  };
}

/** The state of the liveliest image that lists the layer; null where none does. */
export function layerState(layer: Layer, set: ImageSet): ImageState | null {
  return imagesOf(set, layer).reduce<ImageState | null>((best, { state }) => liveliest(best, state), null);
}

/** The forms beside the one that is needed, or that would be if the layer were live. */
function twinsOf({ copies }: Layer, { classes }: Classification): string[] {
  const kept = copies.find(({ archive, entry }) => classes[archive]?.[entry] === 'needed') ?? bestCopy(copies);
  const keptForm = kept?.form ?? null;
  const others = [...formsOf(copies).keys()].filter((form) => form !== keptForm);
  return others.flatMap((form) => digestOfForm(form) ?? []);
}
