/** The tree of `varve tree`. */
import { imageTree } from '../../../../analysis/images/image-tree.js';
import type { ImageTree } from '../../../../model/results/results.js';
import { treeMermaid } from '../../../../report/images/tree-mermaid.js';
import { treeText } from '../../../../report/images/tree-text.js';
import { textHasher } from '../../../../scan/hash-text.js';
import { inTurns } from '../../../../sources/steps.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { deliver, type Rendered } from '../../../output/output.js';
import { renderResult, viewOf } from '../../../output/render.js';
import { tellUnknownSizes } from '../../../output/unknown-sizes.js';
import { selectImages } from '../../../selection/select.js';
import { tellSelection } from '../../../selection/selection-remarks.js';
import { judge, survey } from '../../../survey.js';

type Options = CommandOptions<
  'image' | 'filter' | 'format' | 'verbose' | 'now' | 'output' | 'verify' | 'fail-on' | ScanOption
>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const inventory = await survey(options, context.io, { inventories: true, listsSkipped: false });
  const {
    images: [image = null],
    filters,
    now,
  } = options;
  const selection = await inTurns(selectImages(inventory, { image, filters, now }), context.io.signal);
  const { set, images } = selection;
  const only = image === null && filters.conditions.length === 0 ? null : new Set(images.map(({ id }) => id));
  const tree = imageTree(set, inventory, textHasher(options.engine ?? 'node'), only);
  await deliver(render(tree, options, context), options, context.io);
  await tellSelection(image, selection, options, context.io);
  await tellUnknownSizes(
    tree.nodes.flatMap(({ layers }) => layers),
    options,
    context.io,
  );
  return judge(inventory, options.failOn);
}

function render(tree: ImageTree, options: Options, context: Context): Rendered {
  if (options.format === 'mermaid') return treeMermaid(tree);
  return renderResult(tree, () => treeText(tree, viewOf(options)), options, context);
}
