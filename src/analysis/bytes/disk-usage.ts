/**
 * The table of `df`, after docker's `system df`. The row of the archives is the sum of images, unreferenced and overhead,
 * in size and in what can be reclaimed; the row of the layers is the part of the images that is layers. So, as in docker,
 * the size of the images includes their layers, but here the figures of all images add up to what is on the disk. Of an
 * archive that failed nothing is offered.
 */
import type { Inventory } from '../../model/results/inventory.js';
import type { DiskUsage, Reclaim } from '../../model/results/results.js';
import { finished, type Work } from '../../model/work/work.js';
import { readableArchives } from '../set/distinct-images.js';
import { type ImageSet, imageLayers, imageOf, makeImageSet } from '../set/image-set.js';
import { layerState } from '../set/layers.js';
import { bytesToFetch } from './bytes-to-fetch.js';
import { type Classification, classifyBodies } from './classification.js';
import { type ReclaimTotals, reclaimTotals } from './reclaim.js';

type Row = DiskUsage['rows'][number];

interface Tally {
  sizeBytes: number;
  reclaimableBytes: number;
}

/** What is stored, what is active and what can go, as `varve df` prints it; sizes in stored bytes. */
export function diskUsage(inventory: Inventory): DiskUsage {
  return finished(makeDiskUsage(inventory));
}

/** The same, with rests. */
export function* makeDiskUsage(inventory: Inventory): Work<DiskUsage> {
  const set = yield* makeImageSet(inventory);
  const classification = yield* classifyBodies(inventory, set);
  const { total: reclaim, archives } = reclaimTotals(inventory, classification);
  const toFetch = yield* bytesToFetch(inventory, set);
  return {
    kind: 'varve.df',
    schemaVersion: 1,
    verified: inventory.verified,
    rows: [
      archivesRow(inventory, set, reclaim),
      ...imageRows(inventory, set, classification),
      ...restRows(inventory, classification, { total: reclaim, archives }),
    ],
    toFetch,
    reclaim,
  };
}

function archivesRow(inventory: Inventory, set: ImageSet, reclaim: Reclaim): Row {
  const archives = readableArchives(inventory);
  const active = archives.filter(([, { images }]) => images.some(({ id }) => imageOf(set, id)?.state === 'live'));
  return {
    type: 'archives',
    total: archives.length,
    active: active.length,
    sizeBytes: reclaim.totalBytes,
    reclaimableBytes: reclaim.reclaimableBytes,
  };
}

/** Images with everything that belongs to them or lies beside them under a root, and of that the layers. */
function imageRows(inventory: Inventory, set: ImageSet, { classes }: Classification): Row[] {
  const images: Tally = { sizeBytes: 0, reclaimableBytes: 0 };
  const layers: Tally = { sizeBytes: 0, reclaimableBytes: 0 };
  for (const [position, { entries, status }] of readableArchives(inventory)) {
    for (const [entry, { role, storedBytes }] of entries.entries()) {
      const byteClass = classes[position]?.[entry];
      if (byteClass === undefined || byteClass === 'overhead' || byteClass === 'unreferenced') continue;
      const reclaimable = status !== 'failed' && (byteClass === 'duplicate' || byteClass === 'dangling');
      for (const tally of role === 'layer' ? [images, layers] : [images]) {
        tally.sizeBytes += storedBytes;
        if (reclaimable) tally.reclaimableBytes += storedBytes;
      }
    }
  }
  const distinct = imageLayers(set);
  const liveImages = set.images.filter(({ state }) => state === 'live');
  const liveLayers = distinct.filter((layer) => layerState(layer, set) === 'live');
  return [
    { type: 'images', total: set.images.length, active: liveImages.length, ...images },
    { type: 'layers', total: distinct.length, active: liveLayers.length, ...layers },
  ];
}

function restRows(inventory: Inventory, { classes }: Classification, reclaim: ReclaimTotals): Row[] {
  const archives = readableArchives(inventory).length;
  const bodies = classes.reduce((sum, row) => sum + row.filter((value) => value === 'unreferenced').length, 0);
  const { unreferencedBytes, overheadBytes } = reclaim.total;
  const offered = reclaim.archives.filter((_, position) => inventory.archives[position]?.status !== 'failed');
  return [
    {
      type: 'unreferenced',
      total: bodies,
      active: 0,
      sizeBytes: unreferencedBytes,
      reclaimableBytes: offered.reduce((sum, archive) => sum + archive.unreferencedBytes, 0),
    },
    { type: 'overhead', total: archives, active: archives, sizeBytes: overheadBytes, reclaimableBytes: 0 },
  ];
}
