/** The pack of `varve pack`, and what it says of it. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Pack } from '../../../../model/results/pack.js';
import { packScan, preferredArchives, withInput } from '../../../../pack/pack.js';
import { type PackTarget, packTarget, splitSettings } from '../../../../pack/pack-target.js';
import { joined } from '../../../../report/blocks/pieces.js';
import { renderText } from '../../../../report/forms/terminal.js';
import { packText } from '../../../../report/pack/pack-text.js';
import type { PlacedScan } from '../../../../scan/scan.js';
import { inTurns } from '../../../../sources/steps.js';
import { type CommandIo, tellPlain } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { deliver } from '../../../output/output.js';
import { startProgress } from '../../../output/progress.js';
import { renderResult, viewOf } from '../../../output/render.js';
import { selectImages } from '../../../selection/select.js';
import { tellSelection } from '../../../selection/selection-remarks.js';
import { judge, surveyPlaces } from '../../../survey.js';

type Options = CommandOptions<
  | 'output'
  | 'dry-run'
  | 'filter'
  | 'now'
  | 'platform'
  | 'keep-last'
  | 'without'
  | 'only-needed'
  | 'prefer'
  | 'untag-contested'
  | 'keep-going'
  | 'split'
  | 'verify-all'
  | 'format'
  | ScanOption
>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const { io } = context;
  checkStandardOutput(options, io);
  if (options.output !== null) targetOf(options.output, options);
  // What is not written beside the output is written where nobody looks.
  const aside = options.output === null || options.dryRun ? await mkdtemp(join(tmpdir(), 'varve-')) : null;
  try {
    const output = options.output ?? join(aside ?? '', 'pack.tar');
    const beside = aside === null ? targetOf(output, options).path : join(aside, 'input');
    return await withInput({ inputs: options.words, beside, signal: io.signal }, (spooledInput) =>
      packInputs({ output, spooledInput }, options, context),
    );
  } finally {
    if (aside !== null) await rm(aside, { recursive: true, force: true });
  }
}

/** Throws VarveError `usage`. */
function targetOf(output: string, { split, limits }: Options): PackTarget {
  return packTarget(output, split === null ? null : splitSettings(split, limits));
}

async function packInputs(
  { output, spooledInput }: { readonly output: string; readonly spooledInput: string | null },
  options: Options,
  context: Context,
): Promise<readonly Outcome[]> {
  const { io } = context;
  const needs = { inventories: false, listsSkipped: false, writesArchive: true, spooledInput };
  const scan = await surveyPlaces(options, io, needs);
  const picked = await pickedImages(scan, options, io);
  const result = await packed(scan, picked, output, options, io);
  const told: Pack = options.output === null ? { ...result, output: null } : result;
  if (options.output === null && result.status === 'written') await sendTo(io, output);
  await show(told, options, context);
  return outcomesOf(result, scan);
}

/** An archive is nothing to look at, and nothing else may stand beside it. Throws UsageError. */
function checkStandardOutput({ output, dryRun, format, split }: Options, { stdout }: CommandIo): void {
  if (output === null && split !== null) throw new UsageError('--split needs -o FILE: its parts are called after it');
  if (output !== null || dryRun) return;
  if (stdout.isTTY === true) {
    throw new UsageError('a terminal takes no archive: give -o FILE, -o DIR/, a pipe, or --dry-run');
  }
  if (format === 'json')
    throw new UsageError('--format json needs -o FILE: the archive itself goes to standard output');
}

/** The images that filters select; null where there are none. */
async function pickedImages(
  { inventory }: PlacedScan,
  options: Options,
  io: CommandIo,
): Promise<ReadonlySet<string> | null> {
  const { filters, now } = options;
  const selection = await inTurns(selectImages(inventory, { image: null, filters, now }), io.signal);
  await tellSelection(null, selection, options, io);
  return filters.conditions.length === 0 ? null : new Set(selection.images.map(({ id }) => id));
}

async function packed(
  scan: PlacedScan,
  images: ReadonlySet<string> | null,
  output: string,
  options: Options,
  io: CommandIo,
): Promise<Pack> {
  const { without, platforms, keepLast, onlyNeeded, prefer, dryRun, keepGoing, untagContested, engine } = options;
  const picks = { images, without, platforms, keepLast, onlyNeeded };
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
    });
  } finally {
    progress?.stop();
  }
}

/** Whoever reads may stop reading. */
async function sendTo({ stdout, signal }: CommandIo, path: string): Promise<void> {
  try {
    await pipeline(createReadStream(path), stdout, { end: false, signal });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}

/** On standard output, unless the archive itself goes there. */
async function show(result: Pack, options: Options, context: Context): Promise<void> {
  const blocks = () => packText(result, viewOf(options));
  if (options.output === null && !options.dryRun) {
    if (!options.quiet) await tellPlain(context.io, joined(renderText(blocks(), { color: false, width: null })));
    return;
  }
  const toStandardOutput = { ...options, output: null };
  await deliver(renderResult(result, blocks, toStandardOutput, context, true), toStandardOutput, context.io);
}

function outcomesOf({ leftOut }: Pack, { inventory }: PlacedScan): Outcome[] {
  const unreadable = judge(inventory, 'never');
  const refused = leftOut.length > inventory.archives.filter(({ status }) => status === 'unreadable').length;
  return refused ? [...unreadable, 'negative'] : unreadable;
}
