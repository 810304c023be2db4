/** The delta of `varve delta`, and what it says of it. */
import { DeltaShape, deltaOf } from '../../../../delta/delta.js';
import { deltaText } from '../../../../report/pack/delta-text.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { OptionValues } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { viewOf } from '../../../output/render.js';
import { refuseUnpulled } from '../../../selection/unpulled-inputs.js';
import { checkPipe, judge, surveyHave } from '../../../survey.js';
import { tellArchive, withArchiveOutput } from './archive-output.js';
import { asTheyAre, outcomesOf, type PackLineOptions, packWith } from './pack.js';

type Options = PackLineOptions & OptionValues<'have' | 'verbose'>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const { io } = context;
  checkPipe(options, io, false);
  if (options.have.length === 0) throw new UsageError('--have says what the other side has, and is not given');
  if (!options.dryRun) refuseUnpulled('delta', options.words, '; --dry-run says what would be written');
  return withArchiveOutput(options, context, async (way) => {
    const base = await surveyHave(options, io);
    const shape = new DeltaShape(base, { engine: options.engine ?? 'node', keepGoing: options.keepGoing });
    const { scan, result } = await packWith(asTheyAre(shape.shape), way, options, io);
    const delta = await deltaOf(result, shape);
    await tellArchive(delta, (told) => deltaText(told, viewOf(options)), options, context);
    return [...judge(base, 'never'), ...outcomesOf(result, scan)];
  });
}
