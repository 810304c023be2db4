/**
 * What one archive would hold that has every image of the set, untagged ones too, and each stored digest once; and what
 * it would hold with each layer in its smallest form alone. Bodies only: the structure of the archive and the documents
 * that its writer makes come on top.
 */
import type { Report } from '../../model/results/results.js';
import { eachOfAll, type Work } from '../../model/work/work.js';
import type { ImageSet } from '../set/image-set.js';
import { lesserForms } from '../set/layer-table.js';
import { keptCopies, type StoredCopy, storedBytesOf } from '../set/stored-copies.js';
import type { Classification } from './classification.js';

/** The bodies of one archive of the whole set, in stored bytes. */
export function* packedBodies(set: ImageSet, { classes }: Classification): Work<Report['packed']> {
  const isReached = ({ archive, entry }: StoredCopy) => classes[archive]?.[entry] !== 'unreferenced';
  const reached: StoredCopy[] = [];
  yield* eachOfAll(set.copies, (copy) => {
    if (isReached(copy)) reached.push(copy);
  });
  const kept = keptCopies(reached);
  yield;
  const spared = yield* lesserForms(set.layers, kept, isReached);
  // The same bytes may be something that is no layer as well.
  if (spared.size > 0) for (const copy of reached) if (copy.record.role !== 'layer') spared.delete(copy.form);
  const bodies = [...kept.values()];
  return {
    bodyBytes: storedBytesOf(bodies),
    unifiedBodyBytes: storedBytesOf(bodies.filter(({ form }) => !spared.has(form))),
    sizeBytes: null,
    unifiedSizeBytes: null,
  };
}
