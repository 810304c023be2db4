/** One bar of all classes of bytes, as long as its bytes beside those of the longest. */
import { scaleLinear } from 'd3-scale';
import type { Reclaim } from '../../model/results/results.js';
import { byteClasses } from '../../report/blocks/byte-classes.js';
import { formatBytes } from '../../report/blocks/units.js';
import { legend, showOnHover } from '../parts/chart.js';
import { svg } from '../parts/dom.js';

/** For a cell of a table, whose other cells have the figures; `longest` is in bytes. */
export function classBar(reclaim: Reclaim, longest: number, width: number, height = 12): SVGSVGElement {
  const x = scaleLinear()
    .domain([0, Math.max(longest, 1)])
    .range([0, width]);
  const picture = svg('svg', { class: 'class-bar', width, height, 'aria-hidden': 'true' });
  let start = 0;
  for (const { name, key } of byteClasses) {
    const bytes = reclaim[key];
    if (bytes === 0) continue;
    const part = svg('rect', { class: `fill-${name}`, x: x(start), y: 0, width: Math.max(x(bytes), 1), height });
    showOnHover(part, () => [`${name}: ${formatBytes(bytes)}`]);
    picture.append(part);
    start += bytes;
  }
  return picture;
}

/** The colours of the classes that have a byte in one of these. */
export function classLegend(all: readonly Reclaim[]): HTMLElement {
  const present = byteClasses.filter(({ key }) => all.some((reclaim) => reclaim[key] > 0));
  return legend(present.map(({ name }) => [name, name] as const));
}
