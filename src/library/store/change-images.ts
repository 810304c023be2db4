/** `loadImages`, `saveImages` and `tagImage`: what goes into a store, comes out of it, and is called otherwise. */
import { imageSet } from '../../analysis/set/image-set.js';
import type { Pack } from '../../model/results/pack.js';
import type { Loaded } from '../../model/results/store/changes.js';
import { packScan, scanForPack } from '../../pack/pack.js';
import { type PackForm, planOfForm } from '../../pack/pack-forms.js';
import { packTarget } from '../../pack/pack-target.js';
import { scan, scanPlaces } from '../../scan/scan.js';
import { loadScan, withLoadInput } from '../../store/load.js';
import { ownProcess } from '../../store/lock/own-process.js';
import { readIndex, StoreFolder } from '../../store/store-folder.js';
import { settled } from '../../store/store-stamp.js';
import { newName, tagRoot } from '../../store/tag.js';
import { type ImageStore, lockOf, presentFolder, type StoreRunOptions, scanOptionsOf } from './image-store.js';
import { meantImages, rootOfMeant } from './meant-images.js';

export interface LoadOptions extends StoreRunOptions {
  /** Only say what would be loaded and written; nothing is made where there is no store. Default false. */
  readonly dryRun?: boolean;
}

export interface SaveOptions extends StoreRunOptions {
  /** Only say what would be written. Default false. */
  readonly dryRun?: boolean;
  /** The archive; a path that ends in a slash, or an empty folder, becomes a folder. */
  readonly output: string;
  /** An OCI image layout, a docker save archive, or both at once. Default `both`. */
  readonly format?: PackForm;
}

/**
 * Loads archives into a store, which is made where there is none. The result is that of `varve load --format json`. Throws as
 * `scan` does, VarveError `input-unreadable` where the store cannot be changed, `internal` where it cannot be written.
 */
export async function loadImages(
  store: ImageStore,
  inputs: readonly string[],
  options: LoadOptions = {},
): Promise<Loaded> {
  const folder = new StoreFolder(store.path);
  const { signal, dryRun = false } = options;
  return withLoadInput(folder, { inputs, own: ownProcess, signal, dryRun }, async (spooledInput) => {
    const asked = { ...scanOptionsOf(options), verify: false, output: store.path };
    const found = await scanForPack(inputs, asked, spooledInput);
    return loadScan(folder, found, {
      ...lockOf(store, options),
      dryRun,
      engine: options.engine ?? 'node',
      onProgress: options.onProgress ?? null,
      onLayer: null,
    });
  });
}

/**
 * Writes images of a store into one archive, under the names that are given. The result is that of `varve pack --format json`;
 * where a body is damaged, nothing is written and `status` is `refused`. Throws as `loadImages` does, `usage` also for a name
 * that means nothing.
 */
export async function saveImages(store: ImageStore, names: readonly string[], options: SaveOptions): Promise<Pack> {
  const { output, format = 'both', dryRun = false, engine = 'node', signal, onProgress } = options;
  const folder = presentFolder(store);
  const asked = { ...scanOptionsOf(options), verify: false, workers: 0, output };
  const found = await settled([folder.path], () => scanPlaces([folder.path], asked));
  const { index } = readIndex(folder);
  const set = imageSet(found.inventory);
  const images = new Set<string>();
  const artifacts = new Set<string>();
  const only = new Map<string, Set<string>>();
  for (const word of names) {
    const meant = meantImages(index, set, word);
    const root = rootOfMeant(meant, index);
    if (root === null) continue;
    for (const { id } of meant.images) images.add(id);
    if (meant.images.length === 0) artifacts.add(root);
    only.set(root, new Set([...(only.get(root) ?? []), ...(meant.entry?.name == null ? [] : [meant.entry.name])]));
  }
  const picks = { images, artifacts, without: [], platforms: [], keepLast: null, onlyNeeded: false };
  return packScan(
    found,
    { ...picks, preferred: [], only },
    {
      target: packTarget(output, { split: null, outer: null }),
      shape: function* (plan) {
        yield;
        return planOfForm(plan, format);
      },
      recode: null,
      map: null,
      workers: 0,
      dryRun,
      keepGoing: false,
      untagContested: false,
      engine,
      signal,
      onProgress: onProgress ?? null,
    },
  );
}

/** Gives something in a store one more name, and takes it from what had it. Throws as `loadImages` does, `usage` for what is no name. */
export async function tagImage(
  store: ImageStore,
  source: string,
  target: string,
  options: StoreRunOptions = {},
): Promise<void> {
  const name = newName(target);
  const folder = presentFolder(store);
  const find = async () => {
    const inventory = await scan([folder.path], { ...scanOptionsOf(options), verify: false, workers: 0 });
    const meant = meantImages(readIndex(folder).index, imageSet(inventory), source);
    return (index: Parameters<typeof rootOfMeant>[1]) => rootOfMeant(meant, index);
  };
  await tagRoot(folder, find, name, { ...lockOf(store, options), dryRun: false });
}
