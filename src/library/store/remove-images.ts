/** `removeImages` and `pruneStore`: what goes from a store, by the plan that is carried out. */
import { type AskedWord, removeAsDocker } from '../../analysis/removal/docker-removal.js';
import { keepLast, type Protection } from '../../analysis/removal/keep-rules.js';
import { decidePlan } from '../../analysis/removal/plan.js';
import type { Ask } from '../../analysis/removal/removal.js';
import { type ImageSet, imageSet } from '../../analysis/set/image-set.js';
import { VarveError } from '../../model/error.js';
import type { StoreRemoval } from '../../model/results/store/removal.js';
import { inTurns } from '../../sources/steps.js';
import { type RemovalSettings, removeFromStore } from '../../store/removal.js';
import type { GoingEntry } from '../../store/removal-check.js';
import type { StoreIndex } from '../../store/store-index.js';
import { type ImageStore, lockOf, presentFolder, type StoreRunOptions } from './image-store.js';
import { meantImages } from './meant-images.js';

export interface RemovalOptions extends StoreRunOptions {
  /** What stays and need not be whole: names, digests, IDs. Default: all that stays has to be. */
  readonly without?: readonly string[];
  /** Read and hash every byte of the store before anything goes. Default false. */
  readonly verify?: boolean;
  /** Only say what would go. Default false. */
  readonly dryRun?: boolean;
}

export interface RemoveOptions extends RemovalOptions {
  /** Also what has several names and is given by its ID, what is in use, and the base of another image. Default false. */
  readonly force?: boolean;
  /** IDs of images that are in use. Default: none. */
  readonly inUse?: readonly string[];
}

export interface PruneOptions extends RemovalOptions {
  /** IDs of images that stay, whatever else is asked. Default: none. */
  readonly keep?: readonly string[];
  /** Of each repository and platform only so many of the newest images stay. Default: all with a name. */
  readonly keepLast?: number;
  /** Blobs that nothing names stay where they were changed in the last so many milliseconds. Default 3,600,000. */
  readonly graceMs?: number;
}

const usualGraceMs = 3_600_000;

/**
 * Takes names from a store, and what has lost its last one, by docker's rules. The result is that of `varve rm --format json`;
 * what stays against them is in `refused`. Throws VarveError `usage` for a name that means nothing, `input-unreadable` where
 * what stays is not whole, and as `loadImages` does.
 */
export async function removeImages(
  store: ImageStore,
  names: readonly string[],
  options: RemoveOptions = {},
): Promise<StoreRemoval> {
  const { force = false, inUse = [] } = options;
  return removeFromStore(presentFolder(store), {
    ...settingsOf(store, options),
    clearsUploads: false,
    youngerThanMs: Date.now() - usualGraceMs,
    decide: async ({ inventory }, index) => {
      const set = imageSet(inventory);
      const meant = [...new Set(names)].map((word) => askedWord(index, set, word));
      const rules = { force, inUse: new Map(inUse.map((id) => [id, id])), stores: new Set([0]) };
      const removal = removeAsDocker(
        inventory,
        set,
        meant.map(({ asked }) => asked),
        rules,
      );
      const { plan, copies, allowed, refused } = await inTurns(removal, options.signal);
      const words = new Set(allowed.map(({ word }) => word));
      return {
        plan,
        copies,
        entries: meant.flatMap(({ asked, entry }) => (entry !== null && words.has(asked.word) ? [entry] : [])),
        refused: refused.map(({ word, cause, by }) => ({ what: word, reason: `${cause}: ${by.join(', ')}` })),
      };
    },
  });
}

/**
 * Takes from a store what it needs no more: images without a name, blobs that nothing names, what writers that are gone left.
 * The result is that of `varve prune --format json`. Throws as `removeImages` does.
 */
export async function pruneStore(store: ImageStore, options: PruneOptions = {}): Promise<StoreRemoval> {
  const { keep = [], keepLast: count, graceMs = usualGraceMs } = options;
  if (count !== undefined && !(Number.isSafeInteger(count) && count > 0)) {
    throw new VarveError('usage', `keepLast takes a whole number from 1, not ${count}`);
  }
  return removeFromStore(presentFolder(store), {
    ...settingsOf(store, options),
    clearsUploads: true,
    youngerThanMs: Date.now() - graceMs,
    decide: async ({ inventory }) => {
      const set = imageSet(inventory);
      const kept = keep.map((id): [string, Protection] => [id, { reason: 'keep', detail: id }]);
      const protections = new Map([...(count === undefined ? [] : keepLast(set, count)), ...kept]);
      const request = {
        asks: prunedImages(set, count !== undefined),
        files: new Set<never>(),
        copies: new Set(['unreferenced'] as const),
        stores: new Set([0]),
        protections,
        goal: null,
        inUse: null,
      };
      return { ...(await inTurns(decidePlan(inventory, set, request), options.signal)), entries: [], refused: [] };
    },
  });
}

function settingsOf(
  store: ImageStore,
  options: RemovalOptions,
): Omit<RemovalSettings, 'clearsUploads' | 'youngerThanMs' | 'decide'> {
  const { dryRun = false, verify = false, without = [], onProgress = null } = options;
  return { ...lockOf(store, options), dryRun, verifies: verify, without, onProgress };
}

function prunedImages({ images }: ImageSet, takesNamed: boolean): Ask[] {
  return images.flatMap(({ id, state, references, localTags }): Ask[] => {
    if (state === 'dangling') return [{ kind: 'image', id, reason: 'dangling' }];
    return takesNamed && references.length + localTags.length > 0 ? [{ kind: 'image', id, reason: 'keep-last' }] : [];
  });
}

function askedWord(
  index: StoreIndex,
  set: ImageSet,
  word: string,
): { readonly asked: AskedWord; readonly entry: GoingEntry | null } {
  const { images, entry } = meantImages(index, set, word);
  const reason = 'named' as const;
  const name = entry?.name ?? null;
  const names = [...new Set(images.flatMap(({ references, localTags }) => [...references, ...localTags]))];
  if (images.length > 0) {
    const asks = images.map(
      ({ id }): Ask => (name === null ? { kind: 'image', id, reason } : { kind: 'name', id, name, reason }),
    );
    return { asked: { word, asks, artifacts: [], names: name === null ? names : [] }, entry: null };
  }
  const own = entry?.names ?? [];
  const goes = name === null || own.length === 1;
  const digest = entry?.digest;
  return {
    asked: { word, asks: [], artifacts: goes && digest !== undefined ? [digest] : [], names: name === null ? own : [] },
    entry: digest === undefined ? null : { digest, names: name === null ? own : [name], goes },
  };
}
