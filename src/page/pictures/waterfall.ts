/**
 * From all bytes to those that are needed: one bar for each class, each beginning where the one above it ends. Classes
 * without a byte stand in the table below and not in the picture.
 */
import { scaleLinear } from 'd3-scale';
import type { Reclaim } from '../../model/results/results.js';
import { byteClasses } from '../../report/blocks/byte-classes.js';
import { formatBytes, formatShare } from '../../report/blocks/units.js';
import { chart, showOnHover } from '../parts/chart.js';
import { svg } from '../parts/dom.js';

interface Step {
  readonly name: string;
  readonly note: string;
  readonly bytes: number;
  /** Where the bar begins and ends, in bytes from the left. */
  readonly from: number;
  readonly to: number;
}

const rowHeight = 30;
const barHeight = 18;
const labelWidth = 104;
const figureWidth = 122;

/** The picture for these classes. */
export function waterfall(reclaim: Reclaim): HTMLElement {
  const steps = stepsOf(reclaim);
  const said = steps.map(({ name, bytes }) => `${name} ${formatBytes(bytes)}`).join(', ');
  return chart({
    label: `From all bytes to those that are needed: ${said}. The table below has the same figures.`,
    draw: (picture, width) => draw(picture, width, steps, reclaim),
  });
}

function stepsOf(reclaim: Reclaim): Step[] {
  const { totalBytes, neededBytes } = reclaim;
  const steps: Step[] = [
    { name: 'total', note: 'all bytes of these archives', bytes: totalBytes, from: 0, to: totalBytes },
  ];
  let left = totalBytes;
  for (const { name, key, meaning, reclaimable } of byteClasses) {
    const bytes = reclaim[key];
    if (key === 'neededBytes' || bytes === 0) continue;
    steps.push({ name, note: `${meaning}${reclaimable ? ': can go' : ''}`, bytes, from: left - bytes, to: left });
    left -= bytes;
  }
  const needed = byteClasses.find(({ key }) => key === 'neededBytes');
  return [...steps, { name: 'needed', note: needed?.meaning ?? '', bytes: neededBytes, from: 0, to: neededBytes }];
}

function draw(picture: SVGSVGElement, width: number, steps: readonly Step[], reclaim: Reclaim): number {
  const x = scaleLinear()
    .domain([0, Math.max(reclaim.totalBytes, 1)])
    .range([labelWidth, width - figureWidth]);
  steps.forEach(({ name, note, bytes, from, to }, index) => {
    const top = index * rowHeight;
    const left = x(from);
    const next = steps[index + 1];
    const bar = svg('rect', {
      class: `fill-${name}`,
      x: left,
      y: top + (rowHeight - barHeight) / 2,
      // What is there at all is seen.
      width: Math.max(x(to) - left, 2),
      height: barHeight,
      rx: 2,
    });
    // The next bar ends where this one begins; the first and the last stand on zero.
    const edge = index === 0 ? x(to) : left;
    const join = svg('line', { class: 'guide', x1: edge, x2: edge, y1: top + 24, y2: top + rowHeight + 6 });
    const row = svg(
      'g',
      {},
      svg('rect', { class: 'hit', x: 0, y: top, width, height: rowHeight }),
      svg('text', { x: labelWidth - 10, y: top + 19, 'text-anchor': 'end' }, name),
      bar,
      next === undefined ? '' : join,
      svg(
        'text',
        { class: 'figure', x: width, y: top + 19, 'text-anchor': 'end' },
        `${formatBytes(bytes)} · ${formatShare(bytes, reclaim.totalBytes)}`,
      ),
    );
    showOnHover(row, () => [`${name}: ${formatBytes(bytes)}`, note]);
    picture.append(row);
  });
  return steps.length * rowHeight;
}
