/**
 * Bars of bytes one below the other on one scale, as before and after stand: each of parts in the colours of what they are,
 * with a figure at its end.
 */
import { scaleLinear } from 'd3-scale';
import { formatBytes } from '../../report/blocks/units.js';
import { chart, fitted, showOnHover } from '../parts/chart.js';
import { svg } from '../parts/dom.js';

export interface ByteBar {
  readonly name: string;
  readonly parts: readonly BarPart[];
  /** At the end of the row. */
  readonly figure: string;
}

export interface BarPart {
  /** Class of its colour, as in style.css. */
  readonly fill: string;
  /** What it is, when the pointer is over it. */
  readonly meaning: string;
  readonly bytes: number;
}

const rowHeight = 30;
const barHeight = 18;
/** Narrower than this, names stand above their bars. */
const leastBeside = 560;
const lineHeight = 18;

/** The picture; `label` says what it shows at a glance. */
export function byteBars(label: string, bars: readonly ByteBar[], notes: readonly (string | null)[] = []): HTMLElement {
  return chart({ label, notes, draw: (picture, width) => draw(picture, width, bars) });
}

function draw(picture: SVGSVGElement, width: number, bars: readonly ByteBar[]): number {
  const isNarrow = width < leastBeside;
  const figureWidth = 132;
  const nameWidth = isNarrow ? width - figureWidth : Math.min(280, width * 0.25);
  const height = isNarrow ? rowHeight + lineHeight : rowHeight;
  const longest = Math.max(1, ...bars.map(lengthOf));
  const x = scaleLinear()
    .domain([0, longest])
    .range([0, isNarrow ? width : width - nameWidth - figureWidth]);
  bars.forEach((bar, index) => {
    const top = index * height;
    const name = fitted(bar.name, nameWidth - 14, 'end');
    const place = isNarrow ? { x: 0 } : { x: nameWidth - 10, 'text-anchor': 'end' };
    picture.append(svg('text', { ...place, y: top + 19 }, name));
    let start = isNarrow ? 0 : nameWidth;
    for (const { fill, meaning, bytes } of bar.parts.filter((part) => part.bytes > 0)) {
      // What is there at all is seen.
      const length = Math.max(x(bytes), 1);
      const part = svg('rect', {
        class: `fill-${fill}`,
        x: start,
        y: top + height - rowHeight + (rowHeight - barHeight) / 2,
        width: length,
        height: barHeight,
      });
      showOnHover(part, () => [`${meaning}: ${formatBytes(bytes)}`, bar.name]);
      picture.append(part);
      start += length;
    }
    picture.append(svg('text', { class: 'figure', x: width, y: top + 19, 'text-anchor': 'end' }, bar.figure));
  });
  return bars.length * height;
}

function lengthOf({ parts }: ByteBar): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}
