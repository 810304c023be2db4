/**
 * Repairs damaged archives: plan, then execution, then proof. Everything that is taken is verified while it is copied, and
 * what was written is scanned afresh before it takes its place; until then the damaged archive stays as it is.
 */
import { mkdirSync } from 'node:fs';
import { newFile, newFolder, temporaryBeside, type VisibleOutput } from '../content/new-output.js';
import type { Digest } from '../model/digest.js';
import { messageOf, VarveError } from '../model/error.js';
import type { ArchiveRecord } from '../model/results/inventory.js';
import type { Repair } from '../model/results/repair/repair.js';
import { finished } from '../model/work/work.js';
import { type PlacedScan, scanPlaces } from '../scan/scan.js';
import type { ScanOptions } from '../scan/settings.js';
import { inTurns } from '../sources/steps.js';
import { openDamaged } from './open-damaged.js';
import type { DamagedArchive } from './plan/damaged-archive.js';
import { planRepair, type RepairPlan } from './plan/repair-plan.js';
import { SourceBodies } from './plan/source-bodies.js';
import { fetchSources } from './repair-sources.js';
import { changedFolder } from './write/changed-folder.js';
import { differenceOf } from './write/proof.js';
import { type RepairTarget, repairTargets } from './write/repair-targets.js';
import { leaveOut, type Tried } from './write/tried-copies.js';
import { writeRepair } from './write/write-repair.js';

/** What is repaired, from what, and what becomes of it. */
export interface RepairOptions
  extends Omit<ScanOptions, 'inventories' | 'acceptRecorded' | 'cache' | 'output' | 'verify' | 'verifyRemote'> {
  /**
   * Archives, layouts, folders or globs that may have intact copies, or with `remote` images of registries, of which what is
   * lacking is fetched. Those that are repaired are looked at in any case.
   */
  readonly from: readonly string[];
  /** Of those, archives of which the damaged ones are copies: what no digest tells is taken from them. Default: none. */
  readonly like?: readonly string[];
  /** The repaired archive; a path that ends in a slash, or a folder, takes one for each. */
  readonly output?: string;
  /** Put the repaired archive in the place of the damaged one. Default false. */
  readonly inPlace?: boolean;
  /** Only say what would be healed. Default false: then `output` or `inPlace` is needed. */
  readonly dryRun?: boolean;
  /** Write what can be healed where something cannot, instead of nothing. Default false. */
  readonly keepGoing?: boolean;
}

/** A repair of what two scans have found. */
export interface RepairRequest {
  readonly damaged: PlacedScan;
  /** Null where nothing but the damaged archives is there. */
  readonly from: PlacedScan | null;
  readonly options: RepairOptions;
}

type ArchiveResult = Pick<Repair, 'healed' | 'rebuilt' | 'notHealed'> & {
  readonly archive: Repair['archives'][number];
};

/**
 * Repairs archives from others. The result is that of `varve repair --format json`. Throws as `scan` does, VarveError `usage`
 * also where nothing says where to write, and `internal` where the output cannot be written.
 */
export async function repair(damaged: readonly string[], options: RepairOptions): Promise<Repair> {
  checkRepair(options);
  const scanned = await scanForRepair(damaged, options);
  const isRemote = (input: string): boolean => options.remote?.isRemote(input) ?? false;
  const sources = [...(options.like ?? []), ...options.from.filter((input) => !isRemote(input))];
  const from = sources.length === 0 ? null : await scanForRepair(sources, options);
  const elsewhere = options.from.filter(isRemote);
  const fetched = elsewhere.length === 0 ? null : await fetchSources(elsewhere, scanned, fetchOptions(options));
  try {
    return await repairScans({ damaged: scanned, from: joinedScans(from, fetched?.scan ?? null), options });
  } finally {
    fetched?.close();
  }
}

/** What of the options of a repair goes for what is fetched for it. */
export function fetchOptions(options: Partial<RepairOptions>): Parameters<typeof fetchSources>[2] {
  const { remote, signal, limits, workers, engine, onProgress } = options;
  const given = Object.entries({ remote, signal, limits, workers, engine, onProgress });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** Two scans as one. */
export function joinedScans(first: PlacedScan | null, second: PlacedScan | null): PlacedScan | null {
  if (first === null || second === null) return first ?? second;
  const archives = [...first.inventory.archives, ...second.inventory.archives];
  return { ...first, inventory: { ...first.inventory, archives }, places: [...first.places, ...second.places] };
}

/** Throws VarveError `usage` where nothing says where to write, or two things do. */
export function checkRepair({ output, inPlace = false, dryRun = false }: RepairOptions): void {
  if (output !== undefined && inPlace)
    throw new VarveError('usage', 'a repair goes to an output or in place, not both');
  if (output === undefined && !inPlace && !dryRun) {
    throw new VarveError(
      'usage',
      'nothing says where to write: varve repair needs -o FILE, -o DIR/, varve repair --in-place or varve repair --dry-run',
    );
  }
}

/** Scans every byte of what is repaired, or of what it is repaired from. Throws as `scan` does. */
export async function scanForRepair(inputs: readonly string[], options: Partial<RepairOptions>): Promise<PlacedScan> {
  if (inputs.includes('-')) {
    throw new VarveError('usage', 'standard input cannot be read a second time; write it to a file, and name that');
  }
  const { from, like, output, inPlace, dryRun, keepGoing, ...scanOptions } = options;
  return scanPlaces(inputs, { ...scanOptions, verify: true, inventories: false });
}

/** The same as `repair`, of scans that were made. */
export async function repairScans(request: RepairRequest): Promise<Repair> {
  const { damaged, options } = request;
  const { archives } = damaged.inventory;
  const targets = repairTargets(archives, request.from?.inventory.archives ?? [], options);
  const results: ArchiveResult[] = [];
  for (const [i, record] of archives.entries()) {
    const target = targets[i] ?? null;
    const opened = await inTurns(
      openDamaged(record, damaged.places[i] ?? null, archives, damaged.limits),
      options.signal,
    );
    results.push(
      opened.kind === 'refused' ? refusal(record, opened.reason) : await repairOne(opened.archive, target, request),
    );
  }
  return resultOf(results, options);
}

function refusal({ path, images }: ArchiveRecord, reason: string): ArchiveResult {
  const ids = [...new Set(images.map(({ id }) => id))];
  return {
    archive: { path, output: null, status: 'refused', sizeBytes: 0 },
    healed: [],
    rebuilt: [],
    notHealed: [{ archive: path, name: null, digest: null, reason, images: ids }],
  };
}

function resultOf(results: readonly ArchiveResult[], { dryRun = false }: RepairOptions): Repair {
  const archives = results.map(({ archive }) => archive);
  const healed = results.flatMap((result) => result.healed);
  const isRefused = archives.some(({ status }) => status === 'refused');
  return {
    kind: 'varve.repair',
    schemaVersion: 1,
    status: isRefused ? 'refused' : dryRun ? 'planned' : 'written',
    sizeBytes: archives.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    archives,
    healed,
    rebuilt: results.flatMap((result) => result.rebuilt),
    notHealed: results.flatMap((result) => result.notHealed),
    quarantined: [],
    blobs: healed.length,
    copiedBytes: healed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

async function repairOne(
  damaged: DamagedArchive,
  target: RepairTarget | null,
  { damaged: own, from, options }: RepairRequest,
): Promise<ArchiveResult> {
  const { dryRun = false, keepGoing = false, engine = 'node', signal } = options;
  const { path } = damaged.record;
  const tried: Tried = { excluded: new Set(), suspects: new Set() };
  for (;;) {
    const sources = finished(
      SourceBodies.of(from === null ? [own] : [own, from], tried.excluded, new Set(options.like)),
    );
    const plan = await inTurns(planRepair(damaged, sources, engine), signal);
    const { healed, rebuilt, notHealed, files, sizeBytes } = plan;
    const isChanged = files.some((file) => file.isChanged);
    const status = notHealed.length > 0 ? 'partly' : isChanged ? 'healed' : 'whole';
    const told = { healed, rebuilt, notHealed };
    const output = target?.path ?? null;
    const result = (status: Repair['archives'][number]['status']): ArchiveResult => ({
      ...told,
      archive: { path, output, status, sizeBytes: target === null && !dryRun ? 0 : sizeBytes },
    });
    const nothing = { path, output: null, sizeBytes: 0 };
    if (status === 'partly' && !keepGoing) return { ...told, archive: { ...nothing, status: 'refused' } };
    if (target?.inPlace === true && !isChanged) return { ...told, archive: { ...nothing, status } };
    if (dryRun || target === null) return result(status);
    const failures = await execute(damaged, plan, target, { options, tried });
    if (typeof failures === 'string') return refusal(damaged.record, failures);
    if (failures.size === 0) return result(status);
    leaveOut(failures, plan, tried);
  }
}

interface Execution {
  readonly options: RepairOptions;
  readonly tried: Tried;
}

/** Writes a plan and proves it; returns the bodies that have failed, or why what was written is not taken. */
async function execute(
  damaged: DamagedArchive,
  plan: RepairPlan,
  target: RepairTarget,
  { options, tried }: Execution,
): Promise<ReadonlyMap<Digest, string> | string> {
  const { engine = 'node', signal, onProgress = null } = options;
  const isFolder = damaged.table.container === 'folder';
  const inPlace = isFolder && target.inPlace;
  if (target.folder !== null) mkdirSync(target.folder, { recursive: true });
  const output = inPlace ? changedFolder(target.path) : isFolder ? newFolder(target.path) : newFile(target.path);
  try {
    const files = inPlace ? plan.files.filter(({ isChanged }) => isChanged) : plan.files;
    const spoolPath = temporaryBeside(target.path);
    const failures = await writeRepair(files, {
      output,
      spoolPath,
      suspects: tried.suspects,
      engine,
      signal,
      onProgress,
    });
    if (failures.size > 0) return failures;
    return (await proven(output, plan, inPlace, options)) ?? failures;
  } catch (error) {
    if (error instanceof VarveError && error.code === 'input-unreadable') return messageOf(error);
    throw error;
  } finally {
    output.abandon();
  }
}

/** Puts what was written in its place, once a fresh scan finds in it what was planned; else says what it found. */
async function proven(
  output: VisibleOutput,
  plan: RepairPlan,
  inPlace: boolean,
  options: RepairOptions,
): Promise<string | null> {
  // The files of a folder are proven by their digests; together they can be looked at only where they belong.
  if (inPlace) output.commit();
  const { onProgress, onRemark, exclude, ...rest } = options;
  const { inventory } = await scanForRepair([output.temporary], rest);
  const problem = differenceOf(inventory.archives, plan);
  if (problem !== null) return `what was written is not what was planned: ${problem}; it was changed while it was read`;
  if (!inPlace) output.commit();
  return null;
}
