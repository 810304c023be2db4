/**
 * The plan of a pack: every file of it with its size and where its bytes come from, before a byte is written. Pure, and the
 * same for the same archives in any order; what is written is the plan, so its size is the prediction.
 */
import { type ImageSet, makeImageSet } from '../analysis/set/image-set.js';
import type { Digest } from '../model/digest.js';
import type { DigestCheck, Sha256 } from '../model/hashing.js';
import type { Pack } from '../model/results/pack.js';
import type { Work } from '../model/work/work.js';
import type { PlacedScan } from '../scan/scan.js';
import { blobPath, layoutDocuments } from './layout-documents.js';
import { type PackPicks, selectionOf } from './pack-selection.js';
import { type LayerInForms, layersInForms } from './recode/layer-forms.js';
import { type Recoding, recodedRoots } from './recode/recoded-roots.js';
import { type Root, rootsOf } from './roots/image-roots.js';
import { onlyRoots } from './roots/only-roots.js';
import { type ContestedName, nameRoots, type RootNames } from './roots/root-names.js';
import { wholeRoots, withoutTwins } from './roots/whole-roots.js';
import { type Copy, StoredContent } from './stored-content.js';

/** What a pack is asked for. */
export interface PackRequest extends PackPicks {
  /** Positions of the archives whose images keep a contested name, the first first. */
  readonly preferred: readonly number[];
  /** Roots that are left out, by digest, each with the reason; found out while they were copied. */
  readonly damaged: ReadonlyMap<Digest, string>;
  /** The forms that layers get, and the bodies that were made for them; null where all stays as it is. */
  readonly recoding: (Recoding & { readonly bodies: ReadonlyMap<Digest, Copy> }) | null;
  /** The only roots that go in, beside what describes their images, each with the names that it keeps. Default: all. */
  readonly only?: ReadonlyMap<string, ReadonlySet<string>>;
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
  readonly recoded: Pack['recoded'];
  readonly signatures: Pack['signatures'];
  /** Roots whose documents cannot be changed as they would have to be, by digest, each with the reason. */
  readonly stuck: ReadonlyMap<Digest, string>;
  readonly blobs: number;
  /** Of the bodies that are copied. */
  readonly copiedBytes: number;
}

/** Plans a pack of what a scan has found. */
export function* planPack(scan: PlacedScan, request: PackRequest, sha256: Sha256): Work<PackPlan> {
  const set = yield* makeImageSet(scan.inventory);
  const content = yield* StoredContent.of(scan);
  const { roots: whole, leftOut, contested } = yield* wantedRoots(scan, { set, content }, request, sha256);
  const { recoding } = request;
  const change = recoding === null ? null : yield* recodedRoots(whole, content, recoding, sha256);
  const roots = change?.roots ?? whole;
  const names = nameRoots(roots, set, request.preferred);
  yield;
  const files = yield* filesOf(roots, names, (digest, sizeBytes) => {
    const made = recoding?.bodies.get(digest);
    return [...(made === undefined ? [] : [made]), ...content.copiesOf(digest, sizeBytes)];
  });
  const copied = files.filter((file) => 'copies' in file);
  return {
    files,
    roots,
    images: imagesOf(roots, names),
    superseded: [...names.superseded].flatMap(([{ digest, manifests }, lost]) =>
      lost.map((name) => ({ name, manifestDigest: digest, id: manifests[0]?.imageId ?? null })),
    ),
    leftOut,
    contested: contested ?? names.contested,
    recoded: change?.recoded ?? null,
    signatures: change?.signatures ?? [],
    stuck: change?.stuck ?? new Map(),
    blobs: files.length - documentCount,
    copiedBytes: copied.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

/** The layers of what would go in, in all forms that there are of each. */
export function* planLayers(
  scan: PlacedScan,
  request: Omit<PackRequest, 'recoding'>,
  sha256: Sha256,
  isDigest: DigestCheck,
): Work<LayerInForms[]> {
  const set = yield* makeImageSet(scan.inventory);
  const content = yield* StoredContent.of(scan);
  const { roots } = yield* wantedRoots(scan, { set, content }, request, sha256);
  return yield* layersInForms(scan, content, roots, isDigest);
}

function* wantedRoots(
  scan: PlacedScan,
  { set, content }: { readonly set: ImageSet; readonly content: StoredContent },
  request: Omit<PackRequest, 'recoding'>,
  sha256: Sha256,
): Work<ReturnType<typeof wholeRoots> & { readonly contested: PackPlan['contested'] | null }> {
  const wanted = selectionOf(scan.inventory, set, request);
  const { roots: found, rootless } = yield* rootsOf(scan, content, wanted, sha256);
  const all = request.only === undefined ? found : onlyRoots(found, request.only);
  for (const root of all) {
    const reason = request.damaged.get(root.digest);
    if (reason !== undefined) root.problems.add(reason);
  }
  const { roots, leftOut } = wholeRoots(all, rootless);
  if (!request.onlyNeeded) return { roots, leftOut, contested: null };
  const names = nameRoots(roots, set, request.preferred);
  // Whoever is left when others have gone has not won it.
  for (const { name, roots: holders } of names.contested) {
    for (const { references, localTags } of holders) for (const own of [references, localTags]) own.delete(name);
  }
  return { roots: withoutTwins(roots, names), leftOut, contested: names.contested };
}

/** A blob of a root as it is written: the text that is made of it, or its copies. */
export function plannedBlob(
  digest: Digest,
  sizeBytes: number,
  { texts }: Pick<Root, 'texts'>,
  copiesOf: CopiesOf,
): PlannedFile {
  const name = blobPath(digest);
  const text = texts.get(digest);
  return text === undefined
    ? { name, sizeBytes, digest, copies: copiesOf(digest, sizeBytes) }
    : { name, sizeBytes, text };
}

type CopiesOf = (digest: Digest, sizeBytes: number) => readonly Copy[];

const documentCount = 4;

function* filesOf(roots: readonly Root[], names: RootNames, copiesOf: CopiesOf): Work<PlannedFile[]> {
  const blobs = new Map<Digest, PlannedFile>();
  for (const root of roots) {
    yield;
    for (const [digest, sizeBytes] of root.blobs) {
      if (blobs.has(digest)) continue;
      blobs.set(digest, plannedBlob(digest, sizeBytes, root, copiesOf));
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
    root.manifests.map(({ imageId, digest, before }) => ({
      id: imageId,
      references: [...(names.references.get(root) ?? [])],
      localTags: [...(names.localTags.get(root) ?? [])],
      manifestDigest: { before, after: digest },
    })),
  );
}
