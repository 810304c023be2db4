/**
 * `varve tree`: which images are built on which, over all archives, from the layers that they begin with. It reads no layer
 * bodies unless asked to.
 */
import type { ImageTree } from '../../model/results.js';
import { type Command, type Context, inputsAndImage } from '../command.js';
import { type CommandOptions, scanOptions } from '../options.js';

export const treeCommand: Command = {
  name: 'tree',
  summary: 'base images and what is built on them, by shared layers',
  description:
    'Draws which images are built on which: one whose layers are the first layers of another is its base. With --image or ' +
    '--filter, only these images, what they are built on and what is built on them. Reads headers and documents only; ' +
    '--verify reads every byte.',
  positional: inputsAndImage,
  formats: ['table', 'wide', 'json', 'markdown', 'mermaid'],
  options: ['image', 'filter', 'format', 'verbose', 'now', 'output', 'verify', 'fail-on', ...scanOptions],
  imageWords: 'one',
  examples: [
    ['varve tree images/', 'all images of all archives below a folder'],
    ['varve tree images/ --image debian:12 -v', 'one image with what is built on it, layer by layer'],
    ['varve tree . --format mermaid -o tree.mmd', 'a chart for a page in Markdown'],
  ],
  defaults: { failOn: 'never', readBodies: false },
  async run(options, context) {
    const { survey, judge } = await import('../survey.js');
    const { checkFilters, nowOf, selectImages } = await import('../select.js');
    const { imageTree } = await import('../../analysis/image-tree.js');
    const { textHasher } = await import('../../hash-text.js');
    const { tellSelection } = await import('../selection-remarks.js');
    const { deliver } = await import('../output.js');
    const { tellUnknownSizes } = await import('../unknown-sizes.js');
    checkFilters(options);
    const inventory = await survey(options, context.io, { inventories: true, listsSkipped: false });
    const { image, filters } = options;
    const selection = selectImages(inventory, { image, filters, now: nowOf(options) });
    const { set, images } = selection;
    const only = image === null && filters.length === 0 ? null : new Set(images.map(({ id }) => id));
    const tree = imageTree(set, inventory, textHasher(options.engine ?? 'node'), only);
    await deliver(await render(tree, options, context), options, context.io);
    await tellSelection(image, selection, options, context.io);
    await tellUnknownSizes(
      tree.nodes.flatMap(({ layers }) => layers),
      options,
      context.io,
    );
    return judge(inventory, options.failOn);
  },
};

async function render(tree: ImageTree, options: CommandOptions, context: Context): Promise<string> {
  if (options.format === 'mermaid') {
    const { treeMermaid } = await import('../../report/tree-mermaid.js');
    return treeMermaid(tree);
  }
  const { treeText } = await import('../../report/tree-text.js');
  const { renderResult, viewOf } = await import('../render.js');
  return renderResult(tree, () => treeText(tree, viewOf(options)), options, context);
}
