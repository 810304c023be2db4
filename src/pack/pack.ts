/**
 * Packs images: plan, then execution. What is written is the plan to the byte; each body is verified while it is copied,
 * and only a whole archive takes its place. Where no copy of a body is what it should be, nothing is written, or, if that is
 * asked for, all but the images that need it.
 */
import { normalize } from 'node:path';
import type { EncodedForm } from '../codec/encode/encoder.js';
import { temporaryBeside } from '../content/new-output.js';
import { withSpooledInput } from '../content/spooled-input.js';
import type { Digest } from '../model/digest.js';
import { VarveError } from '../model/error.js';
import type { Pack } from '../model/results/pack.js';
import type { Work } from '../model/work/work.js';
import { textHasher } from '../scan/hash-text.js';
import { type PlacedScan, scanPlaces } from '../scan/scan.js';
import type { ScanOptions } from '../scan/settings.js';
import { inTurns } from '../sources/steps.js';
import { type MapFile, refuseInputAsMap, writeWithMap } from './digest-map.js';
import { type PackPlan, type PackRequest, planPack } from './pack-plan.js';
import { type Omission, platformPatterns } from './pack-selection.js';
import { archiveForm, packTarget, plannedParts } from './pack-target.js';
import type { LayerRecoder, RecodeRequest } from './recode/layer-recoder.js';
import { openRecoder, recodingOf } from './recode/pack-recoding.js';
import { recodeRequest } from './recode/recode-request.js';
import { lacksDigests } from './roots/made-manifest.js';
import { type TarStructure, tarStructure } from './tar-structure.js';
import { copiesAside, type PackOutcome, type WriteSettings } from './write-pack.js';

export interface PackSettings extends WriteSettings {
  /** Leave out what cannot go in, instead of writing nothing. */
  readonly keepGoing: boolean;
  /** Names that several images have stay with none of them, instead of being refused. */
  readonly untagContested: boolean;
  /** What is written in place of the whole; a delta is a part of it. Default: the whole. */
  readonly shape?: PackShape | undefined;
  /** How layers are to be stored; null: as they are. */
  readonly recode: RecodeRequest | null;
  /** The file for what has another digest than before; null for none. */
  readonly map: MapFile | null;
  /** Threads that recode; null for as many as are of use. */
  readonly workers: number | null;
}

/** Makes of the plan of a pack the plan of what is written. */
export type PackShape = (plan: PackPlan, scan: PlacedScan) => Work<PackPlan>;

/**
 * Packs what a scan has found; standard input has to be in a file (`withInput`). Throws VarveError `usage` where there is
 * nothing to pack and where a name is contested; OutputError; `interrupted`.
 */
export async function packScan(
  scan: PlacedScan,
  request: Omit<PackRequest, 'damaged' | 'recoding'>,
  settings: PackSettings,
): Promise<Pack> {
  refuseInputAsMap(settings.map, scan);
  const recoder = settings.recode === null ? null : openRecoder(settings.recode, scan.limits, settings);
  try {
    return await packBy(scan, request, settings, recoder);
  } finally {
    recoder?.close();
  }
}

async function packBy(
  scan: PlacedScan,
  request: Omit<PackRequest, 'damaged' | 'recoding'>,
  settings: PackSettings,
  recoder: LayerRecoder | null,
): Promise<Pack> {
  const damaged = new Map<Digest, string>();
  const suspects = new Set<Digest>();
  for (;;) {
    const recoding = await recodingOf(scan, { ...request, damaged }, settings, recoder);
    const planning = planPack(scan, { ...request, damaged, recoding }, textHasher(settings.engine));
    const whole = await inTurns(planning, settings.signal);
    for (const [root, reason] of whole.stuck) damaged.set(root, reason);
    if (whole.stuck.size > 0) continue;
    if (!settings.untagContested) refuseContested(scan, whole);
    const plan = settings.shape === undefined ? whole : await inTurns(settings.shape(whole, scan), settings.signal);
    const structure = settings.target.kind === 'tar' ? await tarStructure(plan.files) : null;
    const result = resultOf(scan, plan, structure, settings);
    if (isRefused(result, plan, settings)) return { ...result, status: 'refused' };
    if (settings.dryRun && result.compression === 'none') return result;
    const { failures, ...written } = await writeWithMap({ plan, structure, suspects }, result, settings);
    if (failures.size === 0) return finishedResult(result, written, settings);
    takeNote(failures, plan, { damaged, suspects, recoder });
  }
}

/** What is otherwise in the next plan: other copies are looked at, another form is taken, or images stay out. */
function takeNote(
  failures: ReadonlyMap<Digest, string>,
  plan: PackPlan,
  known: {
    readonly damaged: Map<Digest, string>;
    readonly suspects: Set<Digest>;
    readonly recoder: LayerRecoder | null;
  },
): void {
  const { damaged, suspects, recoder } = known;
  // Copies that would have to be unpacked were not looked at as long as there were others.
  const others = copiesAside(plan.files, suspects).filter((digest) => failures.has(digest));
  for (const digest of others) suspects.add(digest);
  if (others.length > 0) return;
  const refused = [...failures.keys()].filter((digest) => recoder?.refuse(digest) === true);
  if (refused.length === 0) for (const [root, reason] of rootsThatNeed(failures, plan)) damaged.set(root, reason);
}

/** Throws VarveError `usage` where there is nothing at all. */
function isRefused({ leftOut, signatures }: Pack, { roots }: PackPlan, { keepGoing }: PackSettings): boolean {
  if (roots.length === 0 && leftOut.length === 0) throw new VarveError('usage', 'there is nothing to pack');
  return roots.length === 0 || signatures.some(({ dropped }) => !dropped) || (leftOut.length > 0 && !keepGoing);
}

/** What is known once it was made: the size of what is compressed, the digests of parts. */
function finishedResult(
  result: Pack,
  { sizeBytes, parts }: Omit<PackOutcome, 'failures'>,
  { target, dryRun }: PackSettings,
): Pack {
  const planned = plannedParts(target, sizeBytes ?? result.sizeBytes);
  return {
    ...result,
    status: dryRun ? 'planned' : 'written',
    sizeBytes: sizeBytes ?? result.sizeBytes,
    ...planned,
    ...(dryRun ? null : { parts: [...parts] }),
  };
}

function rootsThatNeed(failures: ReadonlyMap<Digest, string>, { roots }: PackPlan): [Digest, string][] {
  return roots.flatMap(({ origins, blobs }) => {
    const reason = [...blobs.keys()].flatMap((blob) => failures.get(blob) ?? [])[0];
    return reason === undefined ? [] : origins.map((root): [Digest, string] => [root, reason]);
  });
}

function resultOf(
  { inventory: { archives } }: PlacedScan,
  plan: PackPlan,
  structure: TarStructure | null,
  { target }: PackSettings,
): Pack {
  const unreadable = archives
    .filter(({ status }) => status === 'unreadable')
    .map(({ path, findings }) => ({ what: path, reason: findings[0]?.message ?? 'it cannot be read' }));
  const { images, superseded, leftOut, recoded, signatures, blobs, copiedBytes } = plan;
  const compression = target.kind === 'tar' ? (target.outer ?? 'none') : 'none';
  const sizeBytes = structure?.sizeBytes ?? plan.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return {
    kind: 'varve.pack',
    schemaVersion: 1,
    output: target.path,
    status: 'planned',
    sizeBytes,
    tarBytes: structure?.sizeBytes ?? null,
    compression,
    ...(compression === 'none' ? plannedParts(target, sizeBytes) : { parts: [], lists: [] }),
    inputBytes: archives.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0),
    archives: archives.length,
    images,
    superseded,
    leftOut: [...unreadable, ...leftOut],
    recoded,
    signatures,
    blobs,
    copiedBytes,
  };
}

const shownNames = 5;
const shownPaths = 3;

function refuseContested({ inventory: { archives } }: PlacedScan, { contested }: PackPlan): void {
  if (contested.length === 0) return;
  const shown = contested.slice(0, shownNames).map(({ name, roots }) => {
    const positions = [...new Set(roots.flatMap((root) => [...root.archives]))].sort((a, b) => a - b);
    return `${name} (in ${listed(
      positions.map((position) => archives[position]?.path ?? ''),
      shownPaths,
    )})`;
  });
  const what = contested.length === 1 ? 'A name belongs' : `${contested.length} names belong`;
  const ways = 'varve pack --prefer FILE says whose images keep it, varve pack --untag-contested takes it from all';
  const names = listed([...shown, ...contested.slice(shownNames).map(({ name }) => name)], shownNames);
  throw new VarveError(
    'usage',
    `${what} to different images, and nothing says which of them is newer: ${names}; ${ways}`,
  );
}

/** The first of some texts, and how many more there are. */
function listed(texts: readonly string[], most: number): string {
  const more = texts.length - most;
  return texts.slice(0, most).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/**
 * Scans for a pack: headers and documents, and every byte where that is asked for, or where the digest of a layer that was
 * saved compressed and without a manifest is not known otherwise. Throws as `scan` does.
 */
export async function scanForPack(
  inputs: readonly string[],
  options: ScanOptions,
  spooledInput: string | null = null,
): Promise<PlacedScan> {
  const asked = { ...options, inventories: false };
  const found = await scanPlaces(inputs, asked, spooledInput);
  const isKnown = found.inventory.archives.every((record, archive) => !lacksDigests({ archive, record }));
  if (options.verify === true || isKnown) return found;
  // What is to be remarked was.
  return scanPlaces(inputs, { ...asked, verify: true, onRemark: () => {} }, spooledInput);
}

/**
 * Does some work with standard input in a file, where it is among the inputs; the file is named like `beside`, in its folder.
 * Throws OutputError, VarveError `input-unreadable` and `interrupted`, and what the work throws.
 */
export function withInput<T>(
  { inputs, beside, signal }: { inputs: readonly string[]; beside: string; signal: AbortSignal | undefined },
  work: (spooledInput: string | null) => Promise<T>,
): Promise<T> {
  if (!inputs.includes('-')) return work(null);
  const path = temporaryBeside(beside);
  return withSpooledInput(path, signal, () => work(path));
}

/** What a pack is of, and what becomes of it. */
export interface PackOptions extends Omit<ScanOptions, 'inventories' | 'output'> {
  /** The archive; a path that ends in a slash, or an empty folder, becomes an OCI image layout. */
  readonly output: string;
  /** Write the archive in parts of so many bytes, beside `output`, with a list of their digests. Default: in one file. */
  readonly splitBytes?: number;
  /** Compress the archive as a whole; `dryRun` then has to make it, to say how large it is. Default: as it is. */
  readonly outer?: EncodedForm;
  /** Read and hash every byte of the inputs first, not those alone that are copied. Default false. */
  readonly verify?: boolean;
  /** Only say what would be written. Default false. */
  readonly dryRun?: boolean;
  /** Leave out what is damaged or cannot be read, instead of writing nothing. Default false. */
  readonly keepGoing?: boolean;
  /** A name that different images have, none of them known to be newer, goes to none. Default false: that is refused. */
  readonly untagContested?: boolean;
  /** Paths of archives, as the inventory has them, whose images keep such a name; the first that has it. */
  readonly prefer?: readonly string[];
  /** IDs of the images that go in. Default: all. */
  readonly images?: readonly string[];
  /** Images in these states stay out; what nothing refers to (`unreferenced`) never goes in. Default: none. */
  readonly without?: readonly Omission[];
  /** Only images for these platforms, as `os[/architecture[/variant]]`. Default: all. */
  readonly platforms?: readonly string[];
  /** Of each repository and platform only so many of the newest images, and what has no name. Default: all. */
  readonly keepLast?: number;
  /** Only images that are live, each in one form, and nothing that only describes one. Default false. */
  readonly onlyNeeded?: boolean;
  /** Keep of each layer the smallest form that the inputs have, for all images: manifest digests change. Default false. */
  readonly unify?: boolean;
  /** Store every layer so: `none`, `gzip` or `zstd` (from Node 22.15 on); manifest digests change. Default: as they are. */
  readonly compress?: 'none' | 'gzip' | 'zstd';
  /** How hard `compress` tries: 1 to 9 for gzip, 1 to 19 for zstd. Default 6 and 3. */
  readonly level?: number;
  /** A file for what has another digest than before: manifests, indexes and layers. Default: none. */
  readonly map?: string;
  /** Leave out what may be a signature of something that has another digest now, instead of writing nothing. Default false. */
  readonly dropSignatures?: boolean;
}

/**
 * Writes one archive of many, with each body once: digests stay as they are, and what was saved without a manifest gets one.
 * The result is that of `varve pack --format json`. Throws as `scan` does, VarveError `usage` also where there is nothing to
 * pack or a name is contested, and `internal` where the output cannot be written.
 */
export async function pack(inputs: readonly string[], options: PackOptions): Promise<Pack> {
  return packShaped(inputs, options, async () => undefined);
}

/** The same, with something else made of the plan, by what is known once the options of a scan are. */
export async function packShaped(
  inputs: readonly string[],
  options: PackOptions,
  shapeOf: (scanOptions: ScanOptions) => Promise<PackShape | undefined>,
): Promise<Pack> {
  const {
    output,
    splitBytes,
    outer,
    dryRun,
    keepGoing,
    untagContested,
    prefer,
    images,
    without,
    platforms,
    keepLast,
    onlyNeeded,
    unify,
    compress,
    level,
    map,
    dropSignatures,
    ...scanOptions
  } = options;
  if (keepLast !== undefined && !(Number.isSafeInteger(keepLast) && keepLast > 0)) {
    throw new VarveError('usage', `keepLast takes a whole number from 1, not ${keepLast}`);
  }
  const target = packTarget(output, archiveForm(splitBytes ?? null, outer ?? null, options.limits));
  const recode = recodeRequest({
    unify: unify ?? false,
    compress: compress ?? null,
    level: level ?? null,
    map: map ?? null,
    dropSignatures: dropSignatures ?? false,
  });
  return withInput({ inputs, beside: target.path, signal: options.signal }, async (spooledInput) => {
    const asked = { verify: false, ...scanOptions, output };
    const shape = await shapeOf(asked);
    const scan = await scanForPack(inputs, asked, spooledInput);
    const request = {
      images: images === undefined ? null : new Set(images),
      without: without ?? [],
      platforms: platformPatterns(platforms ?? []),
      keepLast: keepLast ?? null,
      onlyNeeded: onlyNeeded ?? false,
      preferred: preferredArchives(scan, prefer ?? []),
    };
    return packScan(scan, request, {
      target,
      dryRun: dryRun ?? false,
      keepGoing: keepGoing ?? false,
      untagContested: untagContested ?? false,
      recode,
      map: map === undefined ? null : { path: map, output },
      workers: options.workers ?? null,
      engine: options.engine ?? 'node',
      signal: options.signal,
      onProgress: options.onProgress ?? null,
      shape,
    });
  });
}

/** The positions of archives by their paths. Throws VarveError `usage` for a path that is none of theirs. */
export function preferredArchives({ inventory: { archives } }: PlacedScan, paths: readonly string[]): number[] {
  return paths.flatMap((path) => {
    const own = archives.flatMap((archive, position) =>
      [archive.path, archive.nestedIn].some((name) => name !== undefined && normalize(name) === normalize(path))
        ? position
        : [],
    );
    if (own.length === 0) throw new VarveError('usage', `${path} is none of the archives that are packed`);
    return own;
  });
}
