/**
 * `varve df`: where the bytes are, in the shape of `docker system df`. With -v also the images, layers and archives that
 * make up the totals. Reads no layer bodies unless asked to.
 */
import { type Command, inputs } from '../command.js';
import { scanOptions } from '../options.js';

export const dfCommand: Command = {
  name: 'df',
  summary: 'totals: how much there is, how much is active, how much can go',
  description:
    'Shows the totals as docker system df does. Reads headers and documents only; --verify reads every byte.',
  positional: inputs,
  formats: ['table', 'wide', 'json', 'markdown'],
  options: ['format', 'output', 'verbose', 'verify', 'fail-on', ...scanOptions],
  examples: [
    ['varve df images/', 'the totals of all archives below a folder'],
    ['varve df -v images/', 'with each image, layer and archive'],
    ['varve df before.json', 'of an inventory that varve scan wrote'],
  ],
  defaults: { failOn: 'never', readBodies: false },
  async run(options, context) {
    const { survey, judge } = await import('../survey.js');
    const { diskUsage } = await import('../../analysis/disk-usage.js');
    const { layerList } = await import('../../analysis/layers.js');
    const { report } = await import('../../analysis/report.js');
    const { diskUsageText } = await import('../../report/disk-usage-text.js');
    const { renderResult, viewOf } = await import('../render.js');
    const { deliver } = await import('../output.js');
    const { tellUnknownSizes } = await import('../unknown-sizes.js');
    const inventory = await survey(options, context.io, { inventories: true, listsSkipped: false });
    const result = diskUsage(inventory);
    const details = options.verbose ? { report: report(inventory), layers: layerList(inventory) } : null;
    await deliver(
      renderResult(result, () => diskUsageText(result, details, viewOf(options)), options, context),
      options,
      context.io,
    );
    // The totals are of stored bytes; only the tables below them have sizes that can be unknown.
    if (details !== null && options.format !== 'json') {
      await tellUnknownSizes(details.layers.layers, options, context.io);
    }
    return judge(inventory, options.failOn);
  },
};
