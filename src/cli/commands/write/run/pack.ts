/** The pack of `varve pack`, and what it says of it. */
import { resolve } from 'node:path';
import type { Pack } from '../../../../model/results/pack.js';
import { type PackSettings, type PackShape, packScan, preferredArchives } from '../../../../pack/pack.js';
import { recodeRequest } from '../../../../pack/recode/recode-request.js';
import { packText } from '../../../../report/pack/pack-text.js';
import type { PlacedScan } from '../../../../scan/scan.js';
import { inTurns } from '../../../../sources/steps.js';
import type { CommandIo } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { packOptions, ScanOption } from '../../../line/options.js';
import type { CommandOptions, OptionValues } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { checkOutput } from '../../../output/output.js';
import { startProgress } from '../../../output/progress.js';
import { viewOf } from '../../../output/render.js';
import { selectImages } from '../../../selection/select.js';
import { tellSelection } from '../../../selection/selection-remarks.js';
import { refuseUnpulled } from '../../../selection/unpulled-inputs.js';
import { judge, surveyPlaces } from '../../../survey.js';
import { type ArchiveWay, targetOf, tellArchive, withArchiveOutput } from './archive-output.js';

export type PackLineOptions = CommandOptions<(typeof packOptions)[number] | 'format' | ScanOption>;

type Options = PackLineOptions & OptionValues<'unify' | 'compress' | 'level' | 'map' | 'drop-signatures'>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const { map, output, workers } = options;
  if (!options.dryRun) refuseUnpulled('pack', options.words, '; --dry-run says what would be written');
  const recode = recodeRequest(options);
  await checkMap(options);
  const others = { recode, map: map === null ? null : { path: map, output }, workers };
  return withArchiveOutput(options, context, async (way) => {
    const { scan, result } = await packWith(others, way, options, context.io);
    await tellArchive(result, (told) => packText(told, viewOf(options)), options, context);
    return outcomesOf(result, scan);
  });
}

/** Refuses a file for the digests that could not be written, or that is the archive. Throws UsageError. */
async function checkMap({ map, output, dryRun, namedFiles }: Options): Promise<void> {
  if (map === null) return;
  if (dryRun) throw new UsageError('--dry-run writes nothing, and so no --map: --format json has the same digests');
  if (output !== null && resolve(map) === resolve(output)) throw new UsageError('--map and --output name one file');
  await checkOutput({ output: map, namedFiles });
}

/** What becomes of the bodies that are packed. */
type PackWay = Pick<PackSettings, 'shape' | 'recode' | 'map' | 'workers'>;

/** How a pack is written whose bodies stay as they are, or of which something else is made. */
export function asTheyAre(shape: PackShape | undefined): PackWay {
  return { shape, recode: null, map: null, workers: null };
}

/** Packs the images that the options select, or what `shape` makes of their pack. */
export async function packWith(
  becomes: PackWay,
  { output, spooledInput }: ArchiveWay,
  options: PackLineOptions,
  io: CommandIo,
): Promise<{ readonly scan: PlacedScan; readonly result: Pack }> {
  const needs = { inventories: false, listsSkipped: false, writesArchive: true, spooledInput };
  const scan = await surveyPlaces(options, io, needs);
  const picked = await pickedImages(scan, options, io);
  return { scan, result: await packed({ scan, picked, becomes }, output, options, io) };
}

/** The images that filters select; null where there are none. */
async function pickedImages(
  { inventory }: PlacedScan,
  options: PackLineOptions,
  io: CommandIo,
): Promise<ReadonlySet<string> | null> {
  const { filters, now } = options;
  const selection = await inTurns(selectImages(inventory, { image: null, filters, now }), io.signal);
  await tellSelection(null, selection, options, io);
  return filters.conditions.length === 0 ? null : new Set(selection.images.map(({ id }) => id));
}

/** What is packed, and what is made of it. */
interface PackedScan {
  readonly scan: PlacedScan;
  readonly picked: ReadonlySet<string> | null;
  readonly becomes: PackWay;
}

async function packed(
  { scan, picked, becomes }: PackedScan,
  output: string,
  options: PackLineOptions,
  io: CommandIo,
): Promise<Pack> {
  const { without, platforms, keepLast, onlyNeeded, prefer, dryRun, keepGoing, untagContested, engine } = options;
  const picks = { images: picked, without, platforms, keepLast, onlyNeeded };
  const request = { ...picks, preferred: preferredArchives(scan, prefer) };
  const progress = startProgress(io, options);
  try {
    return await packScan(scan, request, {
      target: targetOf(output, options),
      dryRun,
      keepGoing,
      untagContested,
      engine: engine ?? 'node',
      signal: io.signal,
      onProgress: progress?.update ?? null,
      ...becomes,
    });
  } finally {
    progress?.stop();
  }
}

/** What became of it, for the exit code. */
export function outcomesOf(
  { leftOut, signatures = [] }: Pick<Pack, 'leftOut'> & Partial<Pick<Pack, 'signatures'>>,
  { inventory }: PlacedScan,
): Outcome[] {
  const unreadable = judge(inventory, 'never');
  const refused = leftOut.length > inventory.archives.filter(({ status }) => status === 'unreadable').length;
  const unfit = signatures.some(({ dropped }) => !dropped);
  return refused || unfit ? [...unreadable, 'negative'] : unreadable;
}
