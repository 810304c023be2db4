/**
 * The one way through the house: inputs → sources → entry tables → claims → observations → findings → Inventory.
 * Claims of plain archives are read first, so that all their bodies can be planned as one list, largest first; archives
 * that cannot be sought are jobs of the same list, and their claims follow. One bad input never stops the others.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { DocumentBudget } from '../archive/document-budget.js';
import { type Memory, noMemory } from '../cache/memory.js';
import { discover } from '../discover/discover.js';
import type { Discovery } from '../discover/discovery.js';
import { type Source, sourceOf } from '../discover/source.js';
import { interruption, VarveError } from '../model/error.js';
import type { Finding } from '../model/finding.js';
import type { Limits } from '../model/limits.js';
import type { ArchiveRecord, Inventory } from '../model/results/inventory.js';
import { RunBudget } from '../model/work/run-budget.js';
import { inTurns, type Steps, seldomResting } from '../sources/steps.js';
import type { ThreadsAhead } from '../threads/threads-ahead.js';
import { unreadableRecord } from '../verify/archive-record.js';
import { distinguishV1Images } from '../verify/v1-identities.js';
import { type ArchivePlaces, placesOf } from './archive-places.js';
import { ArchiveThreads } from './jobs/archive-threads.js';
import { LayerContents } from './layer-contents.js';
import { ArchiveInProgress } from './open-archive.js';
import { openSources } from './open-sources.js';
import { checkScan } from './option-check.js';
import type { RecordedArchives } from './read-inventory.js';
import { resolveSettings, type ScanOptions, type ScanSettings } from './settings.js';
import {
  type DoneArchive,
  isVerified,
  openedArchives,
  partFindings,
  type ScanRun,
  type SourceInProgress,
} from './source-in-progress.js';

/** What a scan has found: the inventory, and what is inside the layers as far as that was asked for. */
export interface Scan {
  readonly inventory: Inventory;
  readonly contents: LayerContents;
}

/** An inventory with the places of what it lists. */
export interface PlacedScan {
  readonly inventory: Inventory;
  /** Of each archive of the inventory; null of one that could not be read, or was recorded earlier. */
  readonly places: readonly (ArchivePlaces | null)[];
  /** Those that held for the scan, and hold for whoever reads on. */
  readonly limits: Limits;
}

/**
 * Scans inputs (files, folders, globs, `-`, inventories) into an inventory. Never throws for a bad input: it is listed as
 * unreadable. Throws VarveError `usage` (an option that means nothing, an output that is an input, an inventory where none is accepted), `interrupted`
 * with the reason of the signal as its cause, or `internal`.
 */
export async function scan(inputs: readonly string[], options: ScanOptions = {}): Promise<Inventory> {
  checkScan(inputs, options);
  const { inventory } = await scanSources(inputs, resolveSettings(options, []));
  return inventory;
}

/**
 * The same, with the files of every layer that was read, each with the digest of its content; with `verify: false` there
 * are none.
 */
export async function scanContents(inputs: readonly string[], options: ScanOptions = {}): Promise<Scan> {
  checkScan(inputs, options);
  return scanSources(inputs, resolveSettings(options, ['files']));
}

/**
 * The same as `scan`, with where the bodies of each archive lie and the documents that were read: what it takes to copy
 * images. Documents of all archives are held, within `limits`. `spooledInput`: a file with what came on standard input, to
 * be read in its place, and to be there as long as bodies are read.
 */
export async function scanPlaces(
  inputs: readonly string[],
  options: ScanOptions = {},
  spooledInput: string | null = null,
): Promise<PlacedScan> {
  checkScan(inputs, options);
  const settings = { ...resolveSettings(options, []), keepsDocuments: true, spooledInput };
  const { inventory, places } = await scanSources(inputs, settings);
  return { inventory, places, limits: settings.limits };
}

async function scanSources(
  inputs: readonly string[],
  settings: ScanSettings,
): Promise<Scan & Pick<PlacedScan, 'places'>> {
  const threads = new ArchiveThreads(settings);
  try {
    return await scanWith(threads, inputs, settings);
  } finally {
    await threads.close();
  }
}

async function scanWith(
  threads: ArchiveThreads,
  inputs: readonly string[],
  settings: ScanSettings,
): Promise<Scan & Pick<PlacedScan, 'places'>> {
  const found = await findSources(inputs, settings, threads);
  const recorded = await takeInventories(found, settings);
  const run = {
    settings,
    memory: await openMemory(settings),
    budget: new DocumentBudget(settings.limits),
    held: new RunBudget(settings.limits),
    ahead: await startAhead(found, settings),
  };
  const { sources, noArchives } = await readSources(found, recorded, run, threads).finally(() => run.ahead?.close());
  const aside = asideOf(noArchives, found);
  tellPassedOver(found, aside.passedOver, settings);
  const { inventory, opened } = await inTurns(inventoryOf(found, recorded, sources, aside, settings), settings.signal);
  return {
    inventory,
    contents: contentsOf(sources, settings),
    places: opened.map((archive) => (archive === null ? null : placesOf(archive))),
  };
}

/** Finds the sources. Throws VarveError `usage` where the output is one of them. */
async function findSources(
  inputs: readonly string[],
  settings: ScanSettings,
  threads: ArchiveThreads,
): Promise<Discovery> {
  const { exclude, limits, output, onRemark, signal, spooledInput, remote } = settings;
  const onFiles = (count: number): Promise<unknown> | undefined => threads.expect(count);
  const found = await discover(inputs, exclude, limits, { signal, spooledInput, remote, onFiles });
  const input = output === null ? null : sourceOf(output, found.sources);
  if (input !== null) throw new VarveError('usage', `${output} is an input (${input.path}) and would be overwritten`);
  for (const pattern of found.idleExcludes) onRemark(`exclude ${JSON.stringify(pattern)} matches nothing here`);
  return found;
}

/** So many bytes are worth threads, whatever they are; a thread for each of these, as long as there are processors. */
const worthThreadsBytes = 128 * 1024 * 1024;
const threadBytes = 32 * 1024 * 1024;

/** Starts threads where there will be work for them, as far as sizes tell. This one opens the archives meanwhile. */
async function startAhead({ sources }: Discovery, settings: ScanSettings): Promise<ThreadsAhead | null> {
  const { verified, cache, takesPart } = settings;
  const most = settings.workers ?? availableParallelism();
  const bytes = sources.reduce((sum, source) => sum + (source.remote === undefined ? source.sizeBytes : 0), 0);
  // What a cache knows is not read.
  if (!verified || cache !== null || most < 2 || bytes < worthThreadsBytes) return null;
  const { ThreadsAhead } = await import('../threads/threads-ahead.js');
  return ThreadsAhead.start({ least: Math.min(takesPart ? most - 1 : most, Math.floor(bytes / threadBytes)), most });
}

/** What inventories record. Most runs have none, and the schema of a whole inventory takes its time to set up. */
async function takeInventories({ sources, unreadable }: Discovery, settings: ScanSettings): Promise<RecordedArchives> {
  const onDisk = [...sources.filter(({ kind }) => kind !== 'inventory'), ...unreadable];
  if (onDisk.length === sources.length + unreadable.length) return { verified: true, archives: new Map(), skipped: [] };
  const { readInventories } = await import('./read-inventory.js');
  return readInventories(
    sources,
    onDisk.map(({ path }) => path),
    settings,
  );
}

async function openMemory({ cache, engine, probes, limits }: ScanSettings): Promise<Memory> {
  if (cache === null) return noMemory;
  const { ResultCache } = await import('../cache/result-cache.js');
  return new ResultCache(cache, engine, probes.includes('files') ? limits.fileListsBytes : null);
}

/** Opens all sources and reads their bodies; what was remembered holds to the end of that. */
async function readSources(
  { sources: found }: Discovery,
  recorded: RecordedArchives,
  run: ScanRun,
  threads: ArchiveThreads,
): Promise<{ readonly sources: readonly SourceInProgress[]; readonly noArchives: readonly string[] }> {
  const { signal } = run.settings;
  const done = await takeSmallArchives(found, run.settings, threads);
  const opened = await inTurns(openSources(found, recorded, run, done), signal);
  const noArchives = await takeBodies(opened, run);
  const stale = opened.filter(({ memory }) => memory.isStale());
  // Changed while results of before were taken for true: these are read after all.
  const anew = { ...run, ahead: null, memory: { ...noMemory, layers: run.memory.layers } };
  const again = await inTurns(
    openSources(
      stale.map(({ source }) => source),
      recorded,
      anew,
    ),
    signal,
  );
  if (again.length > 0) noArchives.push(...(await takeBodies(again, anew)));
  const replaced = new Map(again.map((each, i) => [stale[i], each]));
  const sources = opened.map((each) => replaced.get(each) ?? each);
  for (const { memory } of sources) memory.save();
  run.memory.close();
  return { sources, noArchives };
}

/** Has threads do the small archives, where there are many: what that takes is loaded for nothing else. */
async function takeSmallArchives(
  found: readonly Source[],
  settings: ScanSettings,
  threads: ArchiveThreads,
): Promise<ReadonlyMap<Source, DoneArchive | null>> {
  if (!settings.verified || found.length < 2) return new Map();
  const { doSmallArchives } = await import('./jobs/archive-jobs.js');
  const done = await doSmallArchives(found, settings, threads);
  // They end while this thread goes on.
  void threads.close();
  return done;
}

/** Reads bodies, if any are to be read: decoders and threads are loaded for that alone. */
async function takeBodies(sources: readonly SourceInProgress[], run: ScanRun): Promise<string[]> {
  const { signal } = run.settings;
  const isWaiting = (source: SourceInProgress): boolean =>
    source.streamed ||
    (isVerified(source, run.settings) &&
      (source.source.split !== undefined || openedArchives(source).some(({ requests }) => requests.length > 0)));
  if (sources.some(isWaiting)) {
    const { readBodies } = await import('./read-bodies.js');
    return readBodies(sources, run);
  }
  if (signal?.aborted) throw interruption(signal);
  return [];
}

/** Optional files that turned out to be no archives. */
interface Aside {
  /** Of a folder that is an archive: they are listed, since nothing else tells of them there. */
  readonly beside: Inventory['skipped'];
  readonly passedOver: readonly string[];
}

function asideOf(noArchives: readonly string[], { sources }: Discovery): Aside {
  const besides = new Set(
    sources.flatMap(({ path, beside }) => (beside?.archives ?? []).map((name) => join(path, name))),
  );
  const beside = noArchives.filter((path) => besides.has(path));
  return {
    beside: beside.map((path) => ({ path, reason: 'no image archive' })),
    passedOver: noArchives.filter((path) => !besides.has(path)),
  };
}

/** Says how many files are no archives, and names the first. */
function tellPassedOver(found: Discovery, streams: readonly string[], { onRemark }: ScanSettings): void {
  const count = found.passedOver + streams.length;
  if (count === 0) return;
  const shown = [...found.passedOverPaths, ...streams].slice(0, 3);
  const more = count > shown.length ? ` and ${count - shown.length} more` : '';
  const files = count === 1 ? '1 file in the searched folders is' : `${count} files in the searched folders are`;
  onRemark(`${files} no image archive: ${shown.join(', ')}${more}`);
}

function* inventoryOf(
  found: Discovery,
  recorded: RecordedArchives,
  sources: readonly SourceInProgress[],
  { beside, passedOver }: Aside,
  settings: ScanSettings,
): Steps<{ readonly inventory: Inventory; readonly opened: readonly (ArchiveInProgress | null)[] }> {
  const records: Recorded[][] = [];
  for (const source of sources) {
    const { archives, streamed, state } = source;
    const facts = { streamed, changed: state?.changed() ?? null, parts: partFindings(source) };
    const own: Recorded[] = [];
    for (const archive of archives) {
      own.push(
        archive instanceof ArchiveInProgress
          ? { record: yield* seldomResting(archive.record(isVerified(source, settings), facts)), open: archive }
          : { record: withFindings(archive, facts.parts), open: null },
      );
      yield;
    }
    records.push(own);
  }
  // What cannot be read stands where it was named: before the source that came next.
  const refused = new Map<number, Recorded[]>();
  for (const { insertBefore, path, code, reason, sizeBytes, findings = [] } of found.unreadable) {
    const before = refused.get(insertBefore) ?? [];
    before.push({ record: unreadableRecord(path, code, reason, { sizeBytes, findings }), open: null });
    refused.set(insertBefore, before);
  }
  const all = [...records, []].flatMap((own, i) => [...(refused.get(i) ?? []), ...own]);
  // If every input is an inventory nothing could be hashed in this run, so their own `verified` decides.
  const onlyRecorded = found.sources.length > 0 && found.sources.every(({ kind }) => kind === 'inventory');
  const inventory: Inventory = {
    kind: 'varve.inventory',
    schemaVersion: 1,
    verified:
      (settings.verified || onlyRecorded) &&
      recorded.verified &&
      sources.every((source) => source.source.remote === undefined || isVerified(source, settings)),
    archives: distinguishV1Images(all.map(({ record }) => record)),
    skipped: [...found.skipped, ...beside, ...recorded.skipped],
    passedOver: found.passedOver + passedOver.length,
  };
  return { inventory, opened: all.map(({ open }) => open) };
}

function withFindings(archive: ArchiveRecord, further: readonly Finding[]): ArchiveRecord {
  return further.length === 0 ? archive : { ...archive, findings: [...archive.findings, ...further] };
}

/** An archive as the inventory has it, and as it was opened; null where there was nothing to open. */
interface Recorded {
  readonly record: ArchiveRecord;
  readonly open: ArchiveInProgress | null;
}

/** The files of the layers, as the probes have listed them. */
function contentsOf(sources: readonly SourceInProgress[], { limits }: ScanSettings): LayerContents {
  const contents = new LayerContents(limits.fileListsBytes);
  for (const { bodies } of sources.flatMap(openedArchives)) {
    for (const { layer } of bodies.values()) {
      if (layer?.ok && layer.found?.files !== undefined) {
        contents.add(Object.values(layer.diffIds), layer.found.files);
      }
    }
  }
  return contents;
}
