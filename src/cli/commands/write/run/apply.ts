/** What `varve apply` makes of a delta, and what it says of it. */
import { type ApplyScans, applyScans } from '../../../../delta/apply.js';
import { applyTarget } from '../../../../delta/same-folder.js';
import { VarveError } from '../../../../model/error.js';
import type { Apply } from '../../../../model/results/delta/delta.js';
import { archiveForm, type PackTarget } from '../../../../pack/pack-target.js';
import { applyText } from '../../../../report/pack/delta-text.js';
import { type CommandIo, tell } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { startProgress } from '../../../output/progress.js';
import { viewOf } from '../../../output/render.js';
import { judge, surveyDelta, surveyPlaces } from '../../../survey.js';
import { type ArchiveWay, tellArchive, withArchiveOutput } from './archive-output.js';

type Options = CommandOptions<
  'from' | 'output' | 'dry-run' | 'split' | 'verify-all' | 'verbose' | 'format' | ScanOption
>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  if (options.words.length !== 1) throw new UsageError('apply takes one DELTA; earlier ones may stand behind --from');
  if (options.from.length === 0) throw new UsageError('--from says where the base of the delta is, and is not given');
  if (options.from.includes('-')) throw new UsageError('--from takes files and folders, not standard input');
  return withArchiveOutput(options, context, (way) => applyTo(way, options, context), targetOf);
}

async function applyTo(way: ArchiveWay, options: Options, context: Context): Promise<readonly Outcome[]> {
  const { io } = context;
  const needs = { inventories: false, listsSkipped: false, writesArchive: true };
  const delta = await surveyDelta(options, io, { ...needs, spooledInput: way.spooledInput });
  if (delta.inventory.archives.some(({ status }) => status === 'unreadable')) return ['unreadable'];
  const from = await surveyPlaces({ ...options, words: options.from }, io, { ...needs, spooledInput: null });
  try {
    const result = await applied({ delta, from }, way.output, options, io);
    await tellArchive(result, (told) => applyText(told, viewOf(options)), options, context);
    // What could not be read was not needed where the whole is there.
    return result.status === 'refused' ? [...judge(from.inventory, 'never'), 'negative'] : ['done'];
  } catch (error) {
    if (!(error instanceof VarveError && error.code === 'document-invalid')) throw error;
    await tell(io, error.message);
    return ['unreadable'];
  }
}

/** Throws VarveError `usage`. */
function targetOf(output: string, { split, limits }: Pick<Options, 'split' | 'limits'>): PackTarget {
  return applyTarget(output, archiveForm(split, null, limits));
}

async function applied(scans: ApplyScans, output: string, options: Options, io: CommandIo): Promise<Apply> {
  const progress = startProgress(io, options);
  try {
    return await applyScans(scans, {
      target: targetOf(output, options),
      dryRun: options.dryRun,
      engine: options.engine ?? 'node',
      signal: io.signal,
      onProgress: progress?.update ?? null,
    });
  } finally {
    progress?.stop();
  }
}
