/**
 * A store healed in place: what is missing or not what it is called is written anew from whatever has it intact. The plan is
 * that of every repair (repair/plan); of it only blobs are written, each by itself, verified and durable before it takes its
 * place, so that a repair that is killed has healed what it has healed. A blob is what its digest says, whoever wrote the
 * store meanwhile, so the lock is needed for writing alone. What stood in its place is set aside, not deleted.
 */
import { realpathSync, statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { Digest } from '../../model/digest.js';
import { StoreError } from '../../model/error.js';
import { digestOfBlobName } from '../../model/foreign/layout-names.js';
import type { Repair } from '../../model/results/repair/repair.js';
import { finished } from '../../model/work/work.js';
import type { Engine } from '../../observe/hasher.js';
import { openDamaged } from '../../repair/open-damaged.js';
import type { DamagedArchive } from '../../repair/plan/damaged-archive.js';
import { type PlannedRepairFile, planRepair, type RepairPlan } from '../../repair/plan/repair-plan.js';
import { SourceBodies } from '../../repair/plan/source-bodies.js';
import { leaveOut, type Tried } from '../../repair/write/tried-copies.js';
import { copyTaken, type Places, withBodies } from '../../repair/write/write-repair.js';
import type { PlacedScan } from '../../scan/scan.js';
import type { Progress } from '../../scan/settings.js';
import { inTurns, type Steps } from '../../sources/steps.js';
import { changeStore, type OpenStore } from '../change-store.js';
import { BlobWriter } from '../store-blobs.js';
import { readIndex, type StoreFolder } from '../store-folder.js';
import type { LockSettings } from '../store-lock.js';
import { type MadeSource, withMadeManifests } from './made-manifests.js';

export interface StoreHealing {
  /** The store, with every byte read. */
  readonly damaged: PlacedScan;
  /** What may have it intact, with every byte read; null where there is nothing but the store. */
  readonly from: PlacedScan | null;
}

export interface HealSettings extends LockSettings {
  readonly dryRun: boolean;
  readonly engine: Engine;
  readonly onProgress: ((progress: Progress) => void) | null;
}

/** Heals a store. The result is that of every repair. Throws StoreError where it is none, OutputError, `interrupted`. */
export async function healStore(store: StoreFolder, healing: StoreHealing, settings: HealSettings): Promise<Repair> {
  // What the index says decides what is needed: without it there is nothing to be sure of.
  const { index } = readIndex(store);
  const right = new Set(
    healing.damaged.inventory.archives.flatMap(({ entries }) => entries.map(({ digest }) => digest)),
  );
  const lost = new Set(index.entries.flatMap(({ digest }) => (right.has(digest) ? [] : digest)));
  return withMadeManifests(healing.from, lost, settings, async (made) => {
    const result = await healFrom(store, healing, made, settings);
    // What was made from an archive is told as from there.
    const healed = result.healed.map((each) => ({ ...each, from: made?.archives.get(each.digest) ?? each.from }));
    return { ...result, healed };
  });
}

async function healFrom(
  store: StoreFolder,
  { damaged, from }: StoreHealing,
  made: MadeSource | null,
  settings: HealSettings,
): Promise<Repair> {
  const sources = [...(from === null ? [] : [from]), ...(made === null ? [] : [made.scan])];
  const planner = await plannerOf(store, damaged, sources, settings);
  const tried: Tried = { excluded: new Set(), suspects: new Set() };
  const first = await planner(tried);
  const blobs = blobsOf(first);
  if (settings.dryRun || blobs.length === 0) return resultOf(store, first, blobs, { ...settings, quarantined: [] });
  return changeStore(store, { ...settings, creates: false }, async (open) => {
    const writer = new BlobWriter(store, null, settings.engine, progressOf(store, blobs, settings));
    const written = new Set<Digest>();
    for (let plan = first; ; plan = await planner(tried)) {
      const left = blobsOf(plan).filter(({ digest }) => !written.has(digest));
      const failures = await write(open, writer, left, { ...settings, tried, written });
      writer.sync();
      const { quarantined } = writer;
      if (failures.size === 0) return resultOf(store, plan, blobsOf(plan), { ...settings, quarantined });
      leaveOut(failures, plan, tried);
    }
  });
}

async function plannerOf(
  store: StoreFolder,
  damaged: PlacedScan,
  from: readonly PlacedScan[],
  { engine, signal }: HealSettings,
): Promise<(tried: Tried) => Promise<RepairPlan>> {
  const { archives } = damaged.inventory;
  const position = archives.findIndex(
    ({ path, nestedIn }) => resolve(path) === resolve(store.path) && nestedIn === undefined,
  );
  const record = archives[position];
  if (record === undefined) throw new StoreError(`${store.path} cannot be read as a store; nothing was changed`);
  // Archives that lie in the folder of the store are read as what they are, and are no part of it.
  const own = {
    ...damaged,
    inventory: { ...damaged.inventory, archives: [record] },
    places: [damaged.places[position] ?? null],
  };
  const opening = openDamaged(record, damaged.places[position] ?? null, [record], damaged.limits);
  const opened = await inTurns(opening, signal);
  if (opened.kind === 'refused') throw new StoreError(`${store.path} cannot be repaired: ${opened.reason}`);
  const archive = withoutStrangers(store, opened.archive);
  const scans = [own, ...from];
  return (tried) => {
    const sources = finished(SourceBodies.of(scans, tried.excluded, new Set()));
    return inTurns(planRepair(archive, sources, engine), signal);
  };
}

/** Without what stands in the place of a blob and is no file of the store: a folder, a link that leads out of it or nowhere. */
function withoutStrangers(store: StoreFolder, archive: DamagedArchive): DamagedArchive {
  const entries = archive.table.entries.filter(({ type, name }) => {
    const digest = type === 'file' || type === 'link' ? null : digestOfBlobName(name);
    return digest === null || isWithin(store, store.blobPath(digest));
  });
  return { ...archive, table: { ...archive.table, entries } };
}

/** Whether a path leads to a file in the folder of the store. */
function isWithin({ path }: StoreFolder, place: string): boolean {
  try {
    return statSync(place).isFile() && realpathSync(place).startsWith(`${realpathSync(path)}${sep}`);
  } catch {
    return false;
  }
}

/** A blob that is healed. */
interface HealedBlob {
  readonly file: PlannedRepairFile;
  readonly digest: Digest;
}

/** Of a plan what is a blob of a store; documents of the layout are the writers' own, and are not taken from elsewhere. */
function blobsOf({ files, bodies }: RepairPlan): HealedBlob[] {
  return files.flatMap((file): HealedBlob[] => {
    const digest = digestOfBlobName(file.name);
    return file.isChanged && digest !== null && bodies.get(file.name) === digest ? [{ file, digest }] : [];
  });
}

interface Writing {
  readonly tried: Tried;
  /** Blobs that are there now. */
  readonly written: Set<Digest>;
  readonly signal: AbortSignal | undefined;
}

async function write(
  { store, lock }: OpenStore,
  writer: BlobWriter,
  blobs: readonly HealedBlob[],
  { tried, written, signal }: Writing,
): Promise<ReadonlyMap<Digest, string>> {
  const files = blobs.map(({ file }) => file);
  const failures = new Map<Digest, string>();
  const request = { spoolPath: store.newUpload(), suspects: tried.suspects, signal };
  await withBodies(files, request, (places) =>
    inTurns(
      (function* (): Steps<void> {
        for (const blob of blobs) {
          lock.check();
          const problem = yield* writeBlob(writer, blob, places);
          if (problem === null) written.add(blob.digest);
          else failures.set(blob.digest, problem);
          yield;
        }
      })(),
      signal,
    ),
  );
  return failures;
}

function* writeBlob(writer: BlobWriter, { file, digest }: HealedBlob, places: Places): Steps<string | null> {
  const wanted = { digest, sizeBytes: file.sizeBytes };
  // Another writer may have brought it meanwhile.
  if (yield* writer.has(wanted)) return null;
  const [body] = file.pieces;
  if (body?.kind !== 'taken') return 'it is in no one place';
  return yield* writer.putBy(wanted, (tools) => copyTaken(body, places, tools));
}

function progressOf(
  { path }: StoreFolder,
  blobs: readonly HealedBlob[],
  { onProgress }: HealSettings,
): (sizeBytes: number) => void {
  const totalBytes = blobs.reduce((sum, { file }) => sum + file.sizeBytes, 0);
  let doneBytes = 0;
  return (sizeBytes) => {
    doneBytes = Math.min(totalBytes, doneBytes + sizeBytes);
    onProgress?.({ doneBytes, totalBytes, path });
  };
}

function resultOf(
  { path }: StoreFolder,
  { healed, notHealed }: RepairPlan,
  blobs: readonly HealedBlob[],
  { dryRun, quarantined }: { readonly dryRun: boolean; readonly quarantined: Repair['quarantined'] },
): Repair {
  const names = new Set(blobs.map(({ file }) => file.name));
  const own = healed.filter(({ name }) => names.has(name));
  const sizeBytes = blobs.reduce((sum, { file }) => sum + file.sizeBytes, 0);
  const status = notHealed.length > 0 ? 'partly' : blobs.length > 0 ? 'healed' : 'whole';
  return {
    kind: 'varve.repair',
    schemaVersion: 1,
    status: dryRun ? 'planned' : 'written',
    sizeBytes,
    archives: [{ path, output: dryRun || blobs.length === 0 ? null : path, status, sizeBytes }],
    healed: own,
    rebuilt: [],
    notHealed,
    quarantined: [...quarantined],
    blobs: own.length,
    copiedBytes: own.reduce((sum, each) => sum + each.sizeBytes, 0),
  };
}
