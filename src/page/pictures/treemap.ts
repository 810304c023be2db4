/**
 * The treemap: bytes by image, and within an image by layer. The area of an image is its `attributedBytes`, so the whole
 * is every distinct layer once; a layer of several images is paler and has an equal part in each of them.
 */
import { type HierarchyRectangularNode, hierarchy, treemap, treemapSquarify } from 'd3-hierarchy';
import type { Report, ReportImage } from '../../model/results/results.js';
import { digestName } from '../../report/blocks/names.js';
import { formatBytes, formatCount, plural } from '../../report/blocks/units.js';
import { chart, fitted, legend, showOnHover } from '../parts/chart.js';
import { html, svg } from '../parts/dom.js';
import { imageName } from '../parts/names.js';
import { type ImageTile, type LayerTile, type RestTile, type TreemapTree, treemapTree } from './treemap-tree.js';

type Tile = ImageTile | LayerTile | RestTile | { readonly kind: 'whole'; readonly tiles: TreemapTree['tiles'] };
type Placed = HierarchyRectangularNode<Tile>;

const headHeight = 18;
const leastLabelWidth = 44;
const leastLabelHeight = 18;

/** The picture of these images; nothing where no size is known. */
export function imageTreemap(report: Pick<Report, 'images' | 'layers'>): HTMLElement | null {
  const tree = treemapTree(report);
  if (tree.tiles.length === 0) return null;
  const rest = tree.tiles.reduce((sum, tile) => sum + (tile.kind === 'rest' ? tile.images : 0), 0);
  const first = tree.tiles[0];
  const largest = first?.kind === 'image' ? `; the largest is ${imageName(first.image)}` : '';
  const states = new Set(tree.tiles.flatMap((tile) => (tile.kind === 'image' ? [tile.image.state] : [])));
  const picture = chart({
    label: `Treemap of the layers of ${plural(report.images.length, 'image')}${largest}. The table of images has the same figures.`,
    draw: (target, width) => draw(target, width, tree),
    notes: [
      'Area: the bytes of each distinct layer, uncompressed, once; a layer of several images is divided among them.',
      rest === 0
        ? null
        : `${rest === report.images.length ? `All ${formatCount(rest)}` : `The ${formatCount(rest)} smallest`} images are grouped by where their names begin; the table has each.`,
      tree.unknown === 0
        ? null
        : `${plural(tree.unknown, 'image')} of unknown size ${tree.unknown === 1 ? 'is' : 'are'} not drawn.`,
    ],
  });
  const kinds = [
    ['live', 'live'],
    ['dangling', 'dangling'],
    ['superseded', 'superseded'],
  ] as const;
  return html(
    'div',
    {},
    legend([
      ...kinds.filter(([state]) => states.has(state)),
      ...(states.size === 0 ? [] : [['live shared', 'pale: shared with other images'] as const]),
      ...(rest === 0 ? [] : [['rest', 'groups of smaller images'] as const]),
    ]),
    picture,
  );
}

function draw(picture: SVGSVGElement, width: number, { tiles }: TreemapTree): number {
  const height = Math.round(Math.min(Math.max(width * 0.46, 260), 540));
  const root = hierarchy<Tile>({ kind: 'whole', tiles }, childrenOf).sum((tile) =>
    tile.kind === 'layer' || tile.kind === 'rest' ? tile.areaBytes : 0,
  );
  const placed = treemap<Tile>()
    .size([width, height])
    .tile(treemapSquarify.ratio(1.4))
    .paddingInner(1)
    .paddingTop((node) => (node.depth === 1 && node.data.kind === 'image' ? headHeight : 0))
    .round(true)(root);
  for (const node of placed.children ?? []) picture.append(drawTile(node));
  return height;
}

function childrenOf(tile: Tile): readonly Tile[] | null {
  if (tile.kind === 'whole') return tile.tiles;
  return tile.kind === 'image' ? tile.parts : null;
}

function drawTile(node: Placed): SVGGElement {
  const { data } = node;
  const group = svg('g', { class: 'tile' });
  if (data.kind === 'rest') {
    const name = data.name ?? 'others';
    const images = plural(data.images, 'image');
    group.append(box(node, 'fill-rest'), ...label(node, { text: name, down: 15, keep: 'end' }));
    if (node.y1 - node.y0 > 2 * leastLabelHeight) group.append(...label(node, { text: images, down: 31 }));
    showOnHover(group, () => [name, `${images}, ${formatBytes(data.areaBytes)} together`]);
  }
  if (data.kind !== 'image') return group;
  const { image } = data;
  group.append(box(node, `head-${image.state}`), ...label(node, { text: imageName(image), down: 13, keep: 'end' }));
  for (const part of node.children ?? []) {
    if (part.data.kind === 'layer') group.append(drawLayer(part, part.data, image));
  }
  return group;
}

function drawLayer(place: Placed, layer: LayerTile, image: ReportImage): SVGGElement {
  const solid = layer.images === 1;
  const tile = svg('g', {}, box(place, `fill-${image.state}${solid ? '' : ' shared'}`));
  if (place.y1 - place.y0 > leastLabelHeight) {
    tile.append(...label(place, { text: formatBytes(layer.sizeBytes), down: 13, solid }));
  }
  showOnHover(tile, () => [
    imageName(image),
    `${image.state}, ${formatBytes(image.attributedBytes)} of ${formatBytes(image.sizeBytes)} are its part`,
    ...layerLines(layer),
  ]);
  return tile;
}

function layerLines(layer: LayerTile): string[] {
  if (layer.layers > 1) return [`${layer.layers} smaller layers, ${formatBytes(layer.sizeBytes)}`];
  const one = `layer ${digestName(layer.diffId, false)}, ${formatBytes(layer.sizeBytes)}`;
  return layer.images === 1 ? [one, 'in no other image'] : [one, `in ${layer.images} images: a part of it in each`];
}

function box({ x0, x1, y0, y1 }: Placed, name: string): SVGRectElement {
  return svg('rect', { class: name, x: x0, y: y0, width: Math.max(x1 - x0, 0), height: Math.max(y1 - y0, 0) });
}

interface Label {
  readonly text: string;
  /** Baseline below the upper edge, in pixels. */
  readonly down: number;
  readonly keep?: 'start' | 'end';
  /** Written on a full colour. */
  readonly solid?: boolean;
}

/** The text in a tile, as much of it as fits; none where next to nothing fits. */
function label({ x0, x1, y0 }: Placed, { text, down, keep = 'start', solid = false }: Label): SVGTextElement[] {
  const width = x1 - x0;
  if (width < leastLabelWidth) return [];
  const shown = fitted(text, width - 10, keep);
  return [svg('text', { class: solid && 'solid', x: x0 + 5, y: y0 + down }, shown)];
}
