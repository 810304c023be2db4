/**
 * The one way through the house: inputs → sources → entry tables → claims → observations → findings → Inventory.
 * Claims of plain archives are read first, so that all their bodies can be planned as one list, largest first; archives
 * that cannot be sought are jobs of the same list, and their claims follow. One bad input never stops the others.
 */
import { join } from 'node:path';
import { openByteFile } from './archive/byte-file.js';
import { DocumentBudget } from './archive/document-budget.js';
import type { DocumentSource } from './archive/document-reader.js';
import type { EntryTable } from './archive/entry-table.js';
import { FileState } from './archive/file-state.js';
import { walkFolder } from './archive/folder-table.js';
import { walkTar } from './archive/tar-index.js';
import { inTurns, type Restful } from './archive/turns.js';
import type { CacheOptions, KeptSource, ResultCache } from './cache/result-cache.js';
import type { Engine } from './digest/hasher.js';
import { type Discovery, discover, fileSize, type Source, sourceOf } from './discover/discover.js';
import type { FileLists } from './file-lists.js';
import { interruption, messageOf, VarveError } from './model/error.js';
import type { ArchiveRecord, Inventory } from './model/inventory.js';
import { type Limits, limitsWith, type ScanLimits } from './model/limits.js';
import { OpenArchive, type OpenOptions, openTable } from './open-archive.js';
import { checkScan } from './option-check.js';
import type { ReadOptions, Slot } from './read-bodies.js';
import type { RecordedArchives } from './read-inventory.js';
import { unreadableRecord } from './verify/archive-record.js';
import { distinguishV1Images } from './verify/v1-identities.js';

export type { CacheOptions } from './cache/result-cache.js';

/** How far a scan is. `totalBytes` counts what is known to be read; standard input adds nothing to it. */
export interface Progress {
  /** Never goes back, and reaches `totalBytes` with the last call. */
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** The archive that is being read. */
  readonly path: string;
}

export interface ScanOptions {
  /** Read and hash every byte. Default true; false = headers, documents and first bytes only. */
  readonly verify?: boolean;
  /** Threads that hash, 0 to 9,999; 0 = this thread. Default: the machine's parallelism, at most the work. */
  readonly workers?: number;
  /** Default `node`. */
  readonly engine?: Engine;
  /** Globs of files and folders that a search of folders leaves out. */
  readonly exclude?: readonly string[];
  /** Accept inventories as INPUT. Default true. */
  readonly inventories?: boolean;
  /** Keep the `ok` of an inventory's archives instead of calling it `recorded`. Default false. */
  readonly acceptRecorded?: boolean;
  /**
   * Keeps what was observed in a folder and takes it from there, for files and blobs that have not changed; only with
   * `verify`, and not with `fileLists` or `limits`. What was taken is marked *cached*. Default: all is computed.
   */
  readonly cache?: CacheOptions;
  /** Takes the files of every layer, with the digest of each; only with `verify`. Default: files are not looked at. */
  readonly fileLists?: FileLists;
  /** Other limits than those of the program (`limits`), by name. Raising one costs what a hostile input makes of it. */
  readonly limits?: ScanLimits;
  /** A file that is about to be written: refused (`usage`) where it is one of the inputs, before their contents are read. */
  readonly output?: string;
  readonly onProgress?: (progress: Progress) => void;
  /** Is told what has no effect, such as a pattern of `exclude` that matches nothing. Default: nobody is told. */
  readonly onRemark?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Scans inputs (files, folders, globs, `-`, inventories) into an inventory. Never throws for a bad input: it is listed as
 * unreadable. Throws VarveError `usage` (an option that means nothing, an output that is an input, an inventory where none is accepted), `interrupted`
 * with the reason of the signal as its cause, or `internal`.
 */
export async function scan(inputs: readonly string[], options: ScanOptions = {}): Promise<Inventory> {
  checkScan(inputs, options);
  const verified = options.verify ?? true;
  const engine = options.engine ?? 'node';
  const limits = limitsWith(options.limits ?? {});
  const found = await discover(inputs, options.exclude, limits.folderFiles, options.signal);
  const input = options.output === undefined ? null : sourceOf(options.output, found.sources);
  if (input !== null)
    throw new VarveError('usage', `${options.output} is an input (${input.path}) and would be overwritten`);
  for (const pattern of found.idleExcludes)
    options.onRemark?.(`exclude ${JSON.stringify(pattern)} matches nothing here`);
  const recorded = await takeInventories(found, options);
  const onlyRecorded = found.sources.length > 0 && found.sources.every(({ kind }) => kind === 'inventory');
  const context = { ...options, verified, engine, limits, recorded, budget: new DocumentBudget(limits) };
  const { slots, ...streams } = await readSources(found.sources, context, await openCache(options, context));
  const { beside, passedOver } = asideOf(streams.passedOver, found.sources);
  tellPassedOver(found, passedOver, options);
  const records = slots.map(({ archives, streamed, state }) => {
    const changed = state?.changed() ?? null;
    return archives.map((archive) =>
      archive instanceof OpenArchive ? archive.record(verified, streamed && verified, changed) : archive,
    );
  });
  // What cannot be read stands where it was named: before the source that came next.
  const refused = [...records, []].map((_, i) => found.unreadable.filter(({ before }) => before === i));
  return {
    kind: 'varve.inventory',
    schemaVersion: 1,
    // Of nothing but inventories, no body was to be hashed now: what they record counts.
    verified: (verified || onlyRecorded) && recorded.verified,
    archives: distinguishV1Images(
      refused.flatMap((unreadable, i) => [
        ...unreadable.map(({ path, code, reason, sizeBytes }) => unreadableRecord(path, code, reason, { sizeBytes })),
        ...(records[i] ?? []),
      ]),
    ),
    skipped: [...found.skipped, ...beside, ...recorded.skipped],
    passedOver: found.passedOver + passedOver.length,
  };
}

/** Streams that are no archives: in a folder that is one they are listed, since nothing else tells of them there. */
function asideOf(streams: readonly string[], sources: readonly Source[]) {
  const besides = new Set(
    sources.flatMap(({ path, beside }) => (beside?.archives ?? []).map((name) => join(path, name))),
  );
  const beside = streams.filter((path) => besides.has(path));
  return {
    beside: beside.map((path) => ({ path, reason: 'no image archive' })),
    passedOver: streams.filter((path) => !besides.has(path)),
  };
}

/** Says how many files are no archives, and names the first. */
function tellPassedOver(found: Discovery, streams: readonly string[], { onRemark }: ScanOptions): void {
  const count = found.passedOver + streams.length;
  if (count === 0) return;
  const shown = [...found.passedOverPaths, ...streams].slice(0, 3);
  const more = count > shown.length ? ` and ${count - shown.length} more` : '';
  const files = count === 1 ? '1 file in the searched folders is' : `${count} files in the searched folders are`;
  onRemark?.(`${files} no image archive: ${shown.join(', ')}${more}`);
}

/** What inventories record. Most runs have none, and the schema of a whole inventory takes its time to set up. */
async function takeInventories({ sources, unreadable }: Discovery, options: ScanOptions): Promise<RecordedArchives> {
  const onDisk = [...sources.filter(({ kind }) => kind !== 'inventory'), ...unreadable];
  if (onDisk.length === sources.length + unreadable.length) return { verified: true, archives: new Map(), skipped: [] };
  const { readInventories } = await import('./read-inventory.js');
  return readInventories(
    sources,
    onDisk.map(({ path }) => path),
    options,
  );
}

/** Reads bodies, if any are to be read: decoders and threads are loaded for that alone. */
async function takeBodies(slots: readonly Slot[], options: ReadOptions): Promise<string[]> {
  if (slots.some((slot) => isWaiting(slot, options.verified))) {
    const { readBodies } = await import('./read-bodies.js');
    return readBodies(slots, options);
  }
  if (options.signal?.aborted) throw interruption(options.signal);
  return [];
}

function isWaiting({ streamed, archives }: Slot, verified: boolean): boolean {
  return streamed || (verified && archives.some((each) => each instanceof OpenArchive && each.requests.length > 0));
}

interface OpenContext {
  readonly verified: boolean;
  readonly engine: Engine;
  readonly limits: Limits;
  readonly recorded: RecordedArchives;
  readonly budget: DocumentBudget;
}

async function openCache({ cache, fileLists, limits }: ScanOptions, context: OpenContext): Promise<ResultCache | null> {
  if (cache === undefined || !context.verified || fileLists !== undefined || limits !== undefined) return null;
  const { ResultCache } = await import('./cache/result-cache.js');
  return new ResultCache(cache, context.engine);
}

/** Opens all sources and reads their bodies; what was taken from a cache holds to the end of that. */
async function readSources(
  sources: readonly Source[],
  context: OpenContext & Omit<ScanOptions, 'limits'>,
  cache: ResultCache | null,
): Promise<{ readonly slots: readonly Slot[]; readonly passedOver: readonly string[] }> {
  const reading = { ...context, earlier: cache?.layers ?? null };
  const slots = await inTurns(openSources(sources, context, cache), context.signal);
  const passedOver = await takeBodies(slots, reading);
  const stale = slots.flatMap(({ source, kept }, i) => (kept?.isStale() ? [{ source, i }] : []));
  // Changed while results of before were taken for true: these are read after all.
  const changed = stale.map(({ source }) => source);
  const again = await inTurns(openSources(changed, context, null), context.signal);
  if (again.length > 0) passedOver.push(...(await takeBodies(again, reading)));
  for (const [at, slot] of again.entries()) slots[stale[at]?.i ?? 0] = slot;
  for (const { kept } of slots) kept?.save();
  cache?.close();
  return { slots, passedOver };
}

function* openSources(sources: readonly Source[], context: OpenContext, cache: ResultCache | null): Restful<Slot[]> {
  const slots: Slot[] = [];
  for (const source of sources) {
    slots.push(yield* openSource(source, context, cache));
    yield;
  }
  return slots;
}

/** Reads headers and documents of what can be sought; the rest waits for its pass. */
function* openSource(source: Source, context: OpenContext, cache: ResultCache | null): Restful<Slot> {
  const { path, kind } = source;
  if (kind === 'inventory') {
    return { source, archives: context.recorded.archives.get(path) ?? [], streamed: false, kept: null, state: null };
  }
  // Its identity is taken before any byte is read.
  const kept = kind === 'stdin' ? null : (cache?.source(path) ?? null);
  const state = context.verified && kind !== 'stdin' && kind !== 'folder' ? new FileState([path]) : null;
  if (kind === 'stdin' || kind === 'compressed') return { source, archives: [], streamed: true, kept, state };
  const options = { ...context, known: kept };
  try {
    if (kind === 'folder') return { source, streamed: false, kept, ...(yield* openFolder(source, options)) };
    return { source, archives: yield* openPlain(source, options), streamed: false, kept, state };
  } catch (error) {
    if (!(error instanceof VarveError) || error.code !== 'input-unreadable') throw error;
    const archives = [unreadableRecord(path, 'input-unreadable', messageOf(error), { sizeBytes: fileSize(source) })];
    return { source, archives, streamed: false, kept, state };
  }
}

interface SourceOptions extends OpenOptions {
  readonly verified: boolean;
  readonly known: KeptSource | null;
}

function* openPlain({ path }: Source, options: SourceOptions): Restful<(OpenArchive | ArchiveRecord)[]> {
  const file = openByteFile(path);
  try {
    const { sizeBytes } = file;
    const table: EntryTable = {
      ...(yield* walkTar(file, options.limits)),
      path,
      filePath: path,
      container: 'tar',
      compression: 'none',
      sizeBytes,
    };
    return openAndPeek(table, { kind: 'file', file }, options);
  } finally {
    file.close();
  }
}

function* openFolder({ path, beside }: Source, options: SourceOptions): Restful<Pick<Slot, 'archives' | 'state'>> {
  const { archives = [], leftOut = [] } = beside ?? {};
  const parts = yield* walkFolder(path, options.limits.entries, new Set([...archives, ...leftOut]));
  const table = archives.length === 0 ? parts : { ...parts, besides: archives.length };
  const files = table.entries.flatMap(({ file }) => file ?? []);
  for (const file of files) options.known?.watch(file);
  const state = options.verified ? new FileState(files) : null;
  return { archives: openAndPeek(table, { kind: 'folder' }, options), state };
}

function openAndPeek(
  table: EntryTable,
  documents: DocumentSource,
  options: SourceOptions,
): (OpenArchive | ArchiveRecord)[] {
  const archives = openTable(table, documents, options);
  if (!options.verified) for (const archive of archives) if (archive instanceof OpenArchive) archive.peek(documents);
  return archives;
}
