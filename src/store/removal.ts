/**
 * A plan carried out on a store: made under the lock, of what is there then; the index first and durably, the bodies after that,
 * those that name others before what they name. What goes is what the plan says, to the byte. It needs no space but for
 * the index, for which some is kept.
 */
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DecidedPlan } from '../analysis/removal/plan.js';
import { guarded, syncFolder } from '../content/new-output.js';
import type { Digest } from '../model/digest.js';
import { StoreError } from '../model/error.js';
import { digestOfBlobName } from '../model/foreign/layout-names.js';
import type { Plan } from '../model/results/plan.js';
import type { StoreRemoval } from '../model/results/store/removal.js';
import { textHasher } from '../scan/hash-text.js';
import { type PlacedScan, scanPlaces } from '../scan/scan.js';
import type { Progress } from '../scan/settings.js';
import { inTurns } from '../sources/steps.js';
import { changeStore, type OpenStore } from './change-store.js';
import { describedBy, type GoingEntry, indexAfter } from './removal-check.js';
import { blobsOf, holdBallast, leftUploads, lstatOf, readIndex, type StoreFolder } from './store-folder.js';
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
    whileEmptying(store.path, () => carryOut(open, plan));
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

async function planned(store: StoreFolder, settings: RemovalSettings): Promise<PlannedRemoval> {
  const { verifies, signal, onProgress } = settings;
  const scan = await scanPlaces([store.path], {
    verify: verifies,
    inventories: false,
    ...(verifies ? {} : { workers: 0 }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === null ? {} : { onProgress }),
  });
  const { index } = readIndex(store);
  if (index.entries.length === 0 && blobsOf(store).length > 0 && scan.inventory.archives.length > 0) {
    const way = 'if the store is meant to be empty, delete its folder';
    throw new StoreError(`${store.indexPath} names nothing, and there are blobs, so nothing is removed; ${way}`);
  }
  const { plan, copies, refused, entries } = await settings.decide(scan, index);
  const freed = copies.flatMap(({ record: { name, storedBytes } }): GoingBlob[] => {
    const digest = digestOfBlobName(name);
    return digest === null ? [] : [{ digest, bytes: storedBytes }];
  });
  const gone = new Set(freed.map(({ digest }) => digest));
  const change = { gone, untagged: plan.untagged, entries, without: settings.without };
  const removal = indexAfter(scan, index, change, textHasher('node'));
  const { index: after, needed, named } = await inTurns(removal, signal);
  const nameless = freed.filter(({ digest }) => !named.has(digest));
  const spared = sparedBlobs(store, nameless, needed, settings.youngerThanMs);
  const kept = new Set(spared.map(({ what }) => what));
  const goes = freed.filter(({ digest }) => !kept.has(digest));
  const lost = goes.find(({ digest }) => needed.has(digest));
  if (lost !== undefined) throw new StoreError(`${lost.digest} is needed by what stays, so nothing is removed`);
  const uploads = settings.clearsUploads ? leftUploads(store) : [];
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

function carryOut({ store, lock, commit }: OpenStore, { goes, uploads, scan, before, after }: PlannedRemoval): void {
  // Space first, where it costs nothing: the disk may be full.
  for (const path of uploads) guarded(path, () => rmSync(path, { recursive: true, force: true }));
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
    guarded(path, () => rmSync(path, { force: true }));
    folders.add(dirname(path));
  }
  for (const folder of folders) guarded(folder, () => syncFolder(folder));
  holdBallast(store);
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
    // By the change of its inode: a linked or copied file keeps the time of its content.
    const changedMs = lstatOf(store.blobPath(digest))?.ctimeMs ?? 0;
    if (changedMs > youngerThanMs) spared.set(digest, { what: digest, bytes, reason: 'recent' });
  }
  const described = candidates.flatMap(({ digest, bytes }) => {
    const found = bytes > maxManifestBytes ? null : describedBy(readFileSync(store.blobPath(digest), 'utf8'));
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
