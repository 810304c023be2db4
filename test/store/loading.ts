/** Stores of tests: archives loaded into them, and what stands there then. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Inventory } from '../../src/model/results/inventory.js';
import type { Loaded } from '../../src/model/results/store/changes.js';
import { scanForPack } from '../../src/pack/pack.js';
import { scan } from '../../src/scan/scan.js';
import { type LoadSettings, loadScan } from '../../src/store/load.js';
import type { OwnProcess } from '../../src/store/lock-owner.js';
import { StoreFolder } from '../../src/store/store-folder.js';

/** This process, as the lock of a store knows it. */
export const self: OwnProcess = {
  pid: process.pid,
  isRunning: (pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  },
};

const settings: LoadSettings = {
  own: self,
  timeoutMs: 10_000,
  onWait: () => {},
  dryRun: false,
  signal: undefined,
  engine: 'node',
  onProgress: null,
  onLayer: null,
};

/** Loads archives without threads. */
export async function loadInto(
  store: string,
  inputs: readonly string[],
  options: Partial<LoadSettings> = {},
): Promise<Loaded> {
  const scan = await scanForPack(inputs, { verify: false, workers: 0 });
  return loadScan(new StoreFolder(store), scan, { ...settings, ...options });
}

/** Scans a store that has to be whole, with every byte of it. */
export async function wholeStore(store: string): Promise<Inventory> {
  const inventory = await scan([store], { workers: 0 });
  const [archive] = inventory.archives;
  expect(archive?.findings.filter(({ severity }) => severity !== 'hint')).toEqual([]);
  expect(archive?.status).toBe('ok');
  return inventory;
}

/** Every file of a store but what it remembers of them, by name, with its bytes and when it was written. */
export function filesOf(store: string, folder = ''): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of readdirSync(join(store, folder)).sort()) {
    const path = join(folder, name);
    if (path === '.varve/known-blobs') continue;
    const stat = lstatSync(join(store, path));
    if (stat.isDirectory()) for (const [below, bytes] of filesOf(store, path)) files.set(below, bytes);
    else files.set(path, stat.isFile() ? `${stat.mtimeMs} ${readFileSync(join(store, path), 'latin1')}` : 'link');
  }
  return files;
}
