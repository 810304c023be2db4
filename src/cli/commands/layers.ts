/**
 * `varve layers`: each distinct layer of the set, once. It reads no layer bodies unless asked to, so the size of a
 * compressed layer may be unknown; how many are is said on standard error.
 */
import type { LayerList } from '../../model/results.js';
import { type Command, type Context, inputs } from '../command.js';
import { type CommandOptions, scanOptions } from '../options.js';

export const layersCommand: Command = {
  name: 'layers',
  summary: 'each distinct layer: size, images, archives, copies',
  description:
    'Lists each distinct layer once, the biggest first. Reads headers and documents only; --verify reads every byte.',
  positional: inputs,
  formats: ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown'],
  options: ['format', 'output', 'verify', 'fail-on', ...scanOptions],
  examples: [
    ['varve layers images/', 'what the layers of all images weigh'],
    ['varve layers --verify images/', 'with the sizes that only the bytes tell'],
    ['varve layers . --format csv -o layers.csv', 'for a spreadsheet'],
  ],
  defaults: { failOn: 'never', readBodies: false },
  async run(options, context) {
    const { survey, judge } = await import('../survey.js');
    const { layerList } = await import('../../analysis/layers.js');
    const { deliver } = await import('../output.js');
    const { tellUnknownSizes } = await import('../unknown-sizes.js');
    const inventory = await survey(options, context.io, { inventories: true, listsSkipped: false });
    const result = layerList(inventory);
    await deliver(await render(result, options, context), options, context.io);
    await tellUnknownSizes(result.layers, options, context.io);
    return judge(inventory, options.failOn);
  },
};

async function render(result: LayerList, options: CommandOptions, context: Context): Promise<string> {
  const { layersCsv, layersText } = await import('../../report/layers-text.js');
  const { renderNdjson } = await import('../../report/json.js');
  const { renderResult, viewOf } = await import('../render.js');
  if (options.format === 'csv') return layersCsv(result);
  if (options.format === 'ndjson') return renderNdjson(result.layers);
  return renderResult(result, () => layersText(result, viewOf(options)), options, context);
}
