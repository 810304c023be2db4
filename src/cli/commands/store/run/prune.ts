/** The removal of `varve prune`, after it was asked for. */
import { createInterface } from 'node:readline/promises';
import { decidePlan } from '../../../../analysis/removal/plan.js';
import { interruption } from '../../../../model/error.js';
import type { StoreRemoval } from '../../../../model/results/store/removal.js';
import { renderJson } from '../../../../report/forms/json.js';
import { pruneLines, sparedLine } from '../../../../report/store/removal-text.js';
import type { PlacedScan } from '../../../../scan/scan.js';
import { inTurns } from '../../../../sources/steps.js';
import { type RemovalDecision, type RemovalSettings, removeFromStore } from '../../../../store/removal.js';
import type { StoreFolder } from '../../../../store/store-folder.js';
import { momentInstant } from '../../../../words/moment.js';
import { type CommandIo, tell } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { CommandOptions, RemoveWord } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { deliver } from '../../../output/output.js';
import { startProgress } from '../../../output/progress.js';
import { findInUse, inUseOfPlan, readInUse, tellNearInUse, type UsedImages } from '../../../selection/in-use.js';
import { planRequest, tellUnmatched } from '../../../selection/plan-request.js';
import { selectImages } from '../../../selection/select.js';
import { tellSelection } from '../../../selection/selection-remarks.js';
import { presentStore } from '../../../selection/store-images.js';
import { graceMs, lockSettings, storePositions } from '../../../selection/store-settings.js';

type Options = CommandOptions<
  | 'all'
  | 'force'
  | 'without'
  | 'verify'
  | 'filter'
  | 'now'
  | 'keep'
  | 'keep-last'
  | 'in-use'
  | 'grace'
  | 'yes'
  | 'dry-run'
  | 'store'
  | 'lock-timeout'
  | 'format'
  | 'output'
  | 'quiet'
  | 'no-progress'
  | 'no-color'
>;

export async function run(options: Options, { io }: Context): Promise<readonly Outcome[]> {
  if (options.words.length > 0) throw new UsageError('prune takes no REF; varve rm removes the images that are named');
  refuseBlindAll(options);
  const store = presentStore(options, io);
  const used = await readInUse(options);
  const { grace, now, dryRun } = options;
  const since = grace === null ? null : momentInstant(grace, now);
  const settings: RemovalSettings = {
    ...lockSettings(options, io),
    dryRun,
    clearsUploads: true,
    verifies: options.readBodies,
    without: options.withoutImages,
    onProgress: null,
    youngerThanMs: since === null ? Date.now() - graceMs : since.seconds * 1000 + since.nanoseconds / 1_000_000,
    decide: (scan) => decide(scan, used, options, io),
  };
  if (!dryRun && !(await isWanted(store, settings, options, io))) return ['done'];
  const progress = options.readBodies ? startProgress(io, options) : null;
  let result: StoreRemoval;
  try {
    result = await removeFromStore(store, { ...settings, onProgress: progress?.update ?? null });
  } finally {
    progress?.stop();
  }
  const text = pruneLines(result).map((line) => `${line}\n`);
  await deliver(options.format === 'json' ? renderJson(result) : text.join(''), options, io);
  const spared = options.quiet ? null : sparedLine(result);
  if (spared !== null) await tell(io, spared);
  return (result.plan.inUse?.missing ?? []).some(({ going }) => going.length > 0) ? ['negative'] : ['done'];
}

/** Throws UsageError where all images are to go but those in use, and nothing says which are. */
function refuseBlindAll({ all, inUse, keepLast }: Options): void {
  if (!all || inUse.length > 0 || keepLast !== null) return;
  throw new UsageError(
    'prune -a removes all images that are not in use, and a store does not know which are: --in-use FILE says it, as in ' +
      'docker ps | varve prune -a --in-use - (or --keep-last N keeps the newest); varve rm $(varve ls -q) -f removes all',
  );
}

/** Throws UsageError where nobody can be asked. */
async function isWanted(
  store: StoreFolder,
  settings: RemovalSettings,
  options: Options,
  io: CommandIo,
): Promise<boolean> {
  if (options.yes || options.force) return true;
  if (io.stderr.isTTY !== true || io.pipedInput) {
    throw new UsageError(
      'prune asks on a terminal, and there is none: --yes removes without asking, --dry-run says what',
    );
  }
  const planned = await removeFromStore(store, { ...settings, dryRun: true });
  io.stderr.write(`${pruneLines(planned).join('\n')}\n`);
  return /^y(?:es)?$/i.test((await answerTo('Are you sure you want to continue? [y/N] ', io)).trim());
}

/** What somebody types; nothing where they end the input instead. Throws VarveError `interrupted`. */
async function answerTo(question: string, { stdin = process.stdin, stderr, signal }: CommandIo): Promise<string> {
  const lines = createInterface({ input: stdin, output: stderr });
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  // A terminal whose keys are read one by one sends no signal of its own.
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await Promise.race([lines.question(question, { signal }), closed]);
  } catch (error) {
    throw signal.aborted ? interruption(signal) : error;
  } finally {
    lines.close();
  }
}

async function decide(
  scan: PlacedScan,
  used: UsedImages | null,
  options: Options,
  io: CommandIo,
): Promise<RemovalDecision> {
  const { filters, now, keepLast } = options;
  const selection = await inTurns(selectImages(scan.inventory, { image: null, filters, now }), io.signal);
  const found = findInUse(selection, used ?? []);
  const plain = { ...options, free: null, keepNewer: null, quarantine: null, scriptFor: null, template: null };
  const remove: RemoveWord[] = [{ kind: 'state', state: 'dangling' }];
  const state = { ...plain, format: 'table' as const, remove };
  const dangling = planRequest(state, selection, found.protections);
  // As docker has it, dangling=false is for all that the other filters select.
  const isAll = options.all || filters.each.some(({ text }) => /^\s*dangling\s*=\s*(?:false|0|f)\s*$/i.test(text));
  const older = isAll || keepLast !== null ? planRequest({ ...state, remove: [] }, selection, found.protections) : null;
  const request = {
    ...dangling.request,
    asks: [...dangling.request.asks, ...(older?.request.asks ?? [])],
    copies: new Set(['unreferenced'] as const),
    stores: storePositions(scan.inventory),
  };
  const decided = await inTurns(decidePlan(scan.inventory, selection.set, request), io.signal);
  const plan = { ...decided.plan, inUse: used === null ? null : inUseOfPlan(selection, found, decided.plan) };
  await tellUnmatched(dangling.unmatched, options, io);
  await tellSelection(null, selection, options, io);
  await tellNearInUse(plan, options, io);
  return { ...decided, plan, entries: [], refused: [] };
}
