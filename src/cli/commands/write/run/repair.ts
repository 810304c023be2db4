/** The repair of `varve repair`, and what it says of it. */
import type { Repair } from '../../../../model/results/repair/repair.js';
import { checkRepair, type RepairOptions, repairScans } from '../../../../repair/repair.js';
import { pathWord } from '../../../../report/blocks/shell-words.js';
import { repairText } from '../../../../report/repair/repair-text.js';
import type { PlacedScan } from '../../../../scan/scan.js';
import { isStore } from '../../../../store/store-stamp.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import { UsageError } from '../../../line/usage-error.js';
import { deliver } from '../../../output/output.js';
import { startProgress } from '../../../output/progress.js';
import { renderResult, viewOf } from '../../../output/render.js';
import { openRepairSources, refuseRemote } from '../../../selection/repair-sources.js';
import { checkPipe, judge, surveyRepair } from '../../../survey.js';
import { type RepairCommandOptions, repairNamedStore, storeOf } from './repair-store.js';

export async function run(options: RepairCommandOptions, context: Context): Promise<readonly Outcome[]> {
  const { io } = context;
  checkPipe(options, io, false);
  if (options.words.length === 0) throw new UsageError('no INPUT: name what is to be repaired');
  refuseRemote(options);
  const store = storeOf(options);
  if (store !== null) return repairNamedStore(store, options, context);
  const request = repairOptions(options, io.signal);
  checkRepair(request);
  // What is damaged is read, whatever was known of it: a disk spoils files without a new date.
  const damaged = await surveyRepair({ ...options, cache: null }, io);
  refuseStores(damaged, options);
  const sources = await openRepairSources(options, damaged, io);
  const { from } = sources;
  const progress = startProgress(io, options);
  let result: Repair;
  try {
    const onProgress = progress === null ? {} : { onProgress: progress.update };
    result = await repairScans({ damaged, from, options: { ...request, ...onProgress } });
  } finally {
    progress?.stop();
    sources.close();
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

/** Throws UsageError where a store would be changed without its lock. */
function refuseStores({ inventory: { archives } }: PlacedScan, { inPlace }: RepairCommandOptions): void {
  const store = inPlace ? archives.find(({ path }) => isStore(path)) : undefined;
  if (store === undefined) return;
  const way = `varve repair --store ${pathWord(store.path)} --from INPUT heals it under its lock`;
  throw new UsageError(`${store.path} is a store: ${way}`);
}

function repairOptions(options: RepairCommandOptions, signal: AbortSignal): RepairOptions {
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
