/**
 * What is repaired from: archives on a disk, scanned to the last byte, and registries, of which manifests and configs are
 * read, and then no more bodies than the damaged archives lack.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interruption, VarveError } from '../model/error.js';
import type { ArchiveRecord } from '../model/results/inventory.js';
import type { PlacedScan } from '../scan/scan.js';
import { scanPlaces } from '../scan/scan.js';
import type { ScanOptions } from '../scan/settings.js';
import { unreadableRecord } from '../verify/archive-record.js';
import { fetchBodies, lackingDigests } from './fetched-bodies.js';

/** What was fetched, to be kept until the repair is done. */
export interface FetchedSources {
  readonly scan: PlacedScan;
  /** Removes what was fetched. */
  close(): void;
}

/**
 * Fetches from registries (`inputs`) what the damaged archives lack, and scans it. What was fetched lies in a folder of its
 * own among the temporary files until it is closed. Throws as `scan` does.
 */
export async function fetchSources(
  inputs: readonly string[],
  damaged: PlacedScan,
  options: Pick<ScanOptions, 'remote' | 'signal' | 'limits' | 'workers' | 'engine' | 'onProgress'>,
): Promise<FetchedSources> {
  const { remote, signal, onProgress = null } = options;
  if (remote === undefined) throw new VarveError('internal', 'there is no way to registries');
  const named = await scanPlaces(inputs, { ...options, verify: false, inventories: false });
  const folder = mkdtempSync(join(tmpdir(), 'varve-fetched-'));
  const close = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const settings = { remote, folder, signal, onProgress };
    const failed = await fetchBodies(named, lackingDigests(damaged.inventory), settings);
    const { remote: _remote, ...here } = options;
    const own = failed === null ? null : await scanPlaces([folder], { ...here, verify: true, inventories: false });
    return { scan: joined(named, own, failed ?? []), close };
  } catch (error) {
    close();
    if (signal?.aborted) throw interruption(signal);
    throw error;
  }
}

/** What was fetched under the names that it was asked for by, with what could not be read. */
function joined(
  named: PlacedScan,
  fetched: PlacedScan | null,
  failed: readonly { readonly path: string; readonly reason: string }[],
): PlacedScan {
  const unreadable = [
    ...named.inventory.archives.filter(({ status }) => status === 'unreadable'),
    ...failed.map(({ path, reason }) => unreadableRecord(path, 'input-unreadable', reason)),
  ];
  const names = named.inventory.archives.filter(({ remote }) => remote === true).map(({ path }) => path);
  const own = fetched?.inventory.archives ?? [];
  const archives: ArchiveRecord[] = own.map((record) => ({ ...record, path: names.join(', ') }));
  return {
    inventory: { ...named.inventory, archives: [...archives, ...unreadable] },
    places: [...(fetched?.places ?? []), ...unreadable.map(() => null)],
    limits: named.limits,
  };
}
