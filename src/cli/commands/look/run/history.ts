/** The steps of images that `varve history` lists. A template is refused before anything is read. */
import { makeHistory } from '../../../../analysis/images/image-history.js';
import { type ImageSet, imageOf } from '../../../../analysis/set/image-set.js';
import type { History } from '../../../../model/results/results.js';
import { imageNames } from '../../../../report/blocks/names.js';
import { type HistoryTexts, historyHeads, historyTemplateData } from '../../../../report/images/history-template.js';
import { historyIds, historyText } from '../../../../report/images/history-text.js';
import { inTurns } from '../../../../sources/steps.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { loadRowPrinter } from '../../../output/forms.js';
import { deliver, type Rendered } from '../../../output/output.js';
import { renderResult } from '../../../output/render.js';
import { tellUnknownSizes } from '../../../output/unknown-sizes.js';
import { selectImages } from '../../../selection/select.js';
import { tellSelection } from '../../../selection/selection-remarks.js';
import { judge, survey } from '../../../survey.js';

type Options = CommandOptions<
  | 'image'
  | 'filter'
  | 'only-ids'
  | 'format'
  | 'no-trunc'
  | 'bytes'
  | 'human'
  | 'now'
  | 'output'
  | 'verify'
  | 'fail-on'
  | ScanOption
>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  if (options.onlyIds && options.format !== 'table') {
    throw new UsageError('--only-ids prints IDs only and takes no --format');
  }
  const print = await printer(options, context);
  const inventory = await survey(options, context.io, { inventories: true, listsSkipped: false });
  const {
    images: [image = null],
    filters,
    now,
  } = options;
  const selection = await inTurns(selectImages(inventory, { image, filters, now }), context.io.signal);
  const { set, images } = selection;
  const history = await inTurns(makeHistory(images, set, inventory), context.io.signal);
  await deliver(print(history, set), options, context.io);
  await tellSelection(image, selection, options, context.io);
  if (!options.onlyIds && options.template === null) await tellUnknownSizes(history.layers, options, context.io);
  return judge(inventory, options.failOn);
}

/** The way to print the history that the options ask for; a template that means nothing is refused here. */
async function printer(
  options: Options & HistoryTexts,
  context: Context,
): Promise<(history: History, set: ImageSet) => Rendered> {
  if (options.onlyIds) return (history) => historyIds(history, options);
  if (options.template !== null) {
    const print = await loadRowPrinter(options.template, historyHeads);
    return ({ images }) => print(images.flatMap((image) => historyTemplateData(image, options)));
  }
  return (history, set) => {
    const nameOf = (id: string): string | null => {
      const image = imageOf(set, id);
      const names = [...(image?.references ?? []), ...(image?.localTags ?? [])];
      return names.length === 0 ? null : (imageNames(names)[0] ?? null);
    };
    const view = { ...options, wide: options.format === 'wide', nameOf };
    return renderResult(history, () => historyText(history, view), options, context);
  };
}
