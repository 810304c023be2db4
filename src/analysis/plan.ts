/**
 * The plan of a removal: what goes, what that frees, and what it does to each archive. Freed bytes are those of bodies;
 * the overhead that goes with them stands beside: the headers and padding of each body that goes, and all overhead of an
 * archive of which nothing is left. Documents that list what is gone get shorter when someone writes them anew; by how
 * much is up to the writer, and no figure counts it.
 */
import type { Inventory } from '../model/inventory.js';
import type { KeptImage, Plan, PlannedImage } from '../model/plan-result.js';
import { type BlobHolders, blobHolders, goesWith } from './blob-holders.js';
import { classify } from './classification.js';
import { proposeRemoval } from './cleanup-proposal.js';
import { readableArchives } from './distinct-images.js';
import { type CopyClass, type Freed, freedCopies, type Stock } from './freed-copies.js';
import { type ImageSet, imageLayers, type SetImage } from './image-set.js';
import type { Protection } from './keep-rules.js';
import { plannedArchives, planOverheadBytes } from './planned-archives.js';
import { type Ask, decideRemoval, namesOf, type Removal } from './removal.js';

/** What a plan is asked for; everything by image ID. */
export interface PlanRequest {
  /** In the order in which things go. */
  readonly asks: readonly Ask[];
  /** Classes of copies that go too. */
  readonly copies: ReadonlySet<CopyClass>;
  /** Images that stay, whatever is asked. */
  readonly protections: ReadonlyMap<string, Protection>;
  /** How many bytes are to be freed, and which images may be proposed for it; null where nothing is. */
  readonly goal: { readonly bytes: number; readonly candidates: readonly string[] } | null;
  readonly inUse: Plan['inUse'];
}

/** The plan, as `varve plan` prints it; sizes in stored bytes. */
export function planRemoval(inventory: Inventory, set: ImageSet, request: PlanRequest): Plan {
  const stock = { set, holders: blobHolders(inventory, set), classification: classify(inventory, set) };
  const alone = aloneBytes(stock.holders);
  const removal = propose(stock, request, decideRemoval(set, request.asks, request.protections), alone);
  const gone = new Set(removal.images.keys());
  const freed = freedCopies(stock, gone, request.copies);
  const freedBytes = sumOf(freed);
  const archives = plannedArchives(inventory, stock, removal, freed);
  return {
    kind: 'varve.plan',
    schemaVersion: 1,
    verified: inventory.verified,
    totalBytes: [...readableArchives(inventory)].reduce((sum, [, { tarBytes }]) => sum + tarBytes, 0),
    removed: [...gone].map((position) => set.images[position]?.id ?? ''),
    freedBytes,
    freedOverheadBytes: planOverheadBytes(archives),
    freedBy: {
      imageBytes: freed.bytes.image,
      unreferencedBytes: freed.bytes.unreferenced,
      duplicateBytes: freed.bytes.duplicate,
      twinBytes: freed.bytes.twin,
      strandedBytes: freed.bytes.stranded,
    },
    strandedBytes: bytesOf(freed.stranded),
    goal: goalOf(request, freedBytes),
    images: plannedImages(stock, inventory, removal, alone),
    untagged: [...removal.names].map(([position, names]) => ({
      id: set.images[position]?.id ?? '',
      references: [...names].sort(),
    })),
    artifacts: goneArtifacts(inventory, stock, gone),
    layersFreed: freedLayers(set, freed),
    kept: keptImages(set, removal.kept),
    archives,
    inUse: request.inUse,
    skipped: inventory.skipped,
  };
}

/** Adds what is proposed for the goal. */
function propose(
  stock: Stock,
  { goal, copies, protections }: PlanRequest,
  removal: Removal,
  alone: ReadonlyMap<number, number>,
): Removal {
  if (goal === null) return removal;
  const kept = new Map(removal.kept);
  const wanted = new Set(goal.candidates);
  const candidates: number[] = [];
  for (const [position, { id }] of stock.set.images.entries()) {
    if (!wanted.has(id)) continue;
    const protection = protections.get(id);
    if (protection === undefined) candidates.push(position);
    else kept.set(position, protection);
  }
  const picked = proposeRemoval(stock.set, { bytes: goal.bytes, candidates }, new Set(removal.images.keys()), {
    aloneBytes: (image) => alone.get(image) ?? 0,
    // A proposal asks this once for each image; where no class of copies goes too, the blobs alone tell.
    freedBytes: (images) =>
      copies.size === 0 ? goneBytes(stock.holders, images) : sumOf(freedCopies(stock, images, copies)),
  });
  const images = new Map([...removal.images, ...picked.map((image) => [image, 'goal'] as const)]);
  const names = new Map([...removal.names].filter(([position]) => !images.has(position)));
  return { images, names, kept: new Map([...kept].filter(([position]) => !images.has(position))) };
}

function goalOf({ goal }: PlanRequest, freedBytes: number): Plan['goal'] {
  if (goal === null) return null;
  const missingBytes = Math.max(0, goal.bytes - freedBytes);
  return { wantedBytes: goal.bytes, reached: missingBytes === 0, missingBytes, method: 'greedy' };
}

/** What goes with these images. */
function goneBytes({ blobs }: BlobHolders, images: ReadonlySet<number>): number {
  let bytes = 0;
  for (const { holders, storedBytes } of blobs.values()) if (goesWith(holders, images)) bytes += storedBytes;
  return bytes;
}

/** What each image has for itself: blobs that no other one holds. */
function aloneBytes({ blobs }: BlobHolders): Map<number, number> {
  const alone = new Map<number, number>();
  for (const { holders, storedBytes } of blobs.values()) {
    if (holders === null || holders === 'always' || holders.size !== 1) continue;
    for (const image of holders) alone.set(image, (alone.get(image) ?? 0) + storedBytes);
  }
  return alone;
}

/** Each blob that goes counts for the last of its images: only then is it free. */
function creditedBytes({ blobs }: BlobHolders, gone: ReadonlyMap<number, number>): Map<number, number> {
  const credited = new Map<number, number>();
  const positions = new Set(gone.keys());
  for (const { holders, storedBytes } of blobs.values()) {
    if (holders === null || holders === 'always' || !goesWith(holders, positions)) continue;
    let last: number | null = null;
    for (const image of holders) {
      if (last === null || (gone.get(image) ?? 0) > (gone.get(last) ?? 0)) last = image;
    }
    if (last !== null) credited.set(last, (credited.get(last) ?? 0) + storedBytes);
  }
  return credited;
}

function plannedImages(
  { set, holders }: Stock,
  { archives }: Inventory,
  removal: Removal,
  alone: ReadonlyMap<number, number>,
): PlannedImage[] {
  const turns = new Map([...removal.images.keys()].map((position, turn) => [position, turn]));
  const credited = creditedBytes(holders, turns);
  const staying = new Set<string>();
  for (const [position, { references }] of set.images.entries()) {
    if (removal.images.has(position)) continue;
    for (const name of references) if (!removal.names.get(position)?.has(name)) staying.add(name);
  }
  return [...removal.images].flatMap(([position, reason]): PlannedImage[] => {
    const image = set.images[position];
    if (image === undefined) return [];
    return [
      {
        id: image.id,
        references: namesOf(image).sort(),
        platform: image.platform,
        createdAt: image.createdAt,
        state: image.state,
        reason,
        freedAloneBytes: alone.get(position) ?? 0,
        freedBytes: credited.get(position) ?? 0,
        contested: image.references.filter((name) => staying.has(name)),
        archives: pathsOf(image, archives),
      },
    ];
  });
}

function pathsOf({ occurrences }: SetImage, archives: Inventory['archives']): string[] {
  return [...new Set(occurrences.map(({ archive }) => archives[archive]?.path ?? ''))];
}

function goneArtifacts(inventory: Inventory, { holders }: Stock, gone: ReadonlySet<number>): string[] {
  const artifacts = [...readableArchives(inventory)].flatMap(([, archive]) => archive.artifacts);
  const going = artifacts.filter((artifact) => goesWith(holders.artifacts.get(artifact) ?? null, gone));
  return [...new Set(going.map(({ digest }) => digest))];
}

function freedLayers(set: ImageSet, { copies }: Freed): Plan['layersFreed'] {
  const freed = new Set(copies.map(({ archive, entry }) => `${archive}/${entry}`));
  return imageLayers(set).flatMap((layer) => {
    const going = layer.copies.filter(({ archive, entry }) => freed.has(`${archive}/${entry}`));
    if (going.length === 0) return [];
    return [{ diffId: layer.diffId, freedBytes: bytesOf(going), gone: going.length === layer.copies.length }];
  });
}

function keptImages(set: ImageSet, kept: Removal['kept']): KeptImage[] {
  return [...kept]
    .sort(([a], [b]) => a - b)
    .flatMap(([position, protection]) => {
      const image = set.images[position];
      return image === undefined ? [] : [{ id: image.id, references: namesOf(image).sort(), ...protection }];
    });
}

function bytesOf(copies: Freed['copies']): number {
  return copies.reduce((sum, { record }) => sum + record.storedBytes, 0);
}

function sumOf({ bytes }: Freed): number {
  return Object.values(bytes).reduce((sum, part) => sum + part, 0);
}
