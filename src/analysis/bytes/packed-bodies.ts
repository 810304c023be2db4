/**
 * What one archive would hold that has every image of the set, untagged ones too, and each stored digest once; and what
 * it would hold with each layer in its smallest form alone. Bodies only: the structure of the archive and the documents
 * that its writer makes come on top.
 */
import type { Inventory } from '../../model/results/inventory.js';
import type { Report } from '../../model/results/results.js';
import { eachOf, type Work } from '../../model/work/work.js';
import { readableArchives } from '../set/distinct-images.js';
import type { ImageSet } from '../set/image-set.js';
import { lesserForms } from '../set/layer-table.js';
import { keptCopies, type StoredCopy, storedForm } from '../set/stored-copies.js';
import type { Classification } from './classification.js';

/** The bodies of one archive of the whole set, in stored bytes. */
export function* packedBodies(
  inventory: Inventory,
  set: ImageSet,
  { classes }: Classification,
): Work<Report['packed']> {
  const isReached = ({ archive, entry }: StoredCopy) => {
    const byteClass = classes[archive]?.[entry] ?? 'unreferenced';
    return byteClass !== 'overhead' && byteClass !== 'unreferenced';
  };
  const reached: StoredCopy[] = [];
  for (const [archive, { entries }] of readableArchives(inventory)) {
    yield* eachOf(entries, (record, entry) => {
      const copy = { archive, entry, record };
      if (isReached(copy)) reached.push(copy);
    });
  }
  const kept = keptCopies(reached);
  yield;
  const spared = yield* lesserForms(set.layers, kept, isReached);
  // The same bytes may be something that is no layer as well.
  for (const copy of reached) if (copy.record.role !== 'layer') spared.delete(storedForm(copy));
  const bytesOf = (forms: readonly string[]) =>
    forms.reduce((sum, form) => sum + (kept.get(form)?.record.storedBytes ?? 0), 0);
  const forms = [...kept.keys()];
  return {
    bodyBytes: bytesOf(forms),
    unifiedBodyBytes: bytesOf(forms.filter((form) => !spared.has(form))),
    sizeBytes: null,
    unifiedSizeBytes: null,
  };
}
