/**
 * Whether a plan may be carried out on a store: what stays in the index has to be whole, and nothing that it needs may go.
 * The reach of what stays is followed anew from the index, not taken from the plan that it is held against. Pure.
 */
import { makeImageSet } from '../analysis/set/image-set.js';
import { type Digest, tryParseDigest } from '../model/digest.js';
import { StoreError, VarveError } from '../model/error.js';
import type { Sha256 } from '../model/hashing.js';
import type { Work } from '../model/work/work.js';
import { selectionOf } from '../pack/pack-selection.js';
import { type Root, rootsOf } from '../pack/roots/image-roots.js';
import { StoredContent } from '../pack/stored-content.js';
import type { PlacedScan } from '../scan/scan.js';
import { findEntry } from './index-words.js';
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

/** Something in the index that was asked for by itself and not as an image. */
export interface GoingEntry {
  readonly digest: Digest;
  /** The names that it loses. */
  readonly names: readonly string[];
  /** Whether it goes with them. */
  readonly goes: boolean;
}

/** What is to change in an index. */
export interface IndexChange {
  /** Blobs that go. */
  readonly gone: ReadonlySet<Digest>;
  /** Names that go from images. */
  readonly untagged: readonly { readonly references: readonly string[] }[];
  readonly entries: readonly GoingEntry[];
  /** What need not be whole: names, ends of names, digests, IDs of images. */
  readonly without: readonly string[];
}

/** The index without the names that go and without what cannot stay. Throws StoreError where something would be lost, VarveError `usage`. */
export function* indexAfter(
  scan: PlacedScan,
  index: StoreIndex,
  { gone, untagged, entries: asked, without }: IndexChange,
  sha256: Sha256,
): Work<IndexRemoval> {
  const set = yield* makeImageSet(scan.inventory);
  const content = yield* StoredContent.of(scan);
  const { roots } = yield* rootsOf(whateverNamed(scan), content, selectionOf(scan.inventory, set, everything), sha256);
  const byDigest = new Map(roots.map((root) => [root.digest, root]));
  const names = new Set(untagged.flatMap(({ references }) => references));
  const namesOf = new Map(asked.map((entry) => [entry.digest, new Set(entry.names)]));
  const nameless = withoutNames(
    index,
    ({ name }, digest) => names.has(name) || (namesOf.get(digest)?.has(name) ?? false),
  );
  yield;
  const going = new Set(asked.flatMap(({ digest, goes }) => (goes ? digest : [])));
  const left = withoutRoots(nameless, going);
  const dropped = droppedRoots(left.entries, byDigest, gone);
  const after = withoutRoots(left, dropped);
  yield;
  const reachOf = ({ entries }: StoreIndex): Set<Digest> =>
    new Set(entries.flatMap(({ digest }) => [digest, ...(byDigest.get(digest)?.blobs.keys() ?? [])]));
  refuseBroken(after.entries, byDigest, exempted(without, index, roots));
  return { index: after, needed: reachOf(after), named: reachOf(index) };
}

/**
 * What one tool copies inside a layout may keep the full name of its source for others (oras): that tools then call it by two
 * names takes nothing from what is whole, here or beside it.
 */
function whateverNamed(scan: PlacedScan): PlacedScan {
  const archives = scan.inventory.archives.map((record) => ({
    ...record,
    findings: record.findings.filter(({ code }) => code !== 'names-differ'),
  }));
  return { ...scan, inventory: { ...scan.inventory, archives } };
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

/** The roots that words mean which need not be whole. Throws VarveError `usage` for a word that means nothing. */
function exempted(without: readonly string[], index: StoreIndex, roots: readonly Root[]): Set<Digest> {
  return new Set(
    without.flatMap((word): Digest[] => {
      const found = findEntry(index, word);
      if (found !== null) return [found.digest];
      const start = word.replace(/^sha256:/, '');
      const isMeant = ({ imageId }: Root['manifests'][number]): boolean =>
        /^[0-9a-f]{4,64}$/.test(start) && imageId.startsWith(`sha256:${start}`);
      const own = roots.filter(({ manifests }) => manifests.some(isMeant)).map(({ digest }) => digest);
      if (own.length > 0) return own;
      const why = 'and nothing in the store has this name or ID';
      throw new VarveError('usage', `${JSON.stringify(word)} is to stay though it is not whole, ${why}`);
    }),
  );
}

function refuseBroken(
  entries: readonly IndexEntry[],
  roots: ReadonlyMap<Digest, Root>,
  exempt: ReadonlySet<Digest>,
): void {
  const all = entries.filter(({ digest }) => !exempt.has(digest) && (roots.get(digest)?.problems.size ?? 0) > 0);
  const [broken] = all;
  if (broken === undefined) return;
  const [problem] = roots.get(broken.digest)?.problems ?? [];
  const whatOf = ({ names, digest }: IndexEntry): string => names[0]?.name ?? digest;
  const what = whatOf(broken);
  const others = new Set(all.map(({ digest }) => digest)).size - 1;
  const more = others === 0 ? '' : ` (and ${others} more, which varve fsck lists)`;
  const ways = [
    'varve repair --store DIR --from INPUT heals it from an intact copy',
    `varve load brings it again, varve rm ${what} removes it`,
    `varve prune --without ${what}, or varve rm --without ${what}, goes on and leaves it as it is`,
  ];
  throw new StoreError(`${what} stays and is not whole, so nothing is removed: ${problem}${more}; ${ways.join('; ')}`);
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
