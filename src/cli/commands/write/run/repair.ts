/** The repair of `varve repair`, and what it says of it. */
import type { Repair } from '../../../../model/results/repair/repair.js';
import { checkRepair, type RepairOptions, repairScans } from '../../../../repair/repair.js';
import { repairText } from '../../../../report/repair/repair-text.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { deliver } from '../../../output/output.js';
import { startProgress } from '../../../output/progress.js';
import { renderResult, viewOf } from '../../../output/render.js';
import { checkPipe, judge, surveyRepair } from '../../../survey.js';

type Options = CommandOptions<
  'from' | 'like' | 'output' | 'in-place' | 'dry-run' | 'keep-going' | 'format' | 'verbose' | ScanOption
>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const { io } = context;
  checkPipe(options, io, false);
  if (options.words.length === 0) throw new UsageError('no INPUT: name what is to be repaired');
  const request = repairOptions(options, io.signal);
  checkRepair(request);
  // What is damaged is read, whatever was known of it: a disk spoils files without a new date.
  const damaged = await surveyRepair({ ...options, cache: null }, io);
  const words = [...options.like, ...options.from];
  const from = words.length === 0 ? null : await surveyRepair({ ...options, words }, io);
  const progress = startProgress(io, options);
  let result: Repair;
  try {
    const onProgress = progress === null ? {} : { onProgress: progress.update };
    result = await repairScans({ damaged, from, options: { ...request, ...onProgress } });
  } finally {
    progress?.stop();
  }
  const toStandardOutput = { ...options, output: null };
  await deliver(
    renderResult(result, () => repairText(result, viewOf(options)), toStandardOutput, context, true),
    toStandardOutput,
    io,
  );
  const outcomes = from === null ? [] : judge(from.inventory, 'never');
  // One in which nothing was recognised may be healed all the same; one that cannot be opened is not.
  const isUnreadable = damaged.inventory.archives.some(({ status, findings }) => {
    return status === 'unreadable' && findings[0]?.code === 'input-unreadable';
  });
  if (isUnreadable) outcomes.push('unreadable');
  if (result.notHealed.length > 0) outcomes.push('negative');
  return outcomes;
}

function repairOptions(options: Options, signal: AbortSignal): RepairOptions {
  const { from, like, output, inPlace, dryRun, keepGoing, limits, workers, engine } = options;
  return {
    from,
    like,
    inPlace,
    dryRun,
    keepGoing,
    signal,
    ...(output === null ? {} : { output }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(workers === null ? {} : { workers }),
    ...(engine === null ? {} : { engine }),
  };
}
