/** `fsck` and `repairStore`: what a store is worth, and what is healed of it. */

import type { Repair } from '../../model/results/repair/repair.js';
import type { StoreCheck } from '../../model/results/store/store-check.js';
import { scanForRepair } from '../../repair/repair.js';
import { textHasher } from '../../scan/hash-text.js';
import { scanPlaces } from '../../scan/scan.js';
import { inTurns } from '../../sources/steps.js';
import { checkStore } from '../../store/check/check-store.js';
import { storeLock } from '../../store/check/lock-facts.js';
import { healStore } from '../../store/heal/heal-store.js';
import { ownProcess } from '../../store/lock/own-process.js';
import { settled } from '../../store/store-stamp.js';
import { type ImageStore, lockOf, presentFolder, type StoreRunOptions, scanOptionsOf } from './image-store.js';

export interface StoreRepairOptions extends StoreRunOptions {
  /** Archives, layouts, folders or globs that may have it intact. */
  readonly from: readonly string[];
  /** Only say what would be healed. Default false. */
  readonly dryRun?: boolean;
}

const recentMs = 3_600_000;

/** Reads every byte of a store; takes no lock and changes nothing. The result is that of `varve fsck --format json`. Throws as `scan` does. */
export async function fsck(store: ImageStore, options: StoreRunOptions = {}): Promise<StoreCheck> {
  const folder = presentFolder(store);
  const asked = { ...scanOptionsOf(options), verify: true };
  const found = await settled([folder.path], () => scanPlaces([folder.path], asked));
  const checked = { store: folder, lock: storeLock(folder, ownProcess), youngerThanMs: Date.now() - recentMs };
  return inTurns(checkStore(found, checked, textHasher(options.engine)), options.signal);
}

/**
 * Heals a store in its place from intact copies, blob by blob. The result is that of `varve repair --store --format json`. Throws
 * as `scan` does, VarveError `input-unreadable` where its index cannot be read, `internal` where it cannot be written.
 */
export async function repairStore(store: ImageStore, options: StoreRepairOptions): Promise<Repair> {
  const folder = presentFolder(store);
  const { from, dryRun = false, engine = 'node', onProgress } = options;
  const asked = scanOptionsOf(options);
  const damaged = await settled([folder.path], () => scanForRepair([folder.path], asked));
  const sources = from.length === 0 ? null : await scanForRepair(from, asked);
  const settings = { ...lockOf(store, options), dryRun, engine, onProgress: onProgress ?? null };
  return healStore(folder, { damaged, from: sources }, settings);
}
