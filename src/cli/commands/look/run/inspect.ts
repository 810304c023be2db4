/** The documents of `varve inspect`. A template is refused before anything is read. */
import { detailImages, type ImageDetails } from '../../../../analysis/images/image-details.js';
import { templateDetails } from '../../../../analysis/images/template-details.js';
import { limitsWith } from '../../../../model/limits.js';
import { renderJson } from '../../../../report/forms/json.js';
import { textHasher } from '../../../../scan/hash-text.js';
import { inTurns } from '../../../../sources/steps.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { loadDocumentPrinter } from '../../../output/forms.js';
import { deliver } from '../../../output/output.js';
import type { PrintedDocuments } from '../../../output/template-output.js';
import { tellUnknownSizes } from '../../../output/unknown-sizes.js';
import { selectImages } from '../../../selection/select.js';
import { tellSelection } from '../../../selection/selection-remarks.js';
import { judge, surveyContents } from '../../../survey.js';

type Options = CommandOptions<'image' | 'filter' | 'format' | 'now' | 'output' | 'verify' | 'fail-on' | ScanOption>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const print = await printer(options);
  const needs = { inventories: true, listsSkipped: false };
  const { inventory, contents: layerFiles } = await surveyContents(options, context.io, needs);
  const { treeFiles } = limitsWith(options.limits);
  const {
    images: [image = null],
    filters,
    now,
  } = options;
  const selection = await inTurns(selectImages(inventory, { image, filters, now }), context.io.signal);
  const { set, images } = selection;
  const sha256 = textHasher(options.engine ?? 'node');
  const contents = options.readBodies ? { layerFiles, treeFiles } : null;
  const details = await inTurns(detailImages(images, { inventory, set, sha256, contents }), context.io.signal);
  const { text, fault } = print(details);
  if (fault === null || text !== '') await deliver(text, options, context.io);
  if (fault !== null) throw fault;
  await tellSelection(image, selection, options, context.io);
  const shown = new Set(images.flatMap(({ setLayers }) => setLayers));
  if (options.template === null) await tellUnknownSizes([...shown], options, context.io);
  return judge(inventory, options.failOn);
}

/** The way to print images that the options ask for; a template that is none is refused here. */
async function printer({ template }: Options): Promise<(images: readonly ImageDetails[]) => PrintedDocuments> {
  if (template === null) return (images) => ({ text: renderJson(images), fault: null });
  const print = await loadDocumentPrinter(template);
  return (images) => print(images.map(templateDetails));
}
