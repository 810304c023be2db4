/**
 * The plan of a pack: every file of it with its size and where its bytes come from, before a byte is written. Pure, and the
 * same for the same archives in any order; what is written is the plan, so its size is the prediction.
 */
import { makeImageSet } from '../analysis/set/image-set.js';
import type { Digest } from '../model/digest.js';
import type { Sha256 } from '../model/hashing.js';
import type { Pack } from '../model/results/pack.js';
import type { Work } from '../model/work/work.js';
import type { PlacedScan } from '../scan/scan.js';
import { blobPath, layoutDocuments } from './layout-documents.js';
import { type PackPicks, selectionOf } from './pack-selection.js';
import { type Root, rootsOf } from './roots/image-roots.js';
import { type ContestedName, nameRoots, type RootNames } from './roots/root-names.js';
import { wholeRoots, withoutTwins } from './roots/whole-roots.js';
import { type Copy, StoredContent } from './stored-content.js';

/** What a pack is asked for. */
export interface PackRequest extends PackPicks {
  /** Positions of the archives whose images keep a contested name, the first first. */
  readonly preferred: readonly number[];
  /** Roots that are left out, by digest, each with the reason; found out while they were copied. */
  readonly damaged: ReadonlyMap<Digest, string>;
}

/** A file of a pack: a text that is made here, or a stored body of which any copy will do. */
export type PlannedFile = { readonly name: string; readonly sizeBytes: number } & (
  | { readonly text: string }
  | { readonly digest: Digest; readonly copies: readonly Copy[] }
);

/** What is written, and what is said of it. */
export interface PackPlan {
  /** In the order in which they stand in an archive. */
  readonly files: readonly PlannedFile[];
  readonly roots: readonly Root[];
  readonly images: Pack['images'];
  readonly superseded: Pack['superseded'];
  readonly leftOut: Pack['leftOut'];
  readonly contested: readonly ContestedName[];
  readonly blobs: number;
  /** Of the bodies that are copied. */
  readonly copiedBytes: number;
}

/** Plans a pack of what a scan has found. */
export function* planPack(scan: PlacedScan, request: PackRequest, sha256: Sha256): Work<PackPlan> {
  const { inventory } = scan;
  const set = yield* makeImageSet(inventory);
  const content = yield* StoredContent.of(scan);
  const { roots: all, rootless } = yield* rootsOf(scan, content, selectionOf(inventory, set, request), sha256);
  for (const root of all) {
    const reason = request.damaged.get(root.digest);
    if (reason !== undefined) root.problems.add(reason);
  }
  const { roots: whole, leftOut } = wholeRoots(all, rootless);
  const names = nameRoots(whole, set, request.preferred);
  const roots = request.onlyNeeded ? withoutTwins(whole, names) : whole;
  yield;
  const files = yield* filesOf(roots, names, content);
  const copied = files.filter((file) => 'copies' in file);
  return {
    files,
    roots,
    images: imagesOf(roots, names),
    superseded: [...names.superseded]
      .filter(([root]) => roots.includes(root))
      .flatMap(([{ digest, manifests }, lost]) =>
        lost.map((name) => ({ name, manifestDigest: digest, id: manifests[0]?.imageId ?? null })),
      ),
    leftOut,
    contested: names.contested,
    blobs: files.length - documentCount,
    copiedBytes: copied.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

const documentCount = 4;

function* filesOf(roots: readonly Root[], names: RootNames, content: StoredContent): Work<PlannedFile[]> {
  const blobs = new Map<Digest, PlannedFile>();
  for (const root of roots) {
    yield;
    for (const [digest, sizeBytes] of root.blobs) {
      if (blobs.has(digest)) continue;
      const file = { name: blobPath(digest), sizeBytes };
      const isMade = digest === root.digest && root.made !== null;
      blobs.set(
        digest,
        isMade ? { ...file, text: root.made ?? '' } : { ...file, digest, copies: content.copiesOf(digest, sizeBytes) },
      );
    }
  }
  const documents = layoutDocuments(roots, names).map(({ name, text }) => ({
    name,
    sizeBytes: Buffer.byteLength(text),
    text,
  }));
  return [...documents, ...[...blobs.values()].sort((a, b) => (a.name < b.name ? -1 : 1))];
}

function imagesOf(roots: readonly Root[], names: RootNames): Pack['images'] {
  return roots.flatMap((root) =>
    root.manifests.map(({ imageId, digest }) => ({
      id: imageId,
      references: [...(names.references.get(root) ?? [])],
      localTags: [...(names.localTags.get(root) ?? [])],
      manifestDigest: { before: root.made === null ? digest : null, after: digest },
    })),
  );
}
