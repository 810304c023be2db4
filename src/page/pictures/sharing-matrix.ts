/**
 * Which images share what: a row for each image, a column for each layer that several images have, a mark where they
 * meet. Above a column stands the size of the layer, beside a row what of the image is shared.
 */
import { scaleBand, scaleLinear } from 'd3-scale';
import type { Report, ReportImage } from '../../model/results/results.js';
import { digestName } from '../../report/blocks/names.js';
import { formatBytes, formatCount, formatSize, plural } from '../../report/blocks/units.js';
import { chart, fitted, showOnHover } from '../parts/chart.js';
import { svg } from '../parts/dom.js';
import { imageName } from '../parts/names.js';
import { type GridColumn, type GridRow, type SharingGrid, sharingGrid } from './sharing-grid.js';

interface Frame {
  readonly picture: SVGSVGElement;
  readonly left: number;
  /** Where the columns end and the bars of the rows begin. */
  readonly right: number;
  /** Of the part with the bars of the rows: what the columns leave of the width. */
  readonly barsWidth: number;
  /** Of the longest bar; 0 for figures alone. */
  readonly longestBar: number;
  readonly column: (index: number) => number;
  readonly columnWidth: number;
}

const headHeight = 100;
const highestBar = headHeight - 58;
const turnedTop = headHeight - 10 - highestBar;
const rowHeight = 22;
const leastBars = 150;
/** Narrower than this, the figures of the rows stand without bars, and the names have their room. */
const leastWithBars = 560;
const figureWidth = 72;
const widestColumn = 64;
/** From here on the size of a layer has room above its column without being turned. */
const uprightWidth = 54;

/** The picture; nothing where no layer is in two images. */
export function sharingMatrix(report: Pick<Report, 'images' | 'layers'>): HTMLElement | null {
  const grid = sharingGrid(report);
  if (grid.rows.length === 0) return null;
  const top = grid.columns[0]?.layer;
  const most =
    top === undefined ? '' : ` Layer ${digestName(top.diffId, false)} is in ${plural(top.images.length, 'image')}.`;
  return chart({
    label: `Matrix of ${plural(grid.rows.length, 'image')} and ${plural(grid.columns.length, 'shared layer')}.${most} The tables of images and layers have the same figures.`,
    draw: (picture, width) => draw(picture, width, grid),
    notes: [
      'Bars above: size of the layer. On the right: what of the image other images have too.',
      grid.restImages === 0
        ? null
        : `The last row stands for the ${plural(grid.restImages, 'image')} that share less; the table has them all.`,
      grid.restLayers === 0 ? null : `The last column stands for the ${plural(grid.restLayers, 'other shared layer')}.`,
    ],
  });
}

function draw(picture: SVGSVGElement, width: number, grid: SharingGrid): number {
  const { columns, rows, restImages, restLayers } = grid;
  const frame = frameOf(picture, width, columns.length + (restLayers === 0 ? 0 : 1));
  drawHead(frame, columns, restLayers);
  const most = Math.max(1, ...rows.map(({ image }) => image.sizeBytes ?? 0));
  rows.forEach((row, index) => {
    const y = headHeight + index * rowHeight;
    picture.append(...(index % 2 === 0 ? [stripe(frame, y)] : []), rowName(frame, y, imageName(row.image)));
    drawMarks(frame, y, row, grid);
    drawShare(frame, y, row.image, most);
  });
  const end = headHeight + rows.length * rowHeight;
  if (restImages > 0) drawRest(frame, end, grid);
  return end + (restImages > 0 ? rowHeight : 0) + 4;
}

function frameOf(picture: SVGSVGElement, width: number, slots: number): Frame {
  const isNarrow = width < leastWithBars;
  const least = isNarrow ? figureWidth : leastBars;
  const left = isNarrow ? width * 0.4 : Math.min(340, width * 0.26);
  const room = Math.max(width - left - least, 60);
  const right = left + Math.min(room, slots * widestColumn);
  const band = scaleBand<number>()
    .domain(Array.from({ length: slots }, (_, index) => index))
    .range([left, right])
    .paddingInner(0.14);
  const barsWidth = Math.max(width - right, least);
  return {
    picture,
    left,
    right,
    barsWidth,
    longestBar: isNarrow ? 0 : barsWidth - figureWidth - 12,
    column: (index) => band(index) ?? 0,
    columnWidth: band.bandwidth(),
  };
}

function drawMarks(frame: Frame, y: number, { image, has, restLayers }: GridRow, grid: SharingGrid): void {
  grid.columns.forEach(({ layer }, index) => {
    const held = has[index] === true;
    const cell = svg('rect', {
      class: held ? `fill-${image.state}` : 'empty',
      x: frame.column(index),
      y: y + 3,
      width: frame.columnWidth,
      height: rowHeight - 6,
      rx: 2,
    });
    showOnHover(cell, () => [imageName(image), `${held ? 'has' : 'does not have'} ${layerName(layer)}`]);
    frame.picture.append(cell);
  });
  if (grid.restLayers === 0) return;
  const lines = () => [imageName(image), plural(restLayers, 'further shared layer')];
  frame.picture.append(numberMark(frame, y, { index: grid.columns.length, number: restLayers }, lines));
}

/** The row of all images that have none of their own. */
function drawRest(frame: Frame, y: number, { columns, restImages }: SharingGrid): void {
  const name = plural(restImages, 'more image');
  frame.picture.append(rowName(frame, y, name));
  columns.forEach(({ layer, restImages: having }, index) => {
    const lines = () => [`${formatCount(having)} of ${name}`, layerName(layer)];
    frame.picture.append(numberMark(frame, y, { index, number: having }, lines));
  });
}

function drawHead(frame: Frame, columns: readonly GridColumn[], restLayers: number): void {
  const largest = Math.max(1, ...columns.map(({ layer }) => layer.sizeBytes ?? 0));
  const y = scaleLinear().domain([0, largest]).range([0, highestBar]);
  columns.forEach(({ layer }, index) => {
    const height = Math.max(y(layer.sizeBytes ?? 0), 2);
    const x = frame.column(index);
    const bar = svg('rect', {
      class: 'fill-live',
      x,
      y: headHeight - 6 - height,
      width: frame.columnWidth,
      height,
      rx: 1,
    });
    showOnHover(bar, () => [
      layerName(layer),
      `in ${plural(layer.images.length, 'image')}, stored ${plural(layer.copies.length, 'time')}: ${formatBytes(layer.storedBytes)}`,
    ]);
    frame.picture.append(bar);
    if (frame.columnWidth < 18) return;
    const middle = x + frame.columnWidth / 2 + 3;
    const top = headHeight - 10 - height;
    const place =
      frame.columnWidth < uprightWidth
        ? // All from one height, or those of low bars would run into their neighbours.
          { x: middle, y: turnedTop, transform: `rotate(-50 ${middle} ${turnedTop})` }
        : { x: x + frame.columnWidth / 2, y: top, 'text-anchor': 'middle' };
    const figure = formatSize(layer.sizeBytes, layer.claimedSizeBytes);
    frame.picture.append(svg('text', { class: 'small', ...place }, figure));
  });
  if (restLayers > 0) {
    const x = frame.column(columns.length);
    frame.picture.append(svg('text', { class: 'small', x, y: headHeight - 8 }, `+${formatCount(restLayers)}`));
  }
}

function drawShare({ picture, right, longestBar }: Frame, y: number, image: ReportImage, most: number): void {
  const { sharedBytes, sizeBytes } = image;
  const shared = formatSize(sharedBytes, image.claimedSharedBytes);
  const x = scaleLinear().domain([0, most]).range([0, longestBar]);
  const start = right + 12;
  const bar = (name: string, bytes: number | null) =>
    svg('rect', { class: name, x: start, y: y + 6, width: x(bytes ?? 0), height: rowHeight - 12, rx: 1 });
  picture.append(
    ...(longestBar === 0 ? [] : [bar('fill-live shared', sizeBytes), bar('fill-live', sharedBytes)]),
    svg('text', { class: 'small', x: start + x(sizeBytes ?? 0) + 6, y: y + 15 }, shared),
  );
}

function stripe({ right, barsWidth }: Frame, y: number): SVGRectElement {
  return svg('rect', { class: 'stripe', x: 0, y, width: right + barsWidth, height: rowHeight });
}

function rowName({ left }: Frame, y: number, name: string): SVGTextElement {
  return svg('text', { x: left - 10, y: y + 15, 'text-anchor': 'end' }, fitted(name, left - 12, 'end'));
}

/** A number where the others have a mark; one that does not fit is written in the note alone. */
function numberMark(
  { column, columnWidth }: Frame,
  y: number,
  place: { readonly index: number; readonly number: number },
  lines: () => string[],
): SVGElement {
  const fits = String(place.number).length * 6.6 <= columnWidth + 2;
  const text = place.number === 0 ? '·' : fits ? String(place.number) : '#';
  const middle = column(place.index) + columnWidth / 2;
  const written = svg('text', { class: 'small', x: middle, y: y + 15, 'text-anchor': 'middle' }, text);
  showOnHover(written, lines);
  return written;
}

function layerName({ diffId, sizeBytes, claimedSizeBytes }: GridColumn['layer']): string {
  return `layer ${digestName(diffId, false)}, ${formatSize(sizeBytes, claimedSizeBytes)}`;
}
