/**
 * The plan of a delta: of the files of a pack those that the other side lacks, in an OCI image layout of their own, and the
 * recipe by which the whole is put together there. Pure, and to the byte.
 *
 * The layout names every image of which something is added, with its manifests and configs, so that loaders which have the
 * other layers can take it as it is; the delta itself is an artifact behind them that lists every body in it.
 */
import { storedForm } from '../analysis/set/stored-copies.js';
import type { Digest } from '../model/digest.js';
import type { Sha256 } from '../model/hashing.js';
import { addedType, deltaArtifactType, emptyConfigType, ociManifest, recipeType } from '../model/media-type.js';
import type { Delta } from '../model/results/delta/delta.js';
import { type Recipe, type RecipeFile, recipeLines } from '../model/results/delta/recipe.js';
import type { Inventory } from '../model/results/inventory.js';
import { eachOf, type Work } from '../model/work/work.js';
import { blobPath } from '../pack/layout-documents.js';
import type { PackPlan, PlannedFile } from '../pack/pack-plan.js';
import type { Root } from '../pack/roots/image-roots.js';
import type { Have } from './have.js';

/** What is written, and what is said of it beside what every pack says. */
export interface DeltaPlan {
  /** The pack, with the files of the delta in place of its own. */
  readonly plan: PackPlan;
  readonly recipe: Recipe;
  readonly recipeBytes: number;
  readonly base: Delta['base'];
  readonly layers: Delta['layers'];
}

/** A file of the pack, under its digest. */
interface DigestedFile {
  readonly file: PlannedFile;
  readonly digest: Digest;
  readonly had: 'verified' | 'claimed' | null;
}

/** Plans the delta from what the other side has to a pack. */
export function* planDelta(whole: PackPlan, inventory: Inventory, have: Have, sha256: Sha256): Work<DeltaPlan> {
  const files: DigestedFile[] = [];
  yield* eachOf(whole.files, (file) => {
    const digest = 'text' in file ? sha256([file.text], 'utf8') : file.digest;
    files.push({ file, digest, had: have.find(digest, file.sizeBytes) });
  });
  const lacking = new Set(files.filter(({ had }) => had === null).map(({ digest }) => digest));
  const listed = whole.roots.filter(({ blobs }) => [...blobs.keys()].some((digest) => lacking.has(digest)));
  const kept = documentsOf(listed);
  const isAdded = ({ file, digest, had }: DigestedFile): boolean =>
    had === null || (kept.has(digest) && ('text' in file || file.copies.some(({ document }) => document !== null)));
  const recipe = recipeOf(files, isAdded, whole, sha256);
  yield;
  const recipeText = JSON.stringify(recipe);
  const added = files.filter(isAdded);
  const own = deltaFiles(added, { whole, listed, recipeText, sha256 });
  const base = files.filter((file) => !isAdded(file));
  return {
    plan: {
      ...whole,
      files: own,
      blobs: own.length - topFiles,
      copiedBytes: bytesOf(own.filter((file) => 'copies' in file)),
    },
    recipe,
    recipeBytes: Buffer.byteLength(recipeText),
    base: {
      blobs: base.length,
      sizeBytes: bytesOf(base.map(({ file }) => file)),
      unverifiedBlobs: base.filter(({ had }) => had === 'claimed').length,
    },
    layers: layersOf(whole.roots, inventory, new Set(base.map(({ digest }) => digest))),
  };
}

/** `oci-layout` and `index.json`. */
const topFiles = 2;

function bytesOf(files: readonly PlannedFile[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** What may be a document that a loader reads before it asks for layers. */
function documentsOf(listed: readonly Root[]): ReadonlySet<Digest> {
  const layers = new Set(listed.flatMap(({ manifests }) => manifests.flatMap((manifest) => manifest.layers)));
  return new Set(listed.flatMap(({ blobs }) => [...blobs.keys()].filter((digest) => !layers.has(digest))));
}

function recipeOf(
  files: readonly DigestedFile[],
  isAdded: (file: DigestedFile) => boolean,
  { images }: PackPlan,
  sha256: Sha256,
): Recipe {
  const listed = files.map(
    (one): RecipeFile => ({
      name: one.file.name,
      sizeBytes: one.file.sizeBytes,
      digest: one.digest,
      in: isAdded(one) ? 'delta' : 'base',
    }),
  );
  const filesDigest = sha256(recipeLines(listed), 'utf8');
  return { kind: 'varve.recipe', schemaVersion: 1, filesDigest, files: listed, images };
}

interface DeltaParts {
  readonly whole: PackPlan;
  readonly listed: readonly Root[];
  readonly recipeText: string;
  readonly sha256: Sha256;
}

function deltaFiles(added: readonly DigestedFile[], { whole, listed, recipeText, sha256 }: DeltaParts): PlannedFile[] {
  const blobs = new Map<string, PlannedFile>();
  for (const { file, digest } of added) blobs.set(blobPath(digest), { ...file, name: blobPath(digest) });
  const made = (text: string): { readonly digest: Digest; readonly size: number } => {
    const digest = sha256([text], 'utf8');
    const size = Buffer.byteLength(text);
    blobs.set(blobPath(digest), { name: blobPath(digest), sizeBytes: size, text });
    return { digest, size };
  };
  const bodies = [...added]
    .sort((a, b) => (a.digest < b.digest ? -1 : 1))
    .map(({ digest, file }) => ({ mediaType: addedType, digest, size: file.sizeBytes }));
  const manifest = made(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: ociManifest,
      artifactType: deltaArtifactType,
      config: { mediaType: emptyConfigType, ...made('{}') },
      layers: [{ mediaType: recipeType, ...made(recipeText) }, ...bodies],
    }),
  );
  const descriptor = { mediaType: ociManifest, ...manifest, artifactType: deltaArtifactType };
  return [
    textFile('oci-layout', textOf(whole, 'oci-layout')),
    textFile('index.json', indexText(textOf(whole, 'index.json'), listed, descriptor)),
    ...[...blobs.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  ];
}

function textFile(name: string, text: string): PlannedFile {
  return { name, sizeBytes: Buffer.byteLength(text), text };
}

function textOf({ files }: PackPlan, name: string): string {
  const file = files.find((one) => one.name === name);
  return file !== undefined && 'text' in file ? file.text : '';
}

/** The index of the pack without the images that the other side has whole, and with the delta behind the others. */
function indexText(whole: string, listed: readonly Root[], descriptor: object): string {
  const wanted = new Set<string>(listed.map(({ digest }) => digest));
  const index = JSON.parse(whole) as { readonly manifests: readonly { readonly digest: string }[] };
  return JSON.stringify({
    ...index,
    manifests: [...index.manifests.filter(({ digest }) => wanted.has(digest)), descriptor],
  });
}

function layersOf(roots: readonly Root[], inventory: Inventory, base: ReadonlySet<Digest>): Delta['layers'] {
  const diffIds = diffIdsOf(inventory);
  const layers = new Map<Digest, Delta['layers'][number]>();
  for (const { manifests, blobs } of roots) {
    for (const digest of manifests.flatMap((manifest) => manifest.layers)) {
      const bytes = blobs.get(digest);
      if (bytes === undefined || layers.has(digest)) continue;
      const status = base.has(digest) ? 'already-exists' : 'added';
      layers.set(digest, { diffId: diffIds.get(digest) ?? null, digest, status, bytes });
    }
  }
  return [...layers.values()];
}

/** The diffIDs of stored layers, by their digests. */
function diffIdsOf({ archives }: Inventory): ReadonlyMap<string, Digest> {
  const diffIds = new Map<string, Digest>();
  for (const [archive, { images, entries }] of archives.entries()) {
    for (const { diffId, digest, entry } of images.flatMap(({ layers }) => layers)) {
      if (diffId === null) continue;
      const record = entry === null ? undefined : entries[entry];
      const form = record === undefined ? digest : storedForm(archive, entry ?? 0, record);
      if (form !== null && !diffIds.has(form)) diffIds.set(form, diffId);
    }
  }
  return diffIds;
}
