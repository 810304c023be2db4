/**
 * The states of what is no image but lies beside one: attestations, signatures, referrers take the state of what they
 * describe, be it an image, an index that leads to images, or another artifact. Everything else under a root is live.
 * Subjects are claims of the archives and may form chains of any length and loops: no recursion, and a loop is live.
 */
import type { Digest } from '../model/digest.js';
import type { ArtifactRecord, Inventory } from '../model/inventory.js';
import type { ImageState } from '../model/results.js';
import { type DistinctImage, readableArchives } from './distinct-images.js';
import { liveliest } from './states.js';

/** The artifacts of one digest; several where archives disagree on what it describes. */
interface Group {
  /** Records whose state is not known yet. */
  pending: number;
  /** The liveliest of the known states. */
  state: ImageState | null;
  /** Records that take the state of this group, once nothing in it is pending. */
  readonly followers: ArtifactRecord[];
}

/** The state of each artifact, by its record; `states` are those of `images`, in the same order. */
export function artifactStates(
  inventory: Inventory,
  images: readonly DistinctImage[],
  states: readonly ImageState[],
): Map<ArtifactRecord, ImageState> {
  const records = [...readableArchives(inventory)].flatMap(([, { artifacts }]) => artifacts);
  const described = describedStates(images, states);
  const groups = new Map(
    records.map(({ digest }): [Digest, Group] => [digest, { pending: 0, state: null, followers: [] }]),
  );
  const settled = new Map<ArtifactRecord, ImageState>();
  for (const record of records) {
    const group = groups.get(record.digest);
    const state = ownState(record, described);
    const target = state === null && record.subject !== null ? groups.get(record.subject) : undefined;
    if (target === undefined) {
      settled.set(record, state ?? 'live');
      if (group !== undefined) group.state = liveliest(group.state, state ?? 'live');
    } else {
      target.followers.push(record);
      if (group !== undefined) group.pending += 1;
    }
  }
  passAlong(groups, settled);
  return new Map(records.map((record) => [record, settled.get(record) ?? 'live']));
}

/** The liveliest state behind every manifest and index of an image. */
function describedStates(images: readonly DistinctImage[], states: readonly ImageState[]): Map<Digest, ImageState> {
  const described = new Map<Digest, ImageState>();
  for (const [image, { manifestDigests, indexDigests }] of images.entries()) {
    const state = states[image] ?? 'live';
    for (const digest of [...manifestDigests, ...indexDigests]) {
      described.set(digest, liveliest(described.get(digest) ?? null, state));
    }
  }
  return described;
}

/** The state that does not depend on another artifact; null where it describes one, or nothing that is here. */
function ownState({ kind, subject }: ArtifactRecord, described: ReadonlyMap<Digest, ImageState>): ImageState | null {
  return kind === 'index' || subject === null ? 'live' : (described.get(subject) ?? null);
}

/** From each group that is fully known to what describes it; groups in a loop, and behind one, are never reached. */
function passAlong(groups: ReadonlyMap<Digest, Group>, settled: Map<ArtifactRecord, ImageState>): void {
  const known = [...groups.values()].filter(({ pending }) => pending === 0);
  for (let group = known.pop(); group !== undefined; group = known.pop()) {
    const state = group.state ?? 'live';
    for (const record of group.followers) {
      settled.set(record, state);
      const own = groups.get(record.digest);
      if (own === undefined) continue;
      own.state = liveliest(own.state, state);
      own.pending -= 1;
      if (own.pending === 0) known.push(own);
    }
  }
}
