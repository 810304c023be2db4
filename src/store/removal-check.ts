/**
 * Whether a plan may be carried out on a store: what stays in the index has to be whole, and nothing that it needs may go.
 * The reach of what stays is followed anew from the index, not taken from the plan that it is held against. Pure.
 */
import { makeImageSet } from '../analysis/set/image-set.js';
import { type Digest, digestOf, tryParseDigest } from '../model/digest.js';
import { StoreError } from '../model/error.js';
import type { Sha256 } from '../model/hashing.js';
import type { Work } from '../model/work/work.js';
import { selectionOf } from '../pack/pack-selection.js';
import { type Root, rootsOf } from '../pack/roots/image-roots.js';
import { StoredContent } from '../pack/stored-content.js';
import type { PlacedScan } from '../scan/scan.js';
import { everything } from './load-plan.js';
import { type IndexEntry, type StoreIndex, withoutNames, withoutRoots } from './store-index.js';

/** What a plan means for an index. */
export interface IndexRemoval {
  readonly index: StoreIndex;
  /** All that what stays in the index needs. */
  readonly needed: ReadonlySet<Digest>;
  /** All that what is in the index now needs. */
  readonly named: ReadonlySet<Digest>;
}

const blobName = /^blobs\/([a-z0-9]+)\/([0-9a-f]+)$/;

/** The digest that the name of an entry says; null for what is no blob. */
export function digestOfName(name: string): Digest | null {
  const [, algorithm = '', hex = ''] = blobName.exec(name) ?? [];
  return digestOf(algorithm, hex);
}

/** The index without the names that go (by image ID) and without what cannot stay. Throws StoreError where something would be lost. */
export function* indexAfter(
  scan: PlacedScan,
  index: StoreIndex,
  gone: ReadonlySet<Digest>,
  untagged: readonly { readonly id: string; readonly references: readonly string[] }[],
  sha256: Sha256,
): Work<IndexRemoval> {
  const set = yield* makeImageSet(scan.inventory);
  const content = yield* StoredContent.of(scan);
  const { roots } = yield* rootsOf(scan, content, selectionOf(scan.inventory, set, everything), sha256);
  const byDigest = new Map(roots.map((root) => [root.digest, root]));
  const names = new Set(untagged.flatMap(({ references }) => references));
  const nameless = withoutNames(index, ({ name }) => names.has(name));
  yield;
  const dropped = droppedRoots(nameless.entries, byDigest, gone);
  const after = withoutRoots(nameless, dropped);
  yield;
  const reachOf = ({ entries }: StoreIndex): Set<Digest> =>
    new Set(entries.flatMap(({ digest }) => [digest, ...(byDigest.get(digest)?.blobs.keys() ?? [])]));
  refuseBroken(after.entries, byDigest);
  return { index: after, needed: reachOf(after), named: reachOf(index) };
}

/** What goes itself, and what loses a part and of which every image that stays has a root of its own. */
function droppedRoots(
  entries: readonly IndexEntry[],
  roots: ReadonlyMap<Digest, Root>,
  gone: ReadonlySet<Digest>,
): Set<string> {
  const losesPart = (digest: Digest): boolean =>
    [...(roots.get(digest)?.blobs.keys() ?? [])].some((blob) => gone.has(blob));
  const dropped = new Set(
    entries.map(({ digest }) => digest).filter((digest) => gone.has(digest) || losesPart(digest)),
  );
  const kept = new Set(
    entries.flatMap(({ digest }) =>
      dropped.has(digest) ? [] : (roots.get(digest)?.manifests ?? []).map(({ imageId }) => imageId),
    ),
  );
  for (const { digest, names } of entries) {
    const root = roots.get(digest);
    if (gone.has(digest) || !dropped.has(digest) || root === undefined) continue;
    const lost = root.manifests.find((manifest) => !gone.has(manifest.config) && !kept.has(manifest.imageId));
    if (lost === undefined && names.length === 0) continue;
    const what = names[0]?.name ?? digest;
    const why = 'an index of platforms stays with all of them, or goes with all of them';
    throw new StoreError(`${what} would lose a part of what it has: ${why}; varve rm ${what} removes it`);
  }
  return dropped;
}

function refuseBroken(entries: readonly IndexEntry[], roots: ReadonlyMap<Digest, Root>): void {
  const broken = entries.find(({ digest }) => (roots.get(digest)?.problems.size ?? 0) > 0);
  if (broken === undefined) return;
  const [problem] = roots.get(broken.digest)?.problems ?? [];
  const what = broken.names[0]?.name ?? broken.digest;
  throw new StoreError(
    `${what} stays and is not whole, so nothing is removed: ${problem}; load it again, or remove it first: varve rm ${what}`,
  );
}

/** The manifests among some bytes that describe something: their subject, and all that they need themselves. */
export function describedBy(text: string): { readonly subject: Digest; readonly parts: readonly Digest[] } | null {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof document !== 'object' || document === null) return null;
  const { subject, config, layers, blobs } = document as Readonly<Record<string, unknown>>;
  const digestIn = (part: unknown): Digest | null =>
    typeof part === 'object' && part !== null && 'digest' in part ? tryParseDigest(part.digest) : null;
  const described = digestIn(subject);
  if (described === null) return null;
  const listed = [config, ...(Array.isArray(layers) ? layers : []), ...(Array.isArray(blobs) ? blobs : [])];
  return { subject: described, parts: listed.flatMap((part) => digestIn(part) ?? []) };
}
