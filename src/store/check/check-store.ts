/**
 * What a store is worth: all that a verification finds, and what only a store has: its lock, what writers left, blobs that
 * nothing needs, and what the index names and is not whole. It takes no lock and changes nothing; who writes meanwhile is told.
 */
import { makeVerification } from '../../analysis/faults/verification.js';
import { makeImageSet } from '../../analysis/set/image-set.js';
import type { Digest } from '../../model/digest.js';
import { messageOf, StoreError } from '../../model/error.js';
import { digestOfBlobName } from '../../model/foreign/layout-names.js';
import type { Sha256 } from '../../model/hashing.js';
import type { StoreCheck, StoreLock } from '../../model/results/store/store-check.js';
import type { Work } from '../../model/work/work.js';
import { selectionOf } from '../../pack/pack-selection.js';
import { type Root, rootsOf } from '../../pack/roots/image-roots.js';
import { StoredContent } from '../../pack/stored-content.js';
import type { PlacedScan } from '../../scan/scan.js';
import { everything } from '../load-plan.js';
import { foreignFiles, sparedBlobs } from '../removal.js';
import { readIndex, type StoreFolder } from '../store-folder.js';
import { emptyIndex, type StoreIndex } from '../store-index.js';
import { leftoversOf } from './leftovers.js';
import { remarksOf } from './remarks.js';

/** What is known of a store beside the scan of it. */
export interface CheckedStore {
  readonly store: StoreFolder;
  readonly lock: StoreLock | null;
  /** Blobs that nothing names are recent where they were changed after this. */
  readonly youngerThanMs: number;
}

/** Checks a store of which every byte was read. Throws StoreError where it cannot be looked into. */
export function* checkStore(scan: PlacedScan, checked: CheckedStore, sha256: Sha256): Work<StoreCheck> {
  const { store, lock } = checked;
  const { index, problem } = indexOf(store);
  const verification = yield* makeVerification(scan.inventory);
  const roots = yield* rootsIn(scan, sha256);
  const lost = problem === null ? lostIn(index, roots) : [];
  yield;
  const remarks = remarksOf({
    store: store.path,
    indexProblem: problem,
    lock,
    leftovers: leftoversOf(store),
    foreign: foreignFiles(scan),
    unneeded: problem === null ? unneededBlobs(scan, index, roots, checked) : [],
  });
  const blobs = blobsOf(scan);
  const isFailed =
    lost.length > 0 || verification.summary.errors > 0 || remarks.some(({ severity }) => severity === 'error');
  return {
    kind: 'varve.fsck',
    schemaVersion: 1,
    store: store.path,
    status: isFailed ? 'failed' : 'ok',
    names: new Set(index.entries.flatMap(({ names }) => names.map(({ name }) => name))).size,
    roots: new Set(index.entries.map(({ digest }) => digest)).size,
    blobs: blobs.length,
    blobBytes: blobs.reduce((sum, blob) => sum + blob.bytes, 0),
    lock,
    lost,
    remarks,
    verification,
  };
}

function indexOf(store: StoreFolder): { readonly index: StoreIndex; readonly problem: string | null } {
  try {
    return { index: readIndex(store).index, problem: null };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { index: emptyIndex, problem: messageOf(error) };
  }
}

function* rootsIn(scan: PlacedScan, sha256: Sha256): Work<ReadonlyMap<Digest, Root>> {
  const set = yield* makeImageSet(scan.inventory);
  const content = yield* StoredContent.of(scan);
  const { roots } = yield* rootsOf(scan, content, selectionOf(scan.inventory, set, everything), sha256);
  return new Map(roots.map((root) => [root.digest, root]));
}

/** What the index names and is not whole, in the order of the index. */
function lostIn({ entries }: StoreIndex, roots: ReadonlyMap<Digest, Root>): StoreCheck['lost'] {
  const digests = [...new Set(entries.map(({ digest }) => digest))];
  return digests.flatMap((digest) => {
    const root = roots.get(digest);
    if (root === undefined || root.problems.size === 0) return [];
    const own = entries.filter((entry) => entry.digest === digest);
    return [
      {
        digest,
        names: [...new Set(own.flatMap(({ names }) => names.map(({ name }) => name)))],
        images: [...new Set(root.manifests.map(({ imageId }) => imageId))],
        reasons: [...root.problems],
      },
    ];
  });
}

function blobsOf({ inventory: { archives } }: PlacedScan): { readonly digest: Digest; readonly bytes: number }[] {
  return archives.flatMap(({ entries }) =>
    entries.flatMap(({ name, storedBytes }) => {
      const digest = digestOfBlobName(name);
      return digest === null ? [] : [{ digest, bytes: storedBytes }];
    }),
  );
}

/** Blobs that nothing in the index needs, those that a removal would spare with the reason. */
function unneededBlobs(
  scan: PlacedScan,
  { entries }: StoreIndex,
  roots: ReadonlyMap<Digest, Root>,
  { store, youngerThanMs }: CheckedStore,
): { readonly bytes: number; readonly reason: 'recent' | 'subject' | null }[] {
  const needed = new Set(entries.flatMap(({ digest }) => [digest, ...(roots.get(digest)?.blobs.keys() ?? [])]));
  const candidates = blobsOf(scan).filter(({ digest }) => !needed.has(digest));
  const sparedAt = (sinceMs: number): Set<string> =>
    new Set(sparedBlobs(store, candidates, needed, sinceMs).map(({ what }) => what));
  // However young it is, what describes something that stays is needed.
  const describing = sparedAt(Number.POSITIVE_INFINITY);
  const spared = sparedAt(youngerThanMs);
  return candidates.map(({ digest, bytes }) => {
    const reason = describing.has(digest) ? 'subject' : spared.has(digest) ? 'recent' : null;
    return { bytes, reason };
  });
}
