/** The comparing of `varve diff`: reads both sides, or one set for two images of it, and a plan that came before. */
import { makeDiff } from '../../../../analysis/diff/diff.js';
import type { DiffInput } from '../../../../analysis/diff/diff-side.js';
import { withFaults } from '../../../../analysis/faults/faults.js';
import { makeImageSet } from '../../../../analysis/set/image-set.js';
import type { Diff } from '../../../../model/results/diff.js';
import type { Plan } from '../../../../model/results/plan.js';
import { diffChecks } from '../../../../report/diff/diff-checks.js';
import { diffCsv, diffLines } from '../../../../report/diff/diff-records.js';
import { diffLead, diffText } from '../../../../report/diff/diff-text.js';
import { inTurns } from '../../../../sources/steps.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import { readPlanFile } from '../../../line/named-file.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import type { WrittenName } from '../../../line/written-name.js';
import { deliverForm } from '../../../output/forms.js';
import { viewOf } from '../../../output/render.js';
import { type LayerSize, tellUnknownSizes } from '../../../output/unknown-sizes.js';
import { namedImages } from '../../../selection/select.js';
import { tellContested } from '../../../selection/selection-remarks.js';
import { judge, survey } from '../../../survey.js';

type Options = CommandOptions<
  'image' | 'plan' | 'exit-code' | 'format' | 'output' | 'verbose' | 'verify' | 'fail-on' | ScanOption
>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const plan = await readPlan(options);
  const { before, after } = await readSides(options, context);
  const result = await inTurns(makeDiff(before, after, plan), context.io.signal);
  const forms = {
    document: result,
    blocks: () => diffText(result, viewOf(options)),
    lead: () => diffLead(result, viewOf(options)),
    csv: () => diffCsv(result),
    lines: () => diffLines(result),
    checks: () => {
      const sides = { before: withFaults(before.inventory), after: withFaults(after.inventory) };
      return diffChecks(result.plan, sides, options.failOn);
    },
  };
  await deliverForm(forms, options, context);
  await tellUnknownSizes(shownLayers(result), options, context.io);
  const outcomes: Outcome[] = [...new Set([before.inventory, after.inventory])].flatMap((inventory) =>
    judge(inventory, options.failOn),
  );
  const differs = result.plan === null ? result.differs : !result.plan.cameTrue;
  return options.exitCode && differs ? [...outcomes, 'negative'] : outcomes;
}

/** The plan to be held against the sides, read before anything else is. Throws UsageError. */
async function readPlan({ plan, images }: Options): Promise<Plan | null> {
  if (plan === null) return null;
  if (images.length > 0) throw new UsageError('--plan is about whole sides, and --image about one image of them');
  return readPlanFile(plan);
}

/** The two sides that the words and `--image` ask for. Throws UsageError. */
async function readSides(options: Options, context: Context): Promise<{ before: DiffInput; after: DiffInput }> {
  const { words, images } = options;
  const [first = null, second = null, third] = images;
  if (third !== undefined) throw new UsageError('--image is given more than twice; diff compares two images');
  if (second !== null) {
    const all = await readSide(words, null, options, context);
    return { before: await choose(all, first, options, context), after: await choose(all, second, options, context) };
  }
  const [before, after, tooMany] = words;
  if (before === undefined || after === undefined || tooMany !== undefined) {
    const found =
      words.length === 0 ? 'neither is given' : `there ${words.length === 1 ? 'is' : 'are'} ${words.length}`;
    throw new UsageError(`diff takes BEFORE and AFTER, and ${found}; or two --image of any INPUT`);
  }
  if (before === '-' && after === '-') throw new UsageError('BEFORE and AFTER cannot both be standard input');
  return {
    before: await readSide([before], first, options, context),
    after: await readSide([after], first, options, context),
  };
}

async function readSide(
  words: readonly string[],
  image: WrittenName | null,
  options: Options,
  context: Context,
): Promise<DiffInput> {
  const inventory = await survey({ ...options, words }, context.io, { inventories: true, listsSkipped: false });
  const side = {
    input: words.length === 0 ? ['.'] : words,
    inventory,
    set: await inTurns(makeImageSet(inventory), context.io.signal),
    image: null,
  };
  return choose(side, image, options, context);
}

/** The side as the one image that is named. Throws UsageError where the name means none, or several. */
async function choose(
  side: DiffInput,
  written: WrittenName | null,
  options: Options,
  { io }: Context,
): Promise<DiffInput> {
  if (written === null) return side;
  const { name, told } = written;
  const named = await inTurns(namedImages(side.inventory, side.set, written), io.signal);
  await tellContested(written, named, options, io);
  const found = named.images;
  const [image, ...others] = found;
  if (image !== undefined && others.length === 0) return { ...side, image: { name, id: image.id } };
  const list = found.map(({ id, platform }) => `${id} (${platform ?? 'unknown platform'})`).join(', ');
  throw new UsageError(`${told} means several images of ${side.input.join(' ')}: ${list}`);
}

/** The layers whose sizes the tables show. */
function shownLayers({ layers, pair }: Diff): LayerSize[] {
  const changed = layers.changed.map(({ before }) => before);
  return pair === null ? [...layers.added, ...layers.removed, ...changed] : pair.layers;
}
