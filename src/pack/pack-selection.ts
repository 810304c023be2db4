/**
 * What is to go into a pack: all images, or those that were picked, and with them what describes them. An artifact that
 * describes no image of the set stands by itself, and goes in unless images were picked by name or platform.
 */
import { keepLast } from '../analysis/removal/keep-rules.js';
import { artifactHolders } from '../analysis/set/artifact-states.js';
import type { ImageSet, SetImage } from '../analysis/set/image-set.js';
import type { Digest } from '../model/digest.js';
import { VarveError } from '../model/error.js';
import {
  formatPlatform,
  matchesPlatform,
  normalizePlatform,
  type Platform,
  type PlatformPattern,
  parsePlatform,
  parsePlatformPattern,
  platformPatternForm,
} from '../model/platform.js';
import type { Inventory } from '../model/results/inventory.js';
import type { ImageState } from '../model/results/results.js';

/** What may stay out of a pack by its state; what nothing refers to never goes in. */
export type Omission = ImageState | 'unreferenced';

/** Which images a pack is for; an image has to pass each of these. */
export interface PackPicks {
  /** IDs of images; null for all. */
  readonly images: ReadonlySet<string> | null;
  /** Digests of manifests that are no images' and go in whatever else does. Default: none. */
  readonly artifacts?: ReadonlySet<string>;
  /** Images in these states stay out. */
  readonly without: readonly Omission[];
  /** Images for other platforms stay out; none: all platforms go in. */
  readonly platforms: readonly PlatformPattern[];
  /** So many of the newest images of each repository and platform go in, and what has no name; null for all. */
  readonly keepLast: number | null;
  /** Only images that are live, each in one form, and nothing that only describes one. */
  readonly onlyNeeded: boolean;
}

/** Answers for the images and artifacts of one set. */
export interface PackSelection {
  image(id: string): boolean;
  /** By the digest of its manifest. */
  artifact(digest: Digest): boolean;
  /** Whether what describes an image goes in with it. */
  readonly describing: boolean;
  /** Whether no images were picked: what is no image goes in, too. */
  readonly everything: boolean;
}

/** Patterns of platforms from texts. Throws VarveError `usage` for a text that is none. */
export function platformPatterns(texts: readonly string[]): PlatformPattern[] {
  return texts.map((text) => {
    const pattern = parsePlatformPattern(text);
    if (pattern !== null) return pattern;
    throw new VarveError('usage', `a platform is ${platformPatternForm}, not ${JSON.stringify(text)}`);
  });
}

/** Throws VarveError `usage` for a platform that no image is for. */
export function selectionOf(inventory: Inventory, set: ImageSet, picks: PackPicks): PackSelection {
  const { images, platforms, onlyNeeded } = picks;
  refuseUnmatched(set, platforms);
  const isNew = newEnough(set, picks.keepLast);
  const isPicked = set.images.map(
    (image) => hasState(image, picks) && isOn(image, platforms) && (images?.has(image.id) ?? true) && isNew(image),
  );
  const unwanted = new Set(set.images.filter((_, position) => isPicked[position] === false).map(({ id }) => id));
  const everything = images === null && platforms.length === 0;
  const artifacts = new Set<string>(picks.artifacts);
  for (const [{ digest }, holders] of artifactHolders(inventory, set.images)) {
    const isWanted =
      holders === 'always' ? everything : !onlyNeeded && [...holders].some((position) => isPicked[position]);
    if (isWanted) artifacts.add(digest);
  }
  return {
    image: (id) => !unwanted.has(id),
    artifact: (digest) => artifacts.has(digest),
    describing: !onlyNeeded,
    everything,
  };
}

function hasState({ state }: SetImage, { without, onlyNeeded }: PackPicks): boolean {
  return !without.includes(state) && (!onlyNeeded || state === 'live');
}

function isOn(image: SetImage, patterns: readonly PlatformPattern[]): boolean {
  if (patterns.length === 0) return true;
  const platform = platformOfImage(image);
  return platform !== null && patterns.some((pattern) => matchesPlatform(platform, pattern));
}

function platformOfImage({ platform }: SetImage): Platform | null {
  try {
    return platform === null ? null : normalizePlatform(parsePlatform(platform));
  } catch {
    return null;
  }
}

/** As in a plan: of each repository the newest; what has no name is in none. */
function newEnough(set: ImageSet, count: number | null): (image: SetImage) => boolean {
  if (count === null) return () => true;
  const kept = keepLast(set, count);
  return ({ id, references, localTags }) => kept.has(id) || references.length + localTags.length === 0;
}

/** A platform that is misspelt would leave out all that was meant. */
function refuseUnmatched({ images }: ImageSet, patterns: readonly PlatformPattern[]): void {
  const lost = patterns.find((pattern) => !images.some((image) => isOn(image, [pattern])));
  if (lost === undefined) return;
  const { os, architecture, variant } = lost;
  const there = images.flatMap((image) => platformOfImage(image) ?? []).map(formatPlatform);
  const found = there.length === 0 ? 'none says for which it is' : `there are ${[...new Set(there)].sort().join(', ')}`;
  const asked = [os, architecture, variant].filter((part) => part != null).join('/');
  throw new VarveError('usage', `no image is for the platform ${asked}; ${found}`);
}
