/**
 * A plan carried out on a store: made under the lock, of what is there then; the index first and durably, the bodies after that,
 * those that name others before what they name. What goes is what the plan says, to the byte. It needs no space but for
 * the index, for which some is kept.
 */
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DecidedPlan } from '../analysis/removal/plan.js';
import { diskMessage } from '../content/disk.js';
import { guarded, syncFolder } from '../content/new-output.js';
import { algorithmOf, type Digest, isAlgorithm, tryParseDigest } from '../model/digest.js';
import { OutputError, StoreError } from '../model/error.js';
import { digestOfBlobName } from '../model/foreign/layout-names.js';
import type { Plan } from '../model/results/plan.js';
import type { StoreRemoval } from '../model/results/store/removal.js';
import { textHasher } from '../scan/hash-text.js';
import { type PlacedScan, scanPlaces } from '../scan/scan.js';
import type { Progress } from '../scan/settings.js';
import { inTurns } from '../sources/steps.js';
import { changeStore, type OpenStore, refuseUnread } from './change-store.js';
import { findEntry } from './index-words.js';
import { describedBy, type GoingEntry, indexAfter } from './removal-check.js';
import { abandonedUploads, blobsOf, holdBallast, lstatOf, readIndex, type StoreFolder } from './store-folder.js';
import { indexText, type StoreIndex } from './store-index.js';
import type { LockSettings } from './store-lock.js';
import { settled, whileEmptying } from './store-stamp.js';

/** What is to go, decided of a scan of the store as it is now. */
export interface RemovalDecision extends DecidedPlan {
  readonly refused: StoreRemoval['refused'];
  /** What is no image, or no longer one that can be read. */
  readonly entries: readonly GoingEntry[];
}

export interface RemovalSettings extends LockSettings {
  readonly dryRun: boolean;
  /** Whether unfinished files of writers that are gone go too. */
  readonly clearsUploads: boolean;
  /** Blobs that nothing names stay where they were changed after this. */
  readonly youngerThanMs: number;
  /** Whether every byte of the store is read and hashed before anything goes. */
  readonly verifies: boolean;
  /** What stays and need not be whole: names, ends of names, digests, IDs. */
  readonly without: readonly string[];
  readonly onProgress: ((progress: Progress) => void) | null;
  readonly decide: (scan: PlacedScan, index: StoreIndex) => Promise<RemovalDecision>;
}

/** Plans a removal and, unless it is only to be planned, carries it out. Throws StoreError, OutputError, VarveError `interrupted`. */
export async function removeFromStore(store: StoreFolder, settings: RemovalSettings): Promise<StoreRemoval> {
  if (settings.dryRun) return (await settled([store.path], () => planned(store, settings))).result;
  return changeStore(store, { ...settings, creates: false }, async (open) => {
    const plan = await planned(store, settings);
    whileEmptying(store.path, (stillAtIt) => carryOut(open, plan, stillAtIt));
    return { ...plan.result, status: 'removed' };
  });
}

interface PlannedRemoval {
  readonly result: StoreRemoval;
  readonly goes: readonly GoingBlob[];
  readonly uploads: readonly string[];
  readonly scan: PlacedScan;
  readonly before: StoreIndex;
  readonly after: StoreIndex;
}

interface GoingBlob {
  readonly digest: Digest;
  readonly bytes: number;
}

const maxManifestBytes = 4 * 1024 * 1024;
const maxScans = 10;

async function planned(store: StoreFolder, settings: RemovalSettings): Promise<PlannedRemoval> {
  const { signal } = settings;
  const { scan, index } = await scanned(store, settings);
  if (index.entries.length === 0 && blobsOf(store).length > 0 && scan.inventory.archives.length > 0) {
    const way = 'if the store is meant to be empty, delete its folder';
    throw new StoreError(`${store.indexPath} names nothing, and there are blobs, so nothing is removed; ${way}`);
  }
  const { plan, copies, refused, entries } = await settings.decide(scan, index);
  const freed = copies.flatMap(({ record: { name, storedBytes } }): GoingBlob[] => {
    const digest = digestOfBlobName(name);
    return digest === null || !isAlgorithm(algorithmOf(digest)) ? [] : [{ digest, bytes: storedBytes }];
  });
  const gone = new Set(freed.map(({ digest }) => digest));
  const change = { gone, untagged: plan.untagged, entries, without: settings.without };
  const removal = indexAfter(scan, index, change, textHasher('node'));
  const { index: after, needed, named } = await inTurns(removal, signal);
  refuseUnknown(store, scan, { before: index, after, without: settings.without });
  const nameless = freed.filter(({ digest }) => !named.has(digest));
  const spared = sparedBlobs(store, nameless, needed, settings.youngerThanMs);
  const kept = new Set(spared.map(({ what }) => what));
  const goes = freed.filter(({ digest }) => !kept.has(digest));
  const lost = goes.find(({ digest }) => needed.has(digest));
  if (lost !== undefined) throw new StoreError(`${lost.digest} is needed by what stays, so nothing is removed`);
  const uploads = settings.clearsUploads ? abandonedUploads(store, settings.own, settings.youngerThanMs) : [];
  return {
    goes,
    uploads,
    scan,
    before: index,
    after,
    result: {
      kind: 'varve.removal',
      schemaVersion: 1,
      store: store.path,
      status: 'planned',
      plan: withoutSpared(plan, spared),
      blobs: goes.length,
      freedBytes: sumOf(goes),
      uploads: { files: uploads.length, bytes: sumOf(uploads.map((path) => ({ bytes: lstatOf(path)?.size ?? 0 }))) },
      spared: [...(settings.clearsUploads ? foreignFiles(scan) : []), ...spared],
      artifactNames: entries.flatMap(({ names }) => names),
      refused,
    },
  };
}

/** A scan, and the index that it was made of: programs that know nothing of the lock may write one meanwhile. */
async function scanned(
  store: StoreFolder,
  { verifies, signal, onProgress }: RemovalSettings,
): Promise<{ readonly scan: PlacedScan; readonly index: StoreIndex }> {
  const options = {
    verify: verifies,
    inventories: false,
    ...(verifies ? {} : { workers: 0 }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === null ? {} : { onProgress }),
  };
  for (let tries = 0; tries < maxScans; tries++) {
    const { text } = readIndex(store);
    const scan = await scanPlaces([store.path], options);
    refuseUnread(scan.inventory.archives);
    const after = readIndex(store);
    if (after.text === text) return { scan, index: after.index };
  }
  throw new StoreError(`${store.indexPath} is changed by another program all the time; nothing was removed`);
}

/** What an index says before and after a removal, and what need not be whole. */
interface IndexStates {
  readonly before: StoreIndex;
  readonly after: StoreIndex;
  readonly without: readonly string[];
}

/** Throws StoreError where a document stays and nobody knows what it names: that would look as if nothing named it. */
function refuseUnknown(
  store: StoreFolder,
  { inventory: { archives } }: PlacedScan,
  { before, after, without }: IndexStates,
): void {
  const way = 'so nothing is removed; varve load of an archive that has it puts it right';
  const stays = new Set(after.entries.map(({ digest }) => digest));
  const goes = before.entries.map(({ digest }) => digest).filter((digest) => !stays.has(digest));
  const known = new Set([...goes, ...without.flatMap((word) => findEntry(before, word)?.digest ?? [])]);
  const layers = new Set(
    archives.flatMap(({ images }) => images.flatMap((image) => image.layers.map(({ digest }) => digest))),
  );
  for (const { code, subject, message } of archives.flatMap(({ findings }) => findings)) {
    const digest = digestOfBlobName(subject ?? '');
    const isHarmless = digest !== null && (known.has(digest) || layers.has(digest));
    if (code === 'input-unreadable' && !isHarmless) throw new StoreError(`${message}, ${way}`);
  }
  for (const { digest } of archives.flatMap(({ absentPlatforms }) => absentPlatforms)) {
    const absent = tryParseDigest(digest);
    if (absent === null || !isAlgorithm(algorithmOf(absent)) || lstatOf(store.blobPath(absent)) === null) continue;
    throw new StoreError(`${store.blobPath(absent)} is no manifest, and an index names it as one, ${way}`);
  }
}

function carryOut(
  { store, lock, commit }: OpenStore,
  { goes, uploads, scan, before, after }: PlannedRemoval,
  stillAtIt: () => void,
): void {
  // Space first, where it costs nothing: the disk may be full.
  for (const path of uploads) removed(path);
  commit((index) => {
    if (indexText(index) === indexText(before)) return after;
    throw new StoreError(`${store.indexPath} was changed by another program meanwhile; nothing was removed, try again`);
  });
  const isDocument = documentsOf(scan);
  const ordered = [
    ...goes.filter(({ digest }) => isDocument(digest)),
    ...goes.filter(({ digest }) => !isDocument(digest)),
  ];
  const folders = new Set<string>();
  for (const { digest } of ordered) {
    lock.check();
    const path = store.blobPath(digest);
    removed(path);
    folders.add(dirname(path));
    stillAtIt();
  }
  for (const folder of folders) guarded(folder, () => syncFolder(folder));
  holdBallast(store);
}

function removed(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (cause) {
    throw new OutputError(`${path} was not removed: ${diskMessage(cause)}`, { cause });
  }
}

function documentsOf({ inventory: { archives }, places }: PlacedScan): (digest: Digest) => boolean {
  const documents = new Set<Digest>();
  for (const [archive, own] of places.entries()) {
    for (const [entry, body] of (own?.bodies ?? []).entries()) {
      const digest = digestOfBlobName(archives[archive]?.entries[entry]?.name ?? '');
      if (digest !== null && body.document !== null) documents.add(digest);
    }
  }
  return (digest) => documents.has(digest);
}

/** Of what nothing names: what may just be being written, and what describes something that stays. */
export function sparedBlobs(
  store: StoreFolder,
  candidates: readonly GoingBlob[],
  needed: ReadonlySet<Digest>,
  youngerThanMs: number,
): StoreRemoval['spared'] {
  const spared = new Map<Digest, StoreRemoval['spared'][number]>();
  for (const { digest, bytes } of candidates) {
    // By the change of its inode: a linked or copied file keeps the time of its content. In whole milliseconds, as a run knows its time.
    const changedMs = Math.floor(lstatOf(store.blobPath(digest))?.ctimeMs ?? 0);
    if (changedMs > youngerThanMs) spared.set(digest, { what: digest, bytes, reason: 'recent' });
  }
  const described = candidates.flatMap(({ digest, bytes }) => {
    const found = bytes > maxManifestBytes ? null : describedBy(textOf(store.blobPath(digest)));
    return found === null ? [] : [{ digest, ...found }];
  });
  const staying = new Set(needed);
  for (let before = -1; before !== staying.size; ) {
    before = staying.size;
    for (const { digest, subject, parts } of described) {
      if (!staying.has(subject) || staying.has(digest)) continue;
      for (const part of [digest, ...parts]) staying.add(part);
    }
  }
  for (const { digest, bytes } of candidates) {
    if (staying.has(digest) && !spared.has(digest)) spared.set(digest, { what: digest, bytes, reason: 'subject' });
  }
  return [...spared.values()];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = 'it may describe something that stays, so nothing is removed';
    throw new StoreError(`${path} cannot be read: ${diskMessage(cause)}; ${why}`, { cause });
  }
}

/** What somebody put beside the blobs. */
export function foreignFiles({ inventory: { archives } }: Pick<PlacedScan, 'inventory'>): StoreRemoval['spared'] {
  return archives.flatMap(({ entries }) =>
    entries.flatMap(({ name, role, storedBytes }) =>
      role === 'stray' && digestOfBlobName(name) === null
        ? [{ what: name, bytes: storedBytes, reason: 'foreign' as const }]
        : [],
    ),
  );
}

/** What a plan says without the blobs that stay all the same; nothing names them, so no image, name or layer changes. */
function withoutSpared(plan: Plan, spared: StoreRemoval['spared']): Plan {
  if (spared.length === 0) return plan;
  const bytes = sumOf(spared);
  const less = <T extends { readonly freedBytes: number; readonly leftBytes: number }>(archive: T): T => ({
    ...archive,
    freedBytes: archive.freedBytes - bytes,
    leftBytes: archive.leftBytes + bytes,
  });
  return {
    ...plan,
    freedBytes: plan.freedBytes - bytes,
    rewriteBytes: Math.max(0, plan.rewriteBytes - bytes),
    freedBy: { ...plan.freedBy, unreferencedBytes: plan.freedBy.unreferencedBytes - bytes },
    archives: plan.archives.map((archive, position) => (position === 0 ? less(archive) : archive)),
  };
}

function sumOf(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}
