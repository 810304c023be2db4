/**
 * `varve diff`: what is different between two states of a set of archives, or between two images. It reads no layer bodies
 * unless asked to.
 */
import type { DiffInput } from '../../analysis/diff-side.js';
import type { Plan } from '../../model/plan-result.js';
import type { Diff } from '../../model/results-diff.js';
import { type Command, type Context, inputs } from '../command.js';
import type { Outcome } from '../exit-codes.js';
import { readNamedDocument } from '../named-file.js';
import { type CommandOptions, scanOptions } from '../options.js';
import type { LayerSize } from '../unknown-sizes.js';
import { UsageError } from '../usage-error.js';

const beforeOrAfter = 'an archive, layout, folder, inventory or - (one of the two)';

export const diffCommand: Command = {
  name: 'diff',
  summary: 'what changed: before and after a cleanup, or image against image',
  description:
    'Compares two states of a set of archives: archives, images, tags, layers and bytes by class. Of one image on each side, ' +
    'named by --image or the only one there, also the layers one by one and the config. Reads headers and documents only; ' +
    '--verify reads every byte.',
  positional: {
    ...inputs,
    leading: [
      { name: 'BEFORE', describe: `how it was: ${beforeOrAfter}` },
      { name: 'AFTER', describe: 'how it is' },
    ],
    forms: ['BEFORE AFTER', 'IMAGE IMAGE [INPUT..]', '--image A --image B [INPUT..]'],
  },
  formats: ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'html', 'junit', 'sarif', 'github'],
  options: ['image', 'plan', 'exit-code', 'format', 'output', 'verbose', 'verify', 'fail-on', ...scanOptions],
  twoImages: true,
  imageWords: 'two',
  examples: [
    ['varve diff before.json images/', 'what a cleanup changed since varve scan images/ -o before.json'],
    ['varve diff app-1.0.tar app-1.1.tar', 'two archives; of one image each, also layers and config'],
    ['varve diff app:1.0 app:1.1 images/', 'two images of the same archives'],
    ['varve diff before.json images/ --plan plan.json', 'whether what varve plan predicted came true'],
    ['varve diff old/ new/ --format markdown -o diff.md', 'for a merge request'],
  ],
  defaults: { failOn: 'never', readBodies: false },
  async run(options, context) {
    const { diff } = await import('../../analysis/diff.js');
    const { withFaults } = await import('../../analysis/faults.js');
    const { diffLead, diffText } = await import('../../report/diff-text.js');
    const { diffCsv, diffLines } = await import('../../report/diff-records.js');
    const { diffChecks } = await import('../../report/diff-checks.js');
    const { viewOf } = await import('../render.js');
    const { deliverForm } = await import('../forms.js');
    const { tellUnknownSizes } = await import('../unknown-sizes.js');
    const plan = await readPlan(options);
    const { before, after } = await readSides(options, context);
    const result = diff(before, after, plan);
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
    const { judge } = await import('../survey.js');
    const outcomes: Outcome[] = [...new Set([before.inventory, after.inventory])].flatMap((inventory) =>
      judge(inventory, options.failOn),
    );
    const differs = result.plan === null ? result.differs : !result.plan.cameTrue;
    return options.exitCode && differs ? [...outcomes, 'negative'] : outcomes;
  },
};

/** The plan to be held against the sides, read before anything else is. Throws UsageError. */
async function readPlan({ plan, images }: CommandOptions): Promise<Plan | null> {
  if (plan === null) return null;
  if (images.length > 0) throw new UsageError('--plan is about whole sides, and --image about one image of them');
  const { parsePlan } = await import('../../read-plan.js');
  return readNamedDocument('--plan', plan, parsePlan);
}

/** The two sides that the words and `--image` ask for. Throws UsageError. */
async function readSides(options: CommandOptions, context: Context): Promise<{ before: DiffInput; after: DiffInput }> {
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
  image: string | null,
  options: CommandOptions,
  context: Context,
): Promise<DiffInput> {
  const { survey } = await import('../survey.js');
  const { imageSet } = await import('../../analysis/image-set.js');
  const inventory = await survey({ ...options, words }, context.io, { inventories: true, listsSkipped: false });
  const side = { input: words.length === 0 ? ['.'] : words, inventory, set: imageSet(inventory), image: null };
  return choose(side, image, options, context);
}

/** The side as the one image that is named. Throws UsageError where the name means none, or several. */
async function choose(
  side: DiffInput,
  name: string | null,
  options: CommandOptions,
  { io }: Context,
): Promise<DiffInput> {
  if (name === null) return side;
  const { namedImages } = await import('../select.js');
  const { tellContested } = await import('../selection-remarks.js');
  const named = namedImages(side.inventory, side.set, name);
  await tellContested(name, named, options, io);
  const found = named.images;
  const [image, ...others] = found;
  if (image !== undefined && others.length === 0) return { ...side, image: { name, id: image.id } };
  const list = found.map(({ id, platform }) => `${id} (${platform ?? 'unknown platform'})`).join(', ');
  throw new UsageError(`--image ${JSON.stringify(name)} means several images of ${side.input.join(' ')}: ${list}`);
}

/** The layers whose sizes the tables show. */
function shownLayers({ layers, pair }: Diff): LayerSize[] {
  const changed = layers.changed.map(({ before }) => before);
  return pair === null ? [...layers.added, ...layers.removed, ...changed] : pair.layers;
}
