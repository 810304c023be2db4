/**
 * The plan of a removal: what goes, what that frees, and what it does to each archive. Files that are asked for as a whole
 * go first; the rest is planned on what is left. Freed bytes are those of bodies;
 * the overhead that goes with them stands beside: the headers and padding of each body that goes, and all overhead of an
 * archive of which nothing is left. Documents that list what is gone get shorter when someone writes them anew; by how
 * much is up to the writer, and no figure counts it.
 */

import type { Inventory } from '../../model/results/inventory.js';
import type { KeptImage, Plan, PlannedDeletion, PlannedImage } from '../../model/results/plan.js';
import { finished, flatMapped, mapped, type Work } from '../../model/work/work.js';
import { classifyBodies } from '../bytes/classification.js';
import { blobHolders, goesWith } from '../set/blob-holders.js';
import { readableArchives } from '../set/distinct-images.js';
import { type ImageSet, imageLayers, makeImageSet, type SetImage } from '../set/image-set.js';
import { storedBytesOf } from '../set/stored-copies.js';
import { proposeRemoval } from './cleanup-proposal.js';
import { fileRoots } from './emptied-files.js';
import { deleteFiles, type FileClass, type FileDeletions } from './file-deletions.js';
import { type CopyClass, type Freed, freedCopies, type Stock } from './freed-copies.js';
import type { Protection } from './keep-rules.js';
import { partialTags } from './partial-tags.js';
import { plannedArchives, planOverheadBytes } from './planned-archives.js';
import { deletedArchive, emptiedDeletions, lostWithFiles } from './planned-files.js';
import { type Ask, decideRemoval, namesOf, type Removal } from './removal.js';
import { aloneBytes, creditedBytes, quickMeasure } from './removal-bytes.js';

/** What a plan is asked for; everything by image ID. */
export interface PlanRequest {
  /** In the order in which things go. */
  readonly asks: readonly Ask[];
  /** Classes of files that go as a whole, before everything else. */
  readonly files: ReadonlySet<FileClass>;
  /** Classes of copies that go too. */
  readonly copies: ReadonlySet<CopyClass>;
  /** Digests of artifacts that go by themselves. Default: none. */
  readonly artifacts?: ReadonlySet<string>;
  /** Positions of archives that are stores: of what lies in those, nothing but blobs goes. Default: none. */
  readonly stores?: ReadonlySet<number>;
  /** Images that stay, whatever is asked. */
  readonly protections: ReadonlyMap<string, Protection>;
  /** How many bytes are to be freed, and which images may be proposed for it; null where nothing is. */
  readonly goal: { readonly bytes: number; readonly candidates: readonly string[] } | null;
  readonly inUse: Plan['inUse'];
}

/** All that is decided, before it is told. */
interface Decision {
  readonly files: FileDeletions;
  /** Of what is left without these files. */
  readonly stock: Stock;
  readonly removal: Removal;
  readonly freed: Freed;
  readonly alone: ReadonlyMap<number, number>;
}

/** The plan, as `varve plan` prints it; sizes in stored bytes. */
export function planRemoval(inventory: Inventory, set: ImageSet, request: PlanRequest): Plan {
  return finished(makePlan(inventory, set, request));
}

/** A plan, and the copies that go by it, for whoever carries it out. */
export interface DecidedPlan {
  readonly plan: Plan;
  readonly copies: Freed['copies'];
}

/** The same, with rests. */
export function* makePlan(inventory: Inventory, set: ImageSet, request: PlanRequest): Work<Plan> {
  const { plan } = yield* decidePlan(inventory, set, request);
  return plan;
}

/** The same, with the copies that go; those of whole files that are asked for are not among them. */
export function* decidePlan(inventory: Inventory, set: ImageSet, request: PlanRequest): Work<DecidedPlan> {
  const decision = yield* decide(inventory, set, request);
  const { files, stock, removal, freed, alone } = decision;
  const gone = new Set(removal.images.keys());
  const lost = lostWithFiles(inventory, set, stock.set, files);
  yield;
  const images = [...lost.images, ...(yield* plannedImages(stock, files.rest, removal, alone))];
  const freedBytes = files.bodyBytes + sumOf(freed);
  const archives = yield* mapped(yield* plannedArchives(files.rest, stock, removal, freed), (archive, position) =>
    deletedArchive(inventory, files, position, archive),
  );
  const deletions = inInputOrder(inventory, [
    ...files.deletions,
    ...emptiedDeletions(stock.files, files.rest, archives),
  ]);
  const plan: Plan = {
    kind: 'varve.plan',
    schemaVersion: 1,
    verified: inventory.verified,
    totalBytes: readableArchives(inventory).reduce((sum, [, { tarBytes }]) => sum + tarBytes, 0),
    removed: images.map(({ id }) => id),
    freedBytes,
    freedOverheadBytes: planOverheadBytes(archives),
    freedBy: freedByOf(decision),
    ...bytesOfArchivesThatStay(inventory, archives, deletions),
    failedBytes: bytesOfFailed(inventory, archives, files),
    deletedSizeBytes: deletions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    deletions,
    strandedBytes: storedBytesOf(freed.stranded),
    goal: goalOf(request, freedBytes),
    images,
    untagged: [...lost.untagged, ...untaggedImages(stock.set, removal)],
    artifacts: [...new Set([...lost.artifacts, ...goneArtifacts(files.rest, stock, gone)])],
    layersFreed: yield* freedLayers(set, freed, files.archives),
    kept: keptImages(stock.set, keptOf(decision, request)),
    archives,
    partialTags: yield* partialTags(inventory, stayingNames(stock.set, removal)),
    inUse: request.inUse,
    skipped: inventory.skipped,
  };
  return { plan, copies: freed.copies };
}

/** Files first; the rest is decided of what is left. */
function* decide(inventory: Inventory, before: ImageSet, request: PlanRequest): Work<Decision> {
  const files = yield* deleteFiles(inventory, request.files, (id) => request.protections.has(id));
  const { rest, units } = files;
  const set = rest === inventory ? before : yield* makeImageSet(rest);
  const holders = yield* blobHolders(rest, set, request.artifacts);
  const classification = yield* classifyBodies(rest, set);
  const { stores = new Set() } = request;
  const stock = { set, holders, classification, stores, files: fileRoots(rest, units, set, holders) };
  yield;
  const alone = aloneBytes(holders);
  yield;
  const goal = request.goal && { ...request.goal, bytes: Math.max(0, request.goal.bytes - files.bodyBytes) };
  const asked = decideRemoval(set, request.asks, request.protections);
  yield;
  const removal = propose(rest, stock, { ...request, goal }, asked, alone);
  yield;
  const freed = freedCopies(stock, new Set(removal.images.keys()), request.copies);
  return { files, stock, removal, freed, alone };
}

function freedByOf({ files, freed: { bytes } }: Decision): Plan['freedBy'] {
  return {
    fileBytes: files.bodyBytes,
    imageBytes: bytes.image,
    unreferencedBytes: bytes.unreferenced,
    duplicateBytes: bytes.duplicate,
    twinBytes: bytes.twin,
    strandedBytes: bytes.stranded,
  };
}

/** What goes from archives whose files are not deleted. */
function bytesOfArchivesThatStay(
  inventory: Inventory,
  archives: Plan['archives'],
  deletions: readonly PlannedDeletion[],
): Pick<Plan, 'rewriteBytes' | 'packBytes'> {
  const deleted = new Set(deletions.map(({ path }) => path));
  const sums = { rewriteBytes: 0, packBytes: 0 };
  for (const [position, { path, outcome, freedBytes }] of archives.entries()) {
    if (deleted.has(inventory.archives[position]?.nestedIn ?? path)) continue;
    sums[outcome === 'pack' ? 'packBytes' : 'rewriteBytes'] += freedBytes;
  }
  return sums;
}

/** What was not asked for by file, and rests on the claims of an archive that is known to be wrong. */
function bytesOfFailed({ archives }: Inventory, planned: Plan['archives'], files: FileDeletions): number {
  return planned.reduce((sum, { freedBytes }, position) => {
    const isCounted = archives[position]?.status === 'failed' && !files.archives.has(position);
    return isCounted ? sum + freedBytes : sum;
  }, 0);
}

function inInputOrder({ archives }: Inventory, deletions: readonly PlannedDeletion[]): PlannedDeletion[] {
  const order = new Map<string, number>();
  for (const [position, { path, nestedIn }] of archives.entries()) {
    const file = nestedIn ?? path;
    if (!order.has(file)) order.set(file, position);
  }
  return deletions.toSorted((a, b) => (order.get(a.path) ?? 0) - (order.get(b.path) ?? 0));
}

function untaggedImages(set: ImageSet, { names }: Removal): Plan['untagged'] {
  return [...names].map(([position, taken]) => ({
    id: set.images[position]?.id ?? '',
    references: [...taken].sort(),
  }));
}

/** Whether an image stays under a name. */
function stayingNames(set: ImageSet, removal: Removal): (id: string, name: string) => boolean {
  // Of the image that was asked about last: it may have a thousand names, and is asked about each.
  let last: { readonly image: SetImage; readonly names: ReadonlySet<string> } | null = null;
  return (id, name) => {
    const position = set.positions.get(id);
    if (position === undefined || removal.images.has(position)) return false;
    const image = set.images[position];
    if (image === undefined) return false;
    if (last?.image !== image) last = { image, names: new Set(namesOf(image)) };
    return last.names.has(name) && !removal.names.get(position)?.has(name);
  };
}

/** With those for which a damaged file is not deleted. */
function keptOf({ files, stock, removal }: Decision, { protections }: PlanRequest): Removal['kept'] {
  const kept = new Map(removal.kept);
  for (const id of files.kept) {
    const position = stock.set.positions.get(id);
    const protection = protections.get(id);
    if (position !== undefined && protection !== undefined) kept.set(position, protection);
  }
  return kept;
}

/** Adds what is proposed for the goal. */
function propose(
  inventory: Inventory,
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
  const measure = copies.size === 0 ? quickMeasure(inventory, stock) : null;
  const picked = proposeRemoval(stock.set, { bytes: goal.bytes, candidates }, new Set(removal.images.keys()), {
    aloneBytes: (image) => alone.get(image) ?? 0,
    freedBytes: measure ?? ((images) => sumOf(freedCopies(stock, images, copies))),
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

function* plannedImages(
  { set, holders }: Stock,
  { archives }: Inventory,
  removal: Removal,
  alone: ReadonlyMap<number, number>,
): Work<PlannedImage[]> {
  const turns = new Map([...removal.images.keys()].map((position, turn) => [position, turn]));
  const credited = creditedBytes(holders, turns);
  const staying = new Set<string>();
  for (const [position, { references }] of set.images.entries()) {
    if (removal.images.has(position)) continue;
    for (const name of references) if (!removal.names.get(position)?.has(name)) staying.add(name);
  }
  yield;
  return yield* flatMapped(removal.images, ([position, reason]): PlannedImage[] => {
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
  const artifacts = readableArchives(inventory).flatMap(([, archive]) => archive.artifacts);
  const going = artifacts.filter((artifact) => goesWith(holders.artifacts.get(artifact) ?? null, gone));
  return [...new Set(going.map(({ digest }) => digest))];
}

function* freedLayers(set: ImageSet, { copies }: Freed, deleted: ReadonlySet<number>): Work<Plan['layersFreed']> {
  const freed = new Set(copies.map(({ archive, entry }) => `${archive}/${entry}`));
  yield;
  return yield* flatMapped(imageLayers(set), (layer) => {
    const going = layer.copies.filter(({ archive, entry }) => deleted.has(archive) || freed.has(`${archive}/${entry}`));
    if (going.length === 0) return [];
    return [{ diffId: layer.diffId, freedBytes: storedBytesOf(going), gone: going.length === layer.copies.length }];
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

function sumOf({ bytes }: Freed): number {
  return Object.values(bytes).reduce((sum, part) => sum + part, 0);
}
