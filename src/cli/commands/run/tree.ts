/** The tree of `varve tree`. */
import { imageTree } from '../../../analysis/image-tree.js';
import { textHasher } from '../../../hash-text.js';
import type { ImageTree } from '../../../model/results.js';
import { treeMermaid } from '../../../report/tree-mermaid.js';
import { treeText } from '../../../report/tree-text.js';
import type { Context } from '../../command.js';
import type { Outcome } from '../../exit-codes.js';
import type { ScanOption } from '../../options.js';
import { deliver, type Rendered } from '../../output.js';
import type { CommandOptions } from '../../read-options.js';
import { renderResult, viewOf } from '../../render.js';
import { selectImages } from '../../select.js';
import { tellSelection } from '../../selection-remarks.js';
import { judge, survey } from '../../survey.js';
import { tellUnknownSizes } from '../../unknown-sizes.js';

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
  const selection = selectImages(inventory, { image, filters, now });
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
