/**
 * The tree of images as text, drawn as `git log --graph` draws commits: the graph and the ID first, what can be cut last.
 * An image stands below the one that it is built on, with what it adds.
 */
import type { ImageTree, TreeNode } from '../../model/results/results.js';
import { type Block, type Cell, cell, gap, line, span, table, type View } from '../blocks/document.js';
import { digestName, imageNames } from '../blocks/names.js';
import { formatCount, formatSize, plural } from '../blocks/units.js';

type TreeImage = ImageTree['images'][number];

/** The graph beside the rows of one node. */
interface Graph {
  /** Of its first line. */
  readonly first: string;
  /** Of the others, as far as they stand in the column of the first. */
  readonly rest: string;
  /** Of those that are set in further, with the line down to what is built on it. */
  readonly inner: string;
}

const branchMark = '○';

/** A row for each image, and for each place where images part; in the verbose view for each layer too. */
export function treeText(tree: ImageTree, view: View): Block[] {
  const { nodes, images, verified } = tree;
  if (images.length === 0) return [line('No image.')];
  const byId = new Map(images.map((image) => [image.id, image]));
  const graphs = graphsOf(nodes);
  const rows = nodes.flatMap((node, position) =>
    nodeRows(node, graphs[position] ?? { first: '', rest: '', inner: '' }, byId, view),
  );
  const columns = [
    { title: 'TREE' },
    { title: 'LAYERS', align: 'right' as const, drop: 1 },
    { title: 'ADDS', align: 'right' as const },
    { title: 'SIZE', align: 'right' as const, drop: 2 },
    { title: 'PLATFORM', drop: 3, shown: view.wide },
    { title: 'IMAGE', min: 16, cut: 'start' as const },
  ];
  return [table(columns, rows), gap, ...summary(nodes, images, verified)];
}

/** The graph of each node, from its depth and those of the nodes that follow it. */
function graphsOf(nodes: readonly TreeNode[]): Graph[] {
  // From the end, at each depth whether a node follows there before one that is higher up.
  const open: boolean[] = [];
  const graphs: Graph[] = [];
  for (const { depth } of [...nodes].reverse()) {
    const inner = open[depth + 1] ? '│  ' : '   ';
    open.length = Math.min(open.length, depth + 1);
    const above = Array.from({ length: Math.max(0, depth - 1) }, (_, i) => (open[i + 1] ? '│  ' : '   ')).join('');
    const first = depth === 0 ? '' : `${above}${open[depth] ? '├─' : '└─'} `;
    const rest = depth === 0 ? '' : `${above}${open[depth] ? '│  ' : '   '}`;
    graphs.push({ first, rest, inner: rest + inner });
    open[depth] = true;
  }
  return graphs.reverse();
}

function nodeRows(
  node: TreeNode,
  { first, rest, inner }: Graph,
  byId: ReadonlyMap<string, TreeImage>,
  view: View,
): Cell[][] {
  const figures = [
    cell(node.depth === 0 ? formatCount(node.layers.length) : `+${formatCount(node.layers.length)}`),
    cell(formatSize(node.addedBytes, node.claimedAddedBytes)),
    cell(formatSize(node.sizeBytes, node.claimedSizeBytes)),
  ];
  const none = figures.map(() => cell(''));
  const images = node.images.flatMap((id) => byId.get(id) ?? []);
  const layers = view.verbose ? node.layers.map((layer) => layerRow(layer, inner, view)) : [];
  if (images.length === 0) {
    const tree = `${first}${branchMark}`;
    return [[cell(tree, 'dim'), ...figures, cell(''), cell('(no image ends here)', 'dim')], ...layers];
  }
  const rows = images.map((image, position) => {
    const names = imageNames(image.references);
    // Images of one node have the same layers: the others stand below the first.
    const graph = position === 0 ? first : `${rest}= `;
    const lines = [`${graph}${digestName(image.id, view.wide)}`, ...names.slice(1).map(() => inner)];
    return [cell(lines), ...(position === 0 ? figures : none), cell(image.platform ?? 'n/a'), cell(names)];
  });
  return [...rows, ...layers];
}

function layerRow(layer: TreeNode['layers'][number], inner: string, view: View): Cell[] {
  const size = cell(formatSize(layer.sizeBytes, layer.claimedSizeBytes), 'dim');
  return [
    cell(`${inner}· ${digestName(layer.diffId, view.wide)}`, 'dim'),
    cell(''),
    size,
    cell(''),
    cell(''),
    cell('', 'dim'),
  ];
}

function summary(nodes: readonly TreeNode[], images: readonly TreeImage[], verified: boolean): Block[] {
  const built = images.filter(({ bases }) => bases.length > 0).length;
  const branches = nodes.some((node) => node.images.length === 0);
  const are = built === 1 ? 'is' : 'are';
  const counts = `${plural(images.length, 'image')}; ${formatCount(built)} ${are} built on another one that is here`;
  return [
    line([span(counts, 'strong'), span(verified ? '.' : ' (unverified).')]),
    ...(branches ? [line([span(`${branchMark} = layers that several images begin with.`, 'dim')])] : []),
  ];
}
