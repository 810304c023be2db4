/** The check of `varve fsck`. */
import { severityRank } from '../../../../model/finding.js';
import type { StoreCheck } from '../../../../model/results/store/store-check.js';
import { storeCheckText } from '../../../../report/store/store-check-text.js';
import { textHasher } from '../../../../scan/hash-text.js';
import { inTurns } from '../../../../sources/steps.js';
import { checkStore } from '../../../../store/check/check-store.js';
import { storeLock } from '../../../../store/check/lock-facts.js';
import { ownProcess } from '../../../../store/lock/own-process.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { CommandOptions, FailOn } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { tellVerdict } from '../../../output/forms.js';
import { checkOutput, deliver } from '../../../output/output.js';
import { renderResult, viewOf } from '../../../output/render.js';
import { presentStore } from '../../../selection/store-images.js';
import { graceMs } from '../../../selection/store-settings.js';
import { judge, surveyPlaces } from '../../../survey.js';

type Options = CommandOptions<
  | 'store'
  | 'format'
  | 'output'
  | 'fail-on'
  | 'verbose'
  | 'max'
  | 'workers'
  | 'engine'
  | 'cache'
  | 'cache-limit'
  | 'quiet'
  | 'no-progress'
  | 'no-color'
>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const { io } = context;
  if (options.words.length > 0) throw new UsageError('fsck takes no INPUT: --store names the store');
  await checkOutput(options);
  const store = presentStore(options, io);
  const surveyed = { ...options, words: [store.path], exclude: [], readBodies: true };
  const scan = await surveyPlaces(surveyed, io, {
    inventories: false,
    listsSkipped: true,
    writesArchive: true,
    spooledInput: null,
  });
  const checked = { store, lock: storeLock(store, ownProcess), youngerThanMs: Date.now() - graceMs };
  const check = await inTurns(checkStore(scan, checked, textHasher(options.engine ?? 'node')), io.signal);
  const counts = scan.inventory.archives.map(({ images, entries }) => ({
    images: images.length,
    blobs: entries.filter(({ digest }) => digest !== null).length,
  }));
  const text = () => storeCheckText(check, counts, viewOf({ ...options, words: [store.path] }));
  await deliver(renderResult(check, text, options, context), options, io);
  await tellVerdict(() => text().slice(-1), options, io);
  const outcomes = judge(scan.inventory, options.failOn);
  return isNegative(check, options.failOn) ? [...outcomes, 'negative'] : outcomes;
}

function isNegative({ lost, remarks }: StoreCheck, failOn: FailOn): boolean {
  if (failOn === 'never') return false;
  return lost.length > 0 || remarks.some(({ severity }) => severityRank(severity) <= severityRank(failOn));
}
