/**
 * Who needs each blob. A blob is what all copies of one stored form have in common, whatever archive they lie in; the
 * images that hold it are those that reach any copy of it, by themselves or through what describes them. From this the
 * bytes of any removal follow: a blob goes with the last image that holds it, and with all its copies.
 */
import type { ArtifactRecord, Inventory } from '../../model/results/inventory.js';
import { eachOf, eachOfAll, type Work } from '../../model/work/work.js';
import { artifactHolders, type Holders } from './artifact-states.js';
import { readableArchives } from './distinct-images.js';
import type { ImageSet } from './image-set.js';
import type { StoredCopy } from './stored-copies.js';

/** The copies of one stored form, those that no root reaches among them. */
export interface Blob {
  readonly copies: readonly StoredCopy[];
  /** Null where no root reaches any copy. */
  readonly holders: Holders | null;
  /** Of all copies. */
  readonly storedBytes: number;
}

export interface BlobHolders {
  /** By their form, in input order. */
  readonly blobs: ReadonlyMap<string, Blob>;
  /** By archive and entry: who reaches that very copy, within its archive. */
  readonly reach: readonly (readonly (Holders | null)[])[];
  readonly artifacts: ReadonlyMap<ArtifactRecord, Holders>;
}

/** Whether something needs it, and nothing but these images does. */
export function goesWith(holders: Holders | null, images: ReadonlySet<number>): boolean {
  if (holders === null || holders === 'always') return false;
  for (const holder of holders) if (!images.has(holder)) return false;
  return true;
}

/** The blobs of all readable archives with the images that hold them; artifacts of the digests in `going` hold nothing. */
export function* blobHolders(
  inventory: Inventory,
  set: ImageSet,
  going: ReadonlySet<string> = new Set(),
): Work<BlobHolders> {
  const artifacts = artifactHolders(inventory, set.images);
  for (const artifact of artifacts.keys()) if (going.has(artifact.digest)) artifacts.set(artifact, new Set());
  yield;
  const reach = yield* reachOf(inventory, set, artifacts);
  const blobs = new Map<string, { copies: StoredCopy[]; holders: Gathered | null; storedBytes: number }>();
  yield* eachOfAll(set.copies, (copy) => {
    const { archive, entry, record, form } = copy;
    const blob = blobs.get(form) ?? { copies: [], holders: null, storedBytes: 0 };
    blobs.set(form, blob);
    const holders = reach[archive]?.[entry] ?? null;
    if (holders !== null) blob.holders = gather(blob.holders, holders);
    blob.copies.push(copy);
    blob.storedBytes += record.storedBytes;
  });
  return { blobs, reach, artifacts };
}

function* reachOf(
  inventory: Inventory,
  { positions }: ImageSet,
  artifacts: ReadonlyMap<ArtifactRecord, Holders>,
): Work<(Holders | null)[][]> {
  const reach = inventory.archives.map((): (Gathered | null)[] => []);
  for (const [archive, record] of readableArchives(inventory)) {
    const row = reach[archive] ?? [];
    const add = (entries: readonly number[], holders: Holders) => {
      for (const entry of entries) row[entry] = gather(row[entry] ?? null, holders);
    };
    yield* eachOf(record.images, ({ id, reaches }) => {
      const position = positions.get(id);
      if (position !== undefined) add(reaches, new Set([position]));
    });
    yield* eachOf(record.artifacts, (artifact) => add(artifact.reaches, artifacts.get(artifact) ?? 'always'));
  }
  return reach;
}

/** Holders while they are still being added; a copy for each step would cost the square of the images. */
type Gathered = Set<number> | 'always';

function gather(known: Gathered | null, holders: Holders): Gathered {
  if (known === 'always' || holders === 'always') return 'always';
  const gathered = known ?? new Set();
  for (const holder of holders) gathered.add(holder);
  return gathered;
}
