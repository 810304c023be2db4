/**
 * The report: what is in the archives, whether it is intact, what is stored twice and what can go, in one document. All
 * figures come from the same image set and the same classification, so the parts agree: the classes of the archives add
 * up to those of the whole.
 */
import type { Inventory } from '../../model/results/inventory.js';
import type { Reclaim, Report, ReportImage } from '../../model/results/results.js';
import { distinct, finished, flatMapped, mapped, type Work } from '../../model/work/work.js';
import { traceFaults } from '../faults/faults.js';
import { findingCounts } from '../faults/finding-counts.js';
import { redundantArchives } from '../removal/redundant-archives.js';
import { contestedFindings, contestedTags } from '../set/contested-tags.js';
import { isReadable, readableArchives } from '../set/distinct-images.js';
import { type ImageSet, imageLayers, imageOf, makeImageSet, type SetImage } from '../set/image-set.js';
import { layerRow } from '../set/layers.js';
import { storedFacts } from '../set/stored-layers.js';
import { bytesToFetch } from './bytes-to-fetch.js';
import { classifyBodies } from './classification.js';
import { packedBodies } from './packed-bodies.js';
import { reclaimTotals } from './reclaim.js';
import { type ImageFigures, weighImages } from './sharing.js';

/** The whole report of an inventory, as `varve report` prints it; sizes in bytes. */
export function reportOf(inventory: Inventory): Report {
  return finished(makeReport(inventory));
}

/** The same, with rests. */
export function* makeReport(inventory: Inventory): Work<Report> {
  const set = yield* makeImageSet(inventory);
  const judged = yield* withContested(inventory, set);
  const figures = yield* weighImages(set);
  const classification = yield* classifyBodies(inventory, set);
  const { total, archives } = reclaimTotals(inventory, classification);
  const toFetch = yield* bytesToFetch(inventory, set);
  yield;
  return {
    kind: 'varve.report',
    schemaVersion: 1,
    summary: summary(judged, set),
    archives: yield* reportArchives(judged, archives),
    images: yield* flatMapped(set.images, (image) => {
      const weight = figures.get(image.id);
      return weight === undefined ? [] : [reportImage(image, weight, inventory)];
    }),
    layers: yield* mapped(imageLayers(set), (layer) => layerRow(layer, set, inventory)),
    contested: yield* contestedTags(set, inventory),
    redundant: yield* redundantArchives(inventory),
    packed: yield* packedBodies(set, classification),
    toFetch,
    reclaim: total,
    skipped: inventory.skipped,
  };
}

/** The archives with what only the whole set tells of them. */
function* withContested(inventory: Inventory, set: ImageSet): Work<Inventory> {
  const found = yield* contestedFindings(set);
  const archives = inventory.archives.map((archive, position) => {
    const own = found.get(position);
    return own === undefined ? archive : { ...archive, findings: [...archive.findings, ...own] };
  });
  return { ...inventory, archives };
}

function summary(inventory: Inventory, set: ImageSet): Report['summary'] {
  const layers = imageLayers(set);
  return {
    archives: inventory.archives.length,
    images: set.images.length,
    danglingImages: set.images.filter(({ state }) => state === 'dangling').length,
    supersededImages: set.images.filter(({ state }) => state === 'superseded').length,
    layers: layers.length,
    sharedLayers: layers.filter(({ images }) => images.length > 1).length,
    verified: inventory.verified,
    ...findingCounts(inventory),
    soleDanglingArchives: soleDanglingArchives(inventory, set),
  };
}

/** How many archives hold untagged images, with what describes them, and nothing else that a root leads to. */
function soleDanglingArchives(inventory: Inventory, set: ImageSet): number {
  return readableArchives(inventory).filter(
    ([, { images, artifacts }]) =>
      images.length > 0 &&
      images.every(({ id }) => imageOf(set, id)?.state === 'dangling') &&
      artifacts.every((artifact) => set.artifactStates.get(artifact) === 'dangling'),
  ).length;
}

function* reportArchives(inventory: Inventory, bytes: readonly Reclaim[]): Work<Report['archives']> {
  const faults = yield* traceFaults(inventory);
  return inventory.archives.flatMap((archive, position) => {
    const own = bytes[position];
    if (own === undefined) return [];
    const { path, format, compression, sizeBytes, tarBytes, status, findings, notChecked } = archive;
    const images = isReadable(archive) ? distinct(archive.images.map(({ id }) => id)) : [];
    return [
      {
        path,
        format,
        compression,
        sizeBytes,
        tarBytes,
        status,
        images,
        findings,
        faults: faults[position] ?? [],
        notChecked,
        bytes: own,
      },
    ];
  });
}

function reportImage(image: SetImage, weight: ImageFigures, inventory: Inventory): ReportImage {
  return {
    id: image.id,
    manifestDigests: [...image.manifestDigests],
    references: distinct([...image.references, ...image.localTags]).sort(),
    platform: image.platform,
    createdAt: image.createdAt,
    state: image.state,
    dangling: image.state === 'dangling',
    superseded: image.state === 'superseded',
    ...weight,
    ...storedFacts(image, inventory),
    layers: image.layers.map(({ diffId }) => diffId),
    archives: distinct(image.occurrences.map(({ archive }) => inventory.archives[archive]?.path ?? '')),
  };
}
