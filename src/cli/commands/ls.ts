/**
 * `varve ls`: the images in the archives, as `docker image ls` shows those of a store: a row for each name, the newest
 * first. It reads no layer bodies unless asked to, so the size of an image with compressed layers may be unknown.
 */
import type { ImageList } from '../../model/results.js';
import type { ImageListView } from '../../report/image-list-text.js';
import { type Command, type Context, inputs } from '../command.js';
import { type CommandOptions, scanOptions } from '../options.js';
import type { LayerSize } from '../unknown-sizes.js';
import { UsageError } from '../usage-error.js';

export const lsCommand: Command = {
  name: 'ls',
  summary: 'the images: name, tag, ID, age, size; filters and templates as docker has them',
  description:
    'Lists the images as docker image ls does, a row for each name, the newest first. Reads headers and documents only; ' +
    '--verify reads every byte.',
  positional: {
    ...inputs,
    describe: `${inputs.describe}. A word that is no path selects images, as docker images NAME does: shop/api, api:1.2, an ID`,
    forms: ['[INPUT..] [NAME..]'],
  },
  formats: ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'template'],
  options: [
    'all',
    'only-ids',
    'filter',
    'format',
    'no-trunc',
    'digests',
    'tree',
    'sort',
    'reverse',
    'bytes',
    'id',
    'now',
    'output',
    'verify',
    'fail-on',
    ...scanOptions,
  ],
  imageWords: 'names',
  examples: [
    ['varve ls images/', 'the images of all archives below a folder'],
    ['varve ls images/ shop/api', 'all tags of a repository'],
    ["varve ls images/ -f superseded=true -f 'reference=shop/*' -q", 'IDs of old builds, for a script'],
    ["varve ls . --format 'table {{.Repository}}\\t{{.Tag}}\\t{{.UniqueSize}}'", 'columns of your own'],
  ],
  defaults: { failOn: 'never', readBodies: false },
  async run(options, context) {
    const { survey, judge } = await import('../survey.js');
    const { checkFilters, nowOf, selectImages } = await import('../select.js');
    const { imageList } = await import('../../analysis/image-list.js');
    const { tellSelection } = await import('../selection-remarks.js');
    const { deliver } = await import('../output.js');
    checkTogether(options);
    checkFilters(options);
    const view = { ...options, wide: options.format === 'wide', now: nowOf(options) };
    const print = await printer(view, context);
    const inventory = await survey(options, context.io, { inventories: true, listsSkipped: false });
    const { image, filters, names, sort, reverse, idKind, all } = options;
    const selection = selectImages(inventory, { image, filters, names, now: view.now });
    const { set, rows, images } = selection;
    const list = imageList(inventory, set, rows, {
      sort,
      reverse,
      idKind,
      all,
      filtered: filters.length + names.length > 0,
    });
    await deliver(print(list), options, context.io);
    await tellSelection(image, selection, options, context.io);
    await tellGaps(list, [...new Set(images.flatMap(({ setLayers }) => setLayers))], options, context);
    return judge(inventory, options.failOn);
  },
};

/** Refuses what would say two things at once, before anything is read. Throws UsageError. */
function checkTogether({ onlyIds, tree, format }: CommandOptions): void {
  if (onlyIds && format !== 'table') throw new UsageError('--only-ids prints IDs only and takes no --format');
  if (onlyIds && tree) throw new UsageError('--only-ids prints IDs only and takes no --tree');
  if (tree && !['table', 'wide', 'markdown'].includes(format)) {
    throw new UsageError(`--tree takes the formats table, wide and markdown, not ${format}`);
  }
}

/** The way to print the list that the options ask for; a template that means nothing is refused here. */
async function printer(view: CommandOptions & ImageListView, context: Context): Promise<(list: ImageList) => string> {
  const { imageListCsv, imageListIds, imageListText } = await import('../../report/image-list-text.js');
  const { format, template } = view;
  if (view.onlyIds) return (list) => imageListIds(list, view);
  if (format === 'csv') return imageListCsv;
  if (format === 'ndjson') {
    const { renderNdjson } = await import('../../report/json.js');
    return ({ images, others }) => renderNdjson([...images, ...others]);
  }
  if (template !== null) {
    const { rowPrinter } = await import('../template-output.js');
    const { imageHeads, imageTemplateData } = await import('../../report/image-template.js');
    const print = rowPrinter(template, imageHeads);
    return ({ images }) => print(images.map((image) => imageTemplateData(image, view)));
  }
  const { renderResult } = await import('../render.js');
  const { platformTreeText } = await import('../../report/platform-tree-text.js');
  const text = view.tree ? platformTreeText : imageListText;
  return (list) => renderResult(list, () => text(list, view), view, context);
}

/** What the list does not know, on standard error. */
async function tellGaps(
  { images }: ImageList,
  layers: readonly LayerSize[],
  options: CommandOptions,
  { io }: Context,
): Promise<void> {
  const { tellUnknownSizes } = await import('../unknown-sizes.js');
  const { plural } = await import('../../report/units.js');
  const { tell } = await import('../command-io.js');
  const { onlyIds, template, idKind, quiet } = options;
  const showsSizes = !onlyIds && (template === null || /Size\b|\bjson\s+\./.test(template));
  if (showsSizes) await tellUnknownSizes(layers, options, io);
  const nameless = new Set(images.filter(({ digest }) => digest === null).map(({ id }) => id)).size;
  if (idKind === 'manifest' && nameless > 0 && !quiet) {
    await tell(io, `the ID of ${plural(nameless, 'image')} is n/a: the archive holds no manifest, only a config`);
  }
}
