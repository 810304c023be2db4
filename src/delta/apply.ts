/**
 * A delta put together with its base: the same archive, byte for byte, as a pack on the side that the delta comes from. Every
 * body is found by digest in the delta or in what is given as its base, whichever has it intact, and hashed while it is
 * copied; where one is nowhere, nothing is written.
 */
import type { Digest } from '../model/digest.js';
import { VarveError } from '../model/error.js';
import type { Apply } from '../model/results/delta/delta.js';
import type { Recipe } from '../model/results/delta/recipe.js';
import { scanForPack, withInput } from '../pack/pack.js';
import type { PlannedFile } from '../pack/pack-plan.js';
import { archiveForm, plannedParts } from '../pack/pack-target.js';
import { StoredContent } from '../pack/stored-content.js';
import { type TarStructure, tarStructure } from '../pack/tar-structure.js';
import { copiesAside, type WriteSettings, writePack } from '../pack/write-pack.js';
import { textHasher } from '../scan/hash-text.js';
import { type PlacedScan, scanPlaces } from '../scan/scan.js';
import type { ScanOptions } from '../scan/settings.js';
import { inTurns } from '../sources/steps.js';
import { readRecipe } from './read-recipe.js';
import { applyTarget, hasSameFiles, isFilledFolder } from './same-folder.js';

export interface ApplySettings extends WriteSettings {
  /** Only the plan. */
  readonly dryRun: boolean;
}

/** What was scanned for it. */
export interface ApplyScans {
  /** Of the delta alone. */
  readonly delta: PlacedScan;
  /** Of everything that may have bodies of its base. */
  readonly from: PlacedScan;
}

type CopiedFile = Extract<PlannedFile, { readonly copies: unknown }>;

/**
 * Puts together what scans have found; standard input has to be in a file (`withInput`). Throws VarveError
 * `document-invalid` where the delta is none; OutputError; `interrupted`.
 */
export async function applyScans({ delta, from }: ApplyScans, settings: ApplySettings): Promise<Apply> {
  const scan = together(delta, from);
  const { signal, target } = settings;
  const content = await inTurns(StoredContent.of(scan), signal);
  const recipe = await inTurns(readRecipe(delta, content, textHasher(settings.engine)), signal);
  const files = filesOf(recipe, content);
  const structure = target.kind === 'tar' ? await tarStructure(files) : null;
  const result = resultOf(recipe, files, structure, settings);
  if (await isThere(target.path, files, settings)) return settings.dryRun ? result : { ...result, status: 'written' };
  const lacking = new Map(files.flatMap(({ digest, copies }) => (copies.length === 0 ? [[digest, nowhere]] : [])));
  if (lacking.size > 0) return refused(result, lacking, recipe);
  if (settings.dryRun) return result;
  const plan = { files, copiedBytes: result.copiedBytes };
  const suspects = new Set<Digest>();
  for (;;) {
    const { failures, parts } = await writePack({ plan, structure, suspects }, settings);
    if (failures.size === 0) return { ...result, status: 'written', parts: [...parts] };
    // Copies that would have to be unpacked were not looked at as long as there were others.
    const others = copiesAside(files, suspects).filter((digest) => failures.has(digest));
    for (const digest of others) suspects.add(digest);
    if (others.length === 0) return refused(result, failures, recipe);
  }
}

/** Whether all of it was written before. Throws VarveError `usage` for a folder with anything else in it. */
async function isThere(
  path: string,
  files: readonly CopiedFile[],
  { target, engine, signal }: ApplySettings,
): Promise<boolean> {
  if (target.kind !== 'folder' || !isFilledFolder(path)) return false;
  if (await inTurns(hasSameFiles(path, files, engine), signal)) return true;
  const message = 'is a folder with files in it that are not those of this delta; a new or an empty one is taken';
  throw new VarveError('usage', `${path} ${message}`);
}

const nowhere = 'nothing that is given has a body of that digest and size';

/** One scan of two; what is in both is there twice, which costs nothing. */
function together(a: PlacedScan, b: PlacedScan): PlacedScan {
  const archives = [...a.inventory.archives, ...b.inventory.archives];
  return { ...b, inventory: { ...b.inventory, archives }, places: [...a.places, ...b.places] };
}

function filesOf({ files }: Recipe, content: StoredContent): CopiedFile[] {
  return files.map(({ name, sizeBytes, digest }) => ({
    name,
    sizeBytes,
    digest,
    copies: content.copiesOf(digest, sizeBytes),
  }));
}

function resultOf(
  recipe: Recipe,
  files: readonly CopiedFile[],
  structure: TarStructure | null,
  { target }: ApplySettings,
): Apply {
  const copiedBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const sizeBytes = structure?.sizeBytes ?? copiedBytes;
  const own = recipe.files.filter((file) => file.in === 'delta');
  return {
    kind: 'varve.apply',
    schemaVersion: 1,
    output: target.path,
    status: 'planned',
    sizeBytes,
    ...plannedParts(target, sizeBytes),
    filesDigest: recipe.filesDigest,
    images: recipe.images,
    leftOut: [],
    blobs: files.filter(({ name }) => name.startsWith('blobs/')).length,
    copiedBytes,
    deltaBytes: own.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

/** Nothing is written; each body is named, and where it was to be found. */
function refused(result: Apply, reasons: ReadonlyMap<Digest, string>, { files }: Recipe): Apply {
  const leftOut = files.flatMap(({ digest, in: place }) => {
    const reason = reasons.get(digest);
    const where = place === 'delta' ? 'the delta itself should have it' : 'the base should have it';
    return reason === undefined ? [] : [{ what: digest as string, reason: `${reason}; ${where}` }];
  });
  return { ...result, status: 'refused', leftOut };
}

/** What is put together, and what becomes of it. */
export interface ApplyOptions extends Omit<ScanOptions, 'inventories' | 'output' | 'cache' | 'acceptRecorded'> {
  /** Archives, layouts and folders that have the base; in any order, and more than is needed. */
  readonly from: readonly string[];
  /** The archive; a path that ends in a slash, or an empty folder, becomes an OCI image layout. */
  readonly output: string;
  /** Write the archive in parts of so many bytes, beside `output`, with a list of their digests. Default: in one file. */
  readonly splitBytes?: number;
  /** Read and hash every byte first, not only what is copied. Default false. */
  readonly verify?: boolean;
  /** Only say what would be written. Default false. */
  readonly dryRun?: boolean;
}

/**
 * Makes of a delta and its base the archive that a pack on the other side is. The result is that of
 * `varve apply --format json`. Throws as `scan` does, VarveError `document-invalid` where it is no delta, and `internal`
 * where the output cannot be written.
 */
export async function apply(deltaPath: string, options: ApplyOptions): Promise<Apply> {
  const { from, output, splitBytes, dryRun, ...scanOptions } = options;
  if (from.includes('-')) throw new VarveError('usage', 'the base of a delta is no standard input; name a file');
  const target = applyTarget(output, archiveForm(splitBytes ?? null, null, options.limits));
  const asked = { verify: false, ...scanOptions, output };
  const input = { inputs: [deltaPath], beside: target.path, signal: options.signal };
  return withInput(input, async (spooledInput) => {
    const scans = { delta: await scanDelta([deltaPath], asked, spooledInput), from: await scanForPack(from, asked) };
    return applyScans(scans, {
      target,
      dryRun: dryRun ?? false,
      engine: options.engine ?? 'node',
      signal: options.signal,
      onProgress: options.onProgress ?? null,
    });
  });
}

/** Scans a delta: headers and documents. `spooledInput`: a file with what came on standard input. Throws as `scan` does. */
export function scanDelta(
  paths: readonly string[],
  options: ScanOptions,
  spooledInput: string | null,
): Promise<PlacedScan> {
  return scanPlaces(paths, { ...options, inventories: false }, spooledInput);
}
