/**
 * `varve history`: the steps that made an image, the newest first as `docker history` has them, with the layer of each step
 * and who else has it.
 */
import type { ImageSet } from '../../analysis/image-set.js';
import type { History } from '../../model/results.js';
import type { HistoryTexts } from '../../report/history-template.js';
import { type Command, type Context, inputsAndImage } from '../command.js';
import { type CommandOptions, scanOptions } from '../options.js';
import { UsageError } from '../usage-error.js';

export const historyCommand: Command = {
  name: 'history',
  summary: 'the steps that made an image, with their layers, as docker history has them',
  description:
    'Lists the steps of each image, the newest first, with the size of the layer that each made and the images that share ' +
    'it. Reads headers and documents only; --verify reads every byte.',
  positional: inputsAndImage,
  formats: ['table', 'wide', 'json', 'markdown', 'template'],
  options: [
    'image',
    'filter',
    'only-ids',
    'format',
    'no-trunc',
    'bytes',
    'human',
    'now',
    'output',
    'verify',
    'fail-on',
    ...scanOptions,
  ],
  imageWords: 'one',
  examples: [
    ['varve history images/ shop/api:1.2', 'the steps of one image'],
    ['varve history app.tar --no-trunc', 'commands and digests in full'],
    ["varve history app.tar --format '{{.CreatedAt}}\\t{{.Size}}\\t{{.CreatedBy}}'", "with docker's placeholders"],
  ],
  defaults: { failOn: 'never', readBodies: false },
  async run(options, context) {
    const { survey, judge } = await import('../survey.js');
    const { checkFilters, nowOf, selectImages } = await import('../select.js');
    const { imageHistory } = await import('../../analysis/image-history.js');
    const { tellSelection } = await import('../selection-remarks.js');
    const { deliver } = await import('../output.js');
    const { tellUnknownSizes } = await import('../unknown-sizes.js');
    if (options.onlyIds && options.format !== 'table') {
      throw new UsageError('--only-ids prints IDs only and takes no --format');
    }
    checkFilters(options);
    const now = nowOf(options);
    const print = await printer({ ...options, now }, context);
    const inventory = await survey(options, context.io, { inventories: true, listsSkipped: false });
    const { image, filters } = options;
    const selection = selectImages(inventory, { image, filters, now });
    const { set, images } = selection;
    const history = imageHistory(images, set, inventory);
    await deliver(print(history, set), options, context.io);
    await tellSelection(image, selection, options, context.io);
    if (!options.onlyIds && options.template === null) await tellUnknownSizes(history.layers, options, context.io);
    return judge(inventory, options.failOn);
  },
};

/** The way to print the history that the options ask for; a template that means nothing is refused here. */
async function printer(
  options: CommandOptions & HistoryTexts,
  context: Context,
): Promise<(history: History, set: ImageSet) => string> {
  const { historyIds, historyText } = await import('../../report/history-text.js');
  if (options.onlyIds) return (history) => historyIds(history, options);
  if (options.template !== null) {
    const { rowPrinter } = await import('../template-output.js');
    const { historyHeads, historyTemplateData } = await import('../../report/history-template.js');
    const print = rowPrinter(options.template, historyHeads);
    return ({ images }) => print(images.flatMap((image) => historyTemplateData(image, options)));
  }
  const { renderResult } = await import('../render.js');
  const { imageNames } = await import('../../report/names.js');
  return (history, set) => {
    const nameOf = (id: string): string | null => {
      const names = [...(set.byId.get(id)?.references ?? []), ...(set.byId.get(id)?.localTags ?? [])];
      return names.length === 0 ? null : (imageNames(names)[0] ?? null);
    };
    const view = { ...options, wide: options.format === 'wide', nameOf };
    return renderResult(history, () => historyText(history, view), options, context);
  };
}
