/**
 * What a pull of everything that is named of a registry would fetch to here: its blobs that no archive of the run has on a
 * disk, by the digest of their stored bytes. A copy here whose bytes are known to be wrong has to be fetched; a layer that
 * is here in another compression is another blob. What was not verified counts by what it is called.
 */
import type { Inventory } from '../../model/results/inventory.js';
import type { BytesToFetch } from '../../model/results/registry/to-fetch.js';
import { eachOf, type Work } from '../../model/work/work.js';
import { readableArchives } from '../set/distinct-images.js';
import type { ImageSet } from '../set/image-set.js';
import { isUsable } from '../set/stored-copies.js';

/** For each registry among the archives, in their order; none where there is no registry. */
export function* bytesToFetch(inventory: Inventory, { copies }: ImageSet): Work<BytesToFetch[]> {
  const readable = readableArchives(inventory);
  const remote = readable.filter(([, archive]) => archive.remote === true);
  if (remote.length === 0) return [];
  const here = new Set<string>();
  for (const [archive, { remote: isElsewhere }] of readable) {
    if (isElsewhere === true) continue;
    yield* eachOf(copies[archive] ?? [], (copy) => {
      if (isUsable(copy)) here.add(copy.form);
    });
  }
  const rows: BytesToFetch[] = [];
  for (const [archive, { path }] of remote) {
    const row = { path, blobs: 0, bytes: 0, presentBlobs: 0, presentBytes: 0 };
    yield* eachOf(copies[archive] ?? [], ({ record, form }) => {
      const isHere = here.has(form);
      row[isHere ? 'presentBlobs' : 'blobs'] += 1;
      row[isHere ? 'presentBytes' : 'bytes'] += record.storedBytes;
    });
    rows.push(row);
  }
  return rows;
}
