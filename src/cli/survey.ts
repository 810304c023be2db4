/**
 * The part that all commands over archives share: find the inputs, scan them with a progress line, say on standard error
 * what could not be read, and judge what was found.
 */
import { type Severity, severityRank } from '../model/finding.js';
import type { ArchiveRecord, Inventory } from '../model/results/inventory.js';
import { formatCount, plural } from '../report/blocks/units.js';
import { type PlacedScan, type Scan, scan, scanContents } from '../scan/scan.js';
import type { CacheOptions, ScanOptions } from '../scan/settings.js';
import { settled } from '../store/store-stamp.js';
import { type CommandIo, tell } from './command-io.js';
import type { Outcome } from './exit-codes.js';
import type { RegistryOption, ScanOption } from './line/options.js';
import type { CommandOptions, FailOn, OptionValues } from './line/read-options.js';
import { UsageError } from './line/usage-error.js';
import { checkOutput } from './output/output.js';
import { startProgress } from './output/progress.js';
import { openRemoteInputs } from './selection/remote-inputs.js';

const shownSkipped = 3;

/** What of a command line decides about a scan. */
export type SurveyOptions = CommandOptions<Exclude<ScanOption, RegistryOption | 'referrers'> | 'output'> &
  Pick<OptionValues<'verify'>, 'readBodies'> &
  Partial<OptionValues<RegistryOption | 'referrers' | 'verify' | 'accept-recorded' | 'filter'>>;

export interface SurveyNeeds {
  /** Whether an inventory may stand for its archives. */
  readonly inventories: boolean;
  /** Whether the result itself, in the form that is asked for, lists what was skipped, and faults. */
  readonly listsSkipped: boolean;
  /** Whether what is piped in are names of images, and no INPUT. */
  readonly pipedNames?: boolean;
  /** Whether the output is an archive, which may be a folder, and whoever writes it looks at that. */
  readonly writesArchive?: boolean;
}

/** Scans what the command line names. Throws VarveError `usage`, `interrupted` or `internal`. */
export async function survey(options: SurveyOptions, io: CommandIo, needs: SurveyNeeds): Promise<Inventory> {
  return surveyBy(scan, (inventory) => inventory, options, io, needs);
}

/** The same, with the files of all layers where bodies are read. */
export async function surveyContents(options: SurveyOptions, io: CommandIo, needs: SurveyNeeds): Promise<Scan> {
  return surveyBy(scanContents, ({ inventory }) => inventory, options, io, needs);
}

/** The same, with where the bodies of the archives lie. */
export async function surveyPlaces(
  options: SurveyOptions,
  io: CommandIo,
  needs: SurveyNeeds & { readonly spooledInput: string | null },
): Promise<PlacedScan> {
  const { scanForPack } = await import('../pack/pack.js');
  const scanInputs = (inputs: readonly string[], asked: ScanOptions) => scanForPack(inputs, asked, needs.spooledInput);
  return surveyBy(scanInputs, ({ inventory }) => inventory, options, io, needs);
}

/** Scans what the other side of a delta has. */
export async function surveyHave(options: SurveyOptions & OptionValues<'have'>, io: CommandIo): Promise<Inventory> {
  const { scanHave } = await import('../delta/delta.js');
  const needs = { inventories: true, listsSkipped: false, writesArchive: true };
  return surveyBy(scanHave, (inventory) => inventory, { ...options, words: options.have }, io, needs);
}

/** Scans a delta. */
export async function surveyDelta(
  options: SurveyOptions,
  io: CommandIo,
  needs: SurveyNeeds & { readonly spooledInput: string | null },
): Promise<PlacedScan> {
  const { scanDelta } = await import('../delta/apply.js');
  const scanInputs = (inputs: readonly string[], asked: ScanOptions) => scanDelta(inputs, asked, needs.spooledInput);
  return surveyBy(scanInputs, ({ inventory }) => inventory, options, io, needs);
}

/** The same, of what is repaired or what it is repaired from: every byte is read. */
export async function surveyRepair(options: Omit<SurveyOptions, 'readBodies'>, io: CommandIo): Promise<PlacedScan> {
  const { scanForRepair } = await import('../repair/repair.js');
  return surveyBy(scanForRepair, ({ inventory }) => inventory, { ...options, readBodies: true }, io, {
    inventories: false,
    listsSkipped: false,
    writesArchive: true,
  });
}

async function surveyBy<Found>(
  scan: (inputs: readonly string[], options: ScanOptions) => Promise<Found>,
  inventoryOf: (found: Found) => Inventory,
  options: SurveyOptions,
  io: CommandIo,
  needs: SurveyNeeds,
): Promise<Found> {
  checkPipe(options, io, needs.pipedNames ?? false);
  if (options.fetchBodies === true && !options.readBodies) throw new UsageError('--verify and --no-verify contradict');
  if (needs.writesArchive !== true) await checkOutput(options);
  const progress = startProgress(io, options);
  const remarks: string[] = [];
  const inputs = options.words.length === 0 ? ['.'] : options.words;
  const remote = await openRemoteInputs(inputs, options, io);
  let found: Found;
  try {
    const asked = {
      ...scanOptionsOf(options, remarks),
      ...(remote === null ? {} : { remote: remote.inputs }),
      inventories: needs.inventories,
      signal: io.signal,
      ...(progress === null ? {} : { onProgress: progress.update }),
    };
    found = await settled(inputs, () => {
      remarks.length = 0;
      return scan(inputs, asked);
    });
  } finally {
    progress?.stop();
    await remote?.close();
  }
  if (!options.quiet) {
    const asked = remote?.remark() ?? null;
    for (const remark of [...remarks, ...(asked === null ? [] : [asked])]) await tell(io, remark);
    await tellRemarks(inventoryOf(found), needs, io);
  }
  return found;
}

function scanOptionsOf(options: SurveyOptions, remarks: string[]): ScanOptions {
  return {
    verify: options.readBodies,
    verifyRemote: options.fetchBodies ?? false,
    takesPart: true,
    exclude: options.exclude,
    acceptRecorded: options.acceptRecorded ?? false,
    onRemark: (text) => remarks.push(text),
    ...(options.output === null ? {} : { output: options.output }),
    ...(Object.keys(options.limits).length === 0 ? {} : { limits: options.limits }),
    ...(options.workers === null ? {} : { workers: options.workers }),
    ...(options.engine === null ? {} : { engine: options.engine }),
    ...(options.cache === null ? {} : { cache: cacheOf(options.cache, options, remarks) }),
  };
}

/** Refuses a pipe that nobody reads (`isRead`), where it may have been meant as INPUT. Throws UsageError. */
export function checkPipe({ words }: Pick<SurveyOptions, 'words'>, io: CommandIo, isRead: boolean): void {
  if (words.length === 0 && io.pipedInput && !isRead) {
    throw new UsageError('no INPUT, and something is piped in: name - to read standard input, or . for this folder');
  }
}

function cacheOf(folder: string, { cacheLimit }: OptionValues<'cache-limit'>, remarks: string[]): CacheOptions {
  return {
    folder,
    ...(cacheLimit === null ? {} : { limitBytes: cacheLimit }),
    onRemark: (text) => remarks.push(text),
  };
}

/** What the findings of this inventory mean for the exit code. */
export function judge(inventory: Inventory, failOn: FailOn): Outcome[] {
  const outcomes: Outcome[] = [];
  if (inventory.archives.some(({ status }) => status === 'unreadable')) outcomes.push('unreadable');
  const negative = inventory.archives.some(
    ({ status, findings }) => status !== 'unreadable' && findings.some(({ severity }) => reaches(severity, failOn)),
  );
  if (negative) outcomes.push('negative');
  return outcomes;
}

function reaches(severity: Severity, threshold: FailOn): boolean {
  return threshold !== 'never' && severityRank(severity) <= severityRank(threshold);
}

async function tellRemarks(inventory: Inventory, needs: SurveyNeeds, io: CommandIo): Promise<void> {
  const { listsSkipped, writesArchive = false } = needs;
  await tellUnreadable(inventory, io);
  if (!(listsSkipped || writesArchive)) await tellHiding(inventory, io);
  const { skipped } = inventory;
  if (skipped.length === 0 || listsSkipped) return;
  const shown = skipped.slice(0, shownSkipped).map(({ path }) => path);
  const more = skipped.length > shown.length ? ` and ${formatCount(skipped.length - shown.length)} more` : '';
  await tell(
    io,
    `${plural(skipped.length, 'path')} skipped, excluded, linked or reached twice: ${shown.join(', ')}${more}; ` +
      'varve report says why',
  );
}

/** Names what could not be read, and says why. */
export async function tellUnreadable({ archives }: Pick<Inventory, 'archives'>, io: CommandIo): Promise<void> {
  for (const archive of archives) {
    if (archive.status === 'unreadable') await tell(io, `${archive.path}: ${reasonOf(archive)}`);
  }
}

/** Names what was read and may have images that are not seen, so that nobody takes silence for an answer. */
async function tellHiding({ archives }: Inventory, io: CommandIo): Promise<void> {
  for (const archive of archives) {
    const { path, status, images, artifacts, findings } = archive;
    const unread = findings.find(({ code }) => code === 'input-unreadable' || code === 'input-changed');
    if (status !== 'failed') continue;
    if (images.length + artifacts.length === 0) {
      await tell(
        io,
        `${path}: no image is found in it, ${reasonOf(archive)}; varve verify says more, of a store varve fsck`,
      );
    } else if (unread !== undefined) {
      await tell(io, `${path}: images of it may be missing, ${unread.message}`);
    }
  }
}

/** Why an archive is unreadable: its first error, with the part that it is about. */
function reasonOf({ findings }: ArchiveRecord): string {
  const fault = findings.find(({ severity }) => severity === 'error');
  if (fault === undefined) return 'cannot be read';
  const { message, subject } = fault;
  return subject === null || message.includes(subject) ? message : `${subject}: ${message}`;
}
