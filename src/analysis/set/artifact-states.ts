/**
 * What holds for that which is no image but lies beside one: attestations, signatures, referrers follow what they
 * describe, be it an image, an index that leads to images, or another artifact. Everything else under a root stands by
 * itself: it is live, and stays whatever goes. Subjects are claims of the archives and may form chains of any length and
 * loops: no recursion, and what is in a loop stands by itself.
 */
import type { Digest } from '../../model/digest.js';
import type { ArtifactRecord, Inventory } from '../../model/results/inventory.js';
import type { ImageState } from '../../model/results/results.js';
import { type DistinctImage, readableArchives } from './distinct-images.js';
import { liveliest } from './states.js';

/** How a fact about images becomes one about artifacts. */
interface Rule<Fact> {
  /** What holds for an artifact that stands by itself. */
  readonly own: Fact;
  /** What holds for an artifact that describes several things. */
  readonly unite: (known: Fact | null, fact: Fact) => Fact;
}

/** The artifacts of one digest; several where archives disagree on what it describes. */
interface Group<Fact> {
  /** Records of which the fact is not known yet. */
  pending: number;
  /** United from those that are known. */
  fact: Fact | null;
  /** Records that take the fact of this group, once nothing in it is pending. */
  readonly followers: ArtifactRecord[];
}

/** Positions of the images without which an artifact goes too; `always` for one that stays without any. */
export type Holders = ReadonlySet<number> | 'always';

/** The state of each artifact, by its record; `states` are those of `images`, in the same order. */
export function artifactStates(
  inventory: Inventory,
  images: readonly DistinctImage[],
  states: readonly ImageState[],
): Map<ArtifactRecord, ImageState> {
  const stateOf = (image: number): ImageState => states[image] ?? 'live';
  return artifactFacts(inventory, images, stateOf, { own: 'live', unite: liveliest });
}

/** The images that each artifact describes in the end; it goes when the last of them goes. */
export function artifactHolders(inventory: Inventory, images: readonly DistinctImage[]): Map<ArtifactRecord, Holders> {
  const holderOf = (image: number): Holders => new Set([image]);
  return artifactFacts(inventory, images, holderOf, { own: 'always', unite: uniteHolders });
}

function uniteHolders(known: Holders | null, holders: Holders): Holders {
  if (known === null || holders === 'always') return holders;
  return known === 'always' ? known : new Set([...known, ...holders]);
}

function artifactFacts<Fact>(
  inventory: Inventory,
  images: readonly DistinctImage[],
  factOf: (image: number) => Fact,
  rule: Rule<Fact>,
): Map<ArtifactRecord, Fact> {
  const records = readableArchives(inventory).flatMap(([, { artifacts }]) => artifacts);
  if (records.length === 0) return new Map();
  const described = describedFacts(images, factOf, rule);
  const groups = new Map(
    records.map(({ digest }): [Digest, Group<Fact>] => [digest, { pending: 0, fact: null, followers: [] }]),
  );
  const settled = new Map<ArtifactRecord, Fact>();
  for (const record of records) {
    const group = groups.get(record.digest);
    const fact = ownFact(record, described, rule);
    const target = fact === null && record.subject !== null ? groups.get(record.subject) : undefined;
    if (target === undefined) {
      settled.set(record, fact ?? rule.own);
      if (group !== undefined) group.fact = rule.unite(group.fact, fact ?? rule.own);
    } else {
      target.followers.push(record);
      if (group !== undefined) group.pending += 1;
    }
  }
  passAlong(groups, settled, rule);
  return new Map(records.map((record) => [record, settled.get(record) ?? rule.own]));
}

/** What holds for all images behind each manifest and index. */
function describedFacts<Fact>(
  images: readonly DistinctImage[],
  factOf: (image: number) => Fact,
  { unite }: Rule<Fact>,
): Map<Digest, Fact> {
  const described = new Map<Digest, Fact>();
  for (const [image, { manifestDigests, indexDigests }] of images.entries()) {
    for (const digest of [...manifestDigests, ...indexDigests]) {
      described.set(digest, unite(described.get(digest) ?? null, factOf(image)));
    }
  }
  return described;
}

/** The fact that does not depend on another artifact; null where it describes one, or nothing that is here. */
function ownFact<Fact>(
  { kind, subject }: ArtifactRecord,
  described: ReadonlyMap<Digest, Fact>,
  { own }: Rule<Fact>,
): Fact | null {
  return kind === 'index' || subject === null ? own : (described.get(subject) ?? null);
}

/** From each group that is fully known to what describes it; groups in a loop, and behind one, are never reached. */
function passAlong<Fact>(
  groups: ReadonlyMap<Digest, Group<Fact>>,
  settled: Map<ArtifactRecord, Fact>,
  { own, unite }: Rule<Fact>,
): void {
  const known = [...groups.values()].filter(({ pending }) => pending === 0);
  for (let group = known.pop(); group !== undefined; group = known.pop()) {
    const fact = group.fact ?? own;
    for (const record of group.followers) {
      settled.set(record, fact);
      const next = groups.get(record.digest);
      if (next === undefined) continue;
      next.fact = unite(next.fact, fact);
      next.pending -= 1;
      if (next.pending === 0) known.push(next);
    }
  }
}
