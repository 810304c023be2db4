/**
 * Inputs of the benchmarks of functions: inventories of many images, generated from what the program itself reads, so that
 * they have the shape that it makes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Inventory } from '../src/model/results/inventory.js';
import { scan } from '../src/scan/scan.js';
import { writeArchives } from '../test/helpers/archive-builder.js';

/** Runs with a temporary folder that is gone afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'varve-benchmark-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How many archives are really scanned; larger inventories repeat them under digests and paths of their own. */
const scannedArchives = 100;

/** A verified inventory of so many archives of one image each, which share a base layer. */
export async function inventoryOfImages(count: number): Promise<Inventory> {
  const scanned = await withFolder((folder) => {
    writeArchives(join(folder, 'small'), Math.min(count, scannedArchives));
    return scan([folder]);
  });
  const text = JSON.stringify(scanned.archives);
  // The digests that most archives have are those of the base: they stay what all have in common.
  const uses = new Map<string, number>();
  for (const [digest] of text.matchAll(/[0-9a-f]{64}/g)) uses.set(digest, (uses.get(digest) ?? 0) + 1);
  const archives: Inventory['archives'] = [];
  for (let copy = 0; archives.length < count; copy++) {
    const mark = copy.toString(16).padStart(8, '0');
    const changed = text
      .replace(/[0-9a-f]{64}/g, (digest) =>
        (uses.get(digest) ?? 0) < scannedArchives ? mark + digest.slice(8) : digest,
      )
      .replace(/app-(\d+)/g, `app-${copy}-$1`)
      .replace(/(\d+)\.tar"/g, `${copy}-$1.tar"`);
    archives.push(...(JSON.parse(changed) as Inventory['archives']));
  }
  return { ...scanned, archives: archives.slice(0, count) };
}
