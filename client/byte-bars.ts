/**
 * Bars of bytes one below the other on one scale, as before and after stand: each of parts in the colours of what they are,
 * with a figure at its end.
 */
import { scaleLinear } from 'd3-scale';
import { formatBytes } from '../src/report/units.js';
import { chart, explain, fitted } from './chart.js';
import { svg } from './dom.js';

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

/** The picture; `label` says what it shows at a glance. */
export function byteBars(label: string, bars: readonly ByteBar[], notes: readonly (string | null)[] = []): HTMLElement {
  return chart({ label, notes, draw: (picture, width) => draw(picture, width, bars) });
}

function draw(picture: SVGSVGElement, width: number, bars: readonly ByteBar[]): number {
  const nameWidth = Math.min(280, Math.max(80, width * 0.25));
  const figureWidth = 132;
  const longest = Math.max(1, ...bars.map(lengthOf));
  const x = scaleLinear()
    .domain([0, longest])
    .range([0, Math.max(width - nameWidth - figureWidth, 40)]);
  bars.forEach((bar, index) => {
    const top = index * rowHeight;
    let start = nameWidth;
    const name = fitted(bar.name, nameWidth - 14, 'end');
    picture.append(svg('text', { x: nameWidth - 10, y: top + 19, 'text-anchor': 'end' }, name));
    for (const { fill, meaning, bytes } of bar.parts.filter((part) => part.bytes > 0)) {
      // What is there at all is seen.
      const length = Math.max(x(bytes), 1);
      const part = svg('rect', {
        class: `fill-${fill}`,
        x: start,
        y: top + (rowHeight - barHeight) / 2,
        width: length,
        height: barHeight,
      });
      explain(part, () => [`${meaning}: ${formatBytes(bytes)}`, bar.name]);
      picture.append(part);
      start += length;
    }
    picture.append(svg('text', { class: 'figure', x: width, y: top + 19, 'text-anchor': 'end' }, bar.figure));
  });
  return bars.length * rowHeight;
}

function lengthOf({ parts }: ByteBar): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}
