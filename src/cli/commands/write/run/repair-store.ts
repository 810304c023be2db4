/** `varve repair` of a store: what it lacks, or has damaged, is written anew under its lock, blob by blob. */
import { StoreError } from '../../../../model/error.js';
import type { Repair } from '../../../../model/results/repair/repair.js';
import { repairText } from '../../../../report/repair/repair-text.js';
import { healStore } from '../../../../store/heal/heal-store.js';
import { StoreFolder, storeState } from '../../../../store/store-folder.js';
import { isStore } from '../../../../store/store-stamp.js';
import { tell } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { deliver } from '../../../output/output.js';
import { startProgress } from '../../../output/progress.js';
import { renderResult, viewOf } from '../../../output/render.js';
import { openRepairSources } from '../../../selection/repair-sources.js';
import { lockSettings } from '../../../selection/store-settings.js';
import { judge, surveyRepair } from '../../../survey.js';

export type RepairCommandOptions = CommandOptions<
  | 'from'
  | 'like'
  | 'output'
  | 'in-place'
  | 'dry-run'
  | 'keep-going'
  | 'lock-timeout'
  | 'format'
  | 'verbose'
  | ScanOption
>;

/** The store that is to be healed where it is; null where an archive is, or a copy of it is to be written. */
export function storeOf({ words, store, output }: RepairCommandOptions): StoreFolder | null {
  const [path = '', ...others] = words;
  if (others.length > 0 || output !== null || !(store !== null || isStore(path))) return null;
  return new StoreFolder(path);
}

/** Heals a store from what --from names. Throws StoreError where there is none. */
export async function repairNamedStore(
  store: StoreFolder,
  options: RepairCommandOptions,
  context: Context,
): Promise<readonly Outcome[]> {
  const { io } = context;
  if (options.like.length > 0) {
    throw new UsageError(
      '--like says what an archive was; the blobs of a store are told by their digests: give --from',
    );
  }
  if (storeState(store) === 'absent') throw new StoreError(`there is no store at ${store.path}; varve load makes one`);
  const damaged = await surveyRepair({ ...options, cache: null, exclude: [] }, io);
  const sources = await openRepairSources(options, damaged, io);
  const { from } = sources;
  const progress = startProgress(io, options);
  let result: Repair;
  try {
    result = await healStore(
      store,
      { damaged, from },
      {
        ...lockSettings(options, io),
        dryRun: options.dryRun,
        engine: options.engine ?? 'node',
        onProgress: progress?.update ?? null,
      },
    );
  } finally {
    progress?.stop();
    sources.close();
  }
  await deliver(
    renderResult(result, () => repairText(result, viewOf(options)), options, context, true),
    options,
    io,
  );
  for (const { digest, path } of result.quarantined) {
    await tell(io, `what the store had as ${digest} was something else; it was set aside as ${path}`);
  }
  const outcomes = from === null ? [] : judge(from.inventory, 'never');
  return result.notHealed.length > 0 ? [...outcomes, 'negative'] : outcomes;
}
