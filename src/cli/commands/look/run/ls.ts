/** The list of `varve ls`. Options that contradict each other, and templates, are refused before anything is read. */
import { makeImageList } from '../../../../analysis/images/image-list.js';
import type { ImageList } from '../../../../model/results/results.js';
import { plural } from '../../../../report/blocks/units.js';
import { renderNdjson } from '../../../../report/forms/json.js';
import {
  type ImageListView,
  imageListCsv,
  imageListIds,
  imageListText,
} from '../../../../report/images/image-list-text.js';
import { imageHeads, imageTemplateData } from '../../../../report/images/image-template.js';
import { platformTreeText } from '../../../../report/images/platform-tree-text.js';
import { inTurns } from '../../../../sources/steps.js';
import { tell } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { loadRowPrinter } from '../../../output/forms.js';
import { deliver, type Rendered } from '../../../output/output.js';
import { renderResult } from '../../../output/render.js';
import { type LayerSize, tellUnknownSizes } from '../../../output/unknown-sizes.js';
import { selectImages } from '../../../selection/select.js';
import { tellSelection } from '../../../selection/selection-remarks.js';
import { judge, survey } from '../../../survey.js';

type Options = CommandOptions<
  | 'all'
  | 'only-ids'
  | 'filter'
  | 'format'
  | 'no-trunc'
  | 'digests'
  | 'tree'
  | 'sort'
  | 'reverse'
  | 'bytes'
  | 'id'
  | 'now'
  | 'output'
  | 'verify'
  | 'fail-on'
  | ScanOption
>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  checkTogether(options);
  const view = { ...options, wide: options.format === 'wide' };
  const print = await printer(view, context);
  const inventory = await survey(options, context.io, { inventories: true, listsSkipped: false });
  const { filters, names, sort, reverse, idKind, all, now } = options;
  const selection = await inTurns(selectImages(inventory, { image: null, filters, names, now }), context.io.signal);
  const { set, rows, images } = selection;
  const filtered = filters.conditions.length + names.length > 0;
  const list = await inTurns(
    makeImageList(inventory, set, rows, { sort, reverse, idKind, all, filtered }),
    context.io.signal,
  );
  await deliver(print(list), options, context.io);
  await tellSelection(null, selection, options, context.io);
  await tellGaps(list, [...new Set(images.flatMap(({ setLayers }) => setLayers))], options, context);
  return judge(inventory, options.failOn);
}

/** Refuses what would say two things at once, before anything is read. Throws UsageError. */
function checkTogether({ onlyIds, tree, format }: Options): void {
  if (onlyIds && format !== 'table') throw new UsageError('--only-ids prints IDs only and takes no --format');
  if (onlyIds && tree) throw new UsageError('--only-ids prints IDs only and takes no --tree');
  if (tree && !['table', 'wide', 'markdown'].includes(format)) {
    throw new UsageError(`--tree takes the formats table, wide and markdown, not ${format}`);
  }
}

/** The way to print the list that the options ask for; a template that means nothing is refused here. */
async function printer(view: Options & ImageListView, context: Context): Promise<(list: ImageList) => Rendered> {
  const { format, template } = view;
  if (view.onlyIds) return (list) => imageListIds(list, view);
  if (format === 'csv') return imageListCsv;
  if (format === 'ndjson') return ({ images, others }) => renderNdjson([...images, ...others]);
  if (template !== null) {
    const print = await loadRowPrinter(template, imageHeads);
    return ({ images }) => print(images.map((image) => imageTemplateData(image, view)));
  }
  const text = view.tree ? platformTreeText : imageListText;
  return (list) => renderResult(list, () => text(list, view), view, context);
}

/** What the list does not know, on standard error. */
async function tellGaps(
  { images }: ImageList,
  layers: readonly LayerSize[],
  options: Options,
  { io }: Context,
): Promise<void> {
  const { onlyIds, template, idKind, quiet } = options;
  const showsSizes = !onlyIds && (template === null || /Size\b|\bjson\s+\./.test(template));
  if (showsSizes) await tellUnknownSizes(layers, options, io);
  const nameless = new Set(images.filter(({ digest }) => digest === null).map(({ id }) => id)).size;
  if (idKind === 'manifest' && nameless > 0 && !quiet) {
    await tell(io, `the ID of ${plural(nameless, 'image')} is n/a: the archive holds no manifest, only a config`);
  }
}
