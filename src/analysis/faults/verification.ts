/**
 * The result of `verify`: every finding of every archive, and how much was really hashed. An archive whose results were
 * only recorded in an inventory, or that nobody hashed, keeps a status that says so; nothing here turns it into ok.
 */
import type { Coverage, Inventory } from '../../model/results/inventory.js';
import type { Verification } from '../../model/results/results.js';
import { finished, type Work } from '../../model/work/work.js';
import { uniteImages } from '../set/distinct-images.js';
import { traceFaults } from './faults.js';
import { findingCounts } from './finding-counts.js';

/** What was verified, as `varve verify` prints it; sizes in stored bytes. */
export function verification(inventory: Inventory): Verification {
  return finished(makeVerification(inventory));
}

/** The same, with rests. */
export function* makeVerification(inventory: Inventory): Work<Verification> {
  const { archives, skipped } = inventory;
  const faults = yield* traceFaults(inventory);
  return {
    kind: 'varve.verification',
    schemaVersion: 1,
    summary: {
      archives: archives.length,
      images: (yield* uniteImages(inventory)).length,
      ...hashed(inventory),
      ...findingCounts(inventory),
      coverage: covered(inventory),
    },
    archives: archives.map(({ path, format, compression, status, coverage, findings, notChecked }, position) => ({
      path,
      format,
      compression,
      status,
      coverage,
      findings,
      faults: faults[position] ?? [],
      notChecked,
    })),
    skipped,
  };
}

/** What an inventory records of archives that nobody hashed now is left out. */
function covered({ archives }: Inventory): Coverage {
  const sum = { digestBytes: 0, contentBytes: 0, openBytes: 0 };
  for (const { status, coverage } of archives) {
    if (status === 'recorded' || coverage === null) continue;
    sum.digestBytes += coverage.digestBytes;
    sum.contentBytes += coverage.contentBytes;
    sum.openBytes += coverage.openBytes;
  }
  return sum;
}

/** An entry may count on both sides: hashed now, and what is inside known from before. */
function hashed({ archives }: Inventory) {
  const now = { blobs: 0, bytes: 0 };
  const before = { blobs: 0, bytes: 0 };
  const add = (sum: typeof now, storedBytes: number): void => {
    sum.blobs += 1;
    sum.bytes += storedBytes;
  };
  for (const { status, entries } of archives) {
    // Its digests were computed when the inventory was written, from bytes that may have changed since.
    if (status === 'recorded') continue;
    for (const { digest, storedBytes, cached } of entries) {
      if (digest === null) continue;
      if (cached !== 'body') add(now, storedBytes);
      if (cached !== undefined) add(before, storedBytes);
    }
  }
  return { blobs: now.blobs, bytesHashed: now.bytes, blobsFromCache: before.blobs, bytesFromCache: before.bytes };
}
