/**
 * What `inspect`, `history`, `tree` and `diff` show, for callers of the library: scan, then look at all that is there.
 */
import { compareSides as diffOf } from '../analysis/diff/diff.js';
import type { DiffInput } from '../analysis/diff/diff-side.js';
import { type ImageDetails, imageDetails } from '../analysis/images/image-details.js';
import { imageHistory } from '../analysis/images/image-history.js';
import { imageTree } from '../analysis/images/image-tree.js';
import { imageSet } from '../analysis/set/image-set.js';
import { limitsWith } from '../model/limits.js';
import type { Diff } from '../model/results/diff.js';
import type { History, ImageTree } from '../model/results/results.js';
import { textHasher } from '../scan/hash-text.js';
import { scan, scanContents } from '../scan/scan.js';
import type { ScanOptions } from '../scan/settings.js';

/** Everything about each image, in docker's shape; with content fingerprints, unless `verify` is false. Throws as `scan` does. */
export async function inspect(inputs: readonly string[], options: ScanOptions = {}): Promise<ImageDetails[]> {
  const { inventory, contents } = await scanContents(inputs, options);
  const set = imageSet(inventory);
  const { treeFiles } = limitsWith(options.limits ?? {});
  return imageDetails(set.images, {
    inventory,
    set,
    sha256: textHasher(options.engine),
    contents: options.verify === false ? null : { layerFiles: contents, treeFiles },
  });
}

/** The steps that made each image. Throws as `scan` does. */
export async function history(inputs: readonly string[], options: ScanOptions = {}): Promise<History> {
  const inventory = await scan(inputs, options);
  const set = imageSet(inventory);
  return imageHistory(set.images, set, inventory);
}

/** Which images are built on which. Throws as `scan` does. */
export async function tree(inputs: readonly string[], options: ScanOptions = {}): Promise<ImageTree> {
  const inventory = await scan(inputs, options);
  return imageTree(imageSet(inventory), inventory, textHasher(options.engine));
}

/** What is different between two sides, each an archive, a folder or an inventory. Throws as `scan` does. */
export async function diff(before: string, after: string, options: ScanOptions = {}): Promise<Diff> {
  return diffOf(await side(before, options), await side(after, options));
}

async function side(input: string, options: ScanOptions): Promise<DiffInput> {
  const inventory = await scan([input], options);
  return { input: [input], inventory, set: imageSet(inventory), image: null };
}
