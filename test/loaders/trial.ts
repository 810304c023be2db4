/** Generated archives, written to a folder that is removed, given to the loaders and to Varve. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchiveRecord } from '../../src/model/results/inventory.js';
import { scan } from '../../src/scan/scan.js';
import { archiveOf, type Generated } from './archives.js';

/** An archive and what Varve says of it; `path` is there as long as `use` runs. */
export interface Specimen extends Generated {
  readonly path: string;
  readonly archives: readonly ArchiveRecord[];
}

/** Hands over the archives of these seeds, scanned with every byte hashed. */
export async function withArchives<T>(
  seeds: readonly number[],
  use: (specimens: readonly Specimen[]) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'varve-loaders-'));
  try {
    const generated = await Promise.all(seeds.map(archiveOf));
    const paths = generated.map(({ seed, bytes }) => {
      const path = join(folder, `${seed}.tar`);
      writeFileSync(path, bytes);
      return path;
    });
    const { archives } = await scan(paths, { workers: 0 });
    return await use(
      generated.map((each, index) => {
        const path = paths[index] ?? '';
        const own = archives.filter((archive) => archive.path === path || archive.path.startsWith(`${path}!/`));
        if (own.length === 0) throw new Error(`${path} was not scanned`);
        return { ...each, path, archives: own };
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
