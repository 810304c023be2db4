/**
 * `varve inspect`: everything about an image, in the shape of `docker image inspect`, with what docker does not say beside
 * it. Digests of documents are always computed; those of layers, and the content fingerprint, with --verify.
 */
import type { ImageDetails } from '../../analysis/image-details.js';
import { type Command, inputsAndImage } from '../command.js';
import { type CommandOptions, scanOptions } from '../options.js';

export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'everything about an image, as docker image inspect has it',
  description:
    "Prints docker's JSON for each image, and beside it every identity of the image with what it rests on. Reads headers " +
    'and documents only; --verify reads every byte, and adds a fingerprint of the content.',
  positional: inputsAndImage,
  formats: ['json', 'template'],
  options: ['image', 'filter', 'format', 'now', 'output', 'verify', 'fail-on', ...scanOptions],
  imageWords: 'one',
  examples: [
    ['varve inspect shop/api:1.2', 'one image of this folder, by its name or the end of it'],
    ['varve inspect images/ --image app:1', 'one image'],
    ["varve inspect app.tar --format '{{.Id}} {{json .Config.Env}}'", 'any path of the document'],
    ["varve inspect . --verify --format '{{.Varve.fingerprint.digest}}'", 'equal for builds with equal content'],
  ],
  defaults: { failOn: 'never', readBodies: false },
  async run(options, context) {
    const { survey, judge } = await import('../survey.js');
    const { checkFilters, nowOf, selectImages } = await import('../select.js');
    const { imageDetails } = await import('../../analysis/image-details.js');
    const { FileLists } = await import('../../file-lists.js');
    const { textHasher } = await import('../../hash-text.js');
    const { tellSelection } = await import('../selection-remarks.js');
    const { deliver } = await import('../output.js');
    const { tellUnknownSizes } = await import('../unknown-sizes.js');
    checkFilters(options);
    const print = await printer(options);
    const { limits } = options;
    const layerFiles = options.readBodies ? new FileLists(limits.fileListsBytes, limits.treeFiles) : null;
    const needs = { inventories: true, listsSkipped: false, fileLists: layerFiles };
    const inventory = await survey(options, context.io, needs);
    const { image, filters } = options;
    const selection = selectImages(inventory, { image, filters, now: nowOf(options) });
    const { set, images } = selection;
    const sha256 = textHasher(options.engine ?? 'node');
    const details = imageDetails(images, { inventory, set, sha256, layerFiles });
    await deliver(print(details), options, context.io);
    await tellSelection(image, selection, options, context.io);
    const shown = new Set(images.flatMap(({ setLayers }) => setLayers));
    if (options.template === null) await tellUnknownSizes([...shown], options, context.io);
    return judge(inventory, options.failOn);
  },
};

/** The way to print images that the options ask for; a template that is none is refused here. */
async function printer({ template }: CommandOptions): Promise<(images: readonly ImageDetails[]) => string> {
  if (template === null) {
    const { renderJson } = await import('../../report/json.js');
    return renderJson;
  }
  const { documentPrinter } = await import('../template-output.js');
  const { templateDetails } = await import('../../analysis/template-details.js');
  const print = documentPrinter(template);
  return (images) => print(images.map(templateDetails));
}
