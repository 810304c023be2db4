/** Sets of archives to pack, packs of them, and what a fresh scan finds in what was written. */
import { statSync } from 'node:fs';
import { expect } from 'vitest';
import type { Inventory } from '../../src/model/results/inventory.js';
import type { Pack } from '../../src/model/results/pack.js';
import { type PackOptions, pack } from '../../src/pack/pack.js';
import { scan } from '../../src/scan/scan.js';

/** Packs without threads. */
export function packInto(output: string, inputs: readonly string[], options: Partial<PackOptions> = {}): Promise<Pack> {
  return pack(inputs, { workers: 0, ...options, output });
}

/** Scans a pack that was written: it is whole, and as large as was said. */
export async function freshScan(result: Pack): Promise<Inventory> {
  expect(result.status).toBe('written');
  const inventory = await scan([result.output ?? ''], { workers: 0 });
  const [archive] = inventory.archives;
  expect(archive?.status).toBe('ok');
  expect(archive?.findings.filter(({ severity }) => severity !== 'hint')).toEqual([]);
  expect(archive?.sizeBytes).toBe(result.sizeBytes);
  if (statSync(result.output ?? '').isFile()) expect(statSync(result.output ?? '').size).toBe(result.sizeBytes);
  return inventory;
}

/** Each image with each of its names, sorted; an image without a name once. */
export function imageNames({ archives }: Inventory): string[] {
  const names = archives.flatMap(({ images }) =>
    images.flatMap(({ id, references, localTags }) => {
      const all = [...references, ...localTags];
      return (all.length === 0 ? ['<none>'] : all).map((name) => `${name} ${id}`);
    }),
  );
  return [...new Set(names)].sort();
}

/** The IDs of all images, each once. */
export function imageIds({ archives }: Inventory): string[] {
  return [...new Set(archives.flatMap(({ images }) => images.map(({ id }) => id)))].sort();
}
