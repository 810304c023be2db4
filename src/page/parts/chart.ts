/**
 * What all pictures have in common: a frame with a name, a drawing that follows the width of the page, a note for what
 * a hovered part stands for, a legend. A picture is one image to assistive technology; a table says the same in words.
 */
import { type Child, html, svg } from './dom.js';

export interface Chart {
  /** What the picture shows, and what it shows at a glance: the name that is read out. */
  readonly label: string;
  /** Draws into an empty picture of that width and returns its height, both in pixels. */
  readonly draw: (picture: SVGSVGElement, width: number) => number;
  /** What stands below: what is grouped, what is not drawn. */
  readonly notes?: readonly (string | null)[];
}

const leastWidth = 280;
/** Of wide fonts at 12 px, in pixels. */
const characterWidth = 7.4;

/** The picture in its frame. It is drawn again when its width changes. */
export function chart({ label, draw, notes = [] }: Chart): HTMLElement {
  const picture = svg('svg', { role: 'img', 'aria-label': label });
  const host = html('div', { class: 'picture' }, picture);
  let drawn = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.max(leastWidth, Math.floor(entry?.contentRect.width ?? 0));
    if (width === drawn) return;
    drawn = width;
    picture.replaceChildren();
    const height = Math.ceil(draw(picture, width));
    for (const [name, value] of Object.entries({ viewBox: `0 0 ${width} ${height}`, width, height })) {
      picture.setAttribute(name, String(value));
    }
  }).observe(host);
  const shown = notes.filter((note) => note !== null);
  return html('figure', {}, host, shown.length === 0 ? null : html('figcaption', {}, shown.join(' ')));
}

const note = html('div', { class: 'note', 'aria-hidden': 'true' });

/** Lines that are shown while the pointer is over the element; the first is the strongest. */
export function showOnHover(element: Element, lines: () => readonly string[]): void {
  element.addEventListener('pointermove', (event) => {
    if (!(event instanceof PointerEvent)) return;
    if (!note.isConnected) document.body.append(note);
    note.replaceChildren(...lines().map((text, index) => html(index === 0 ? 'strong' : 'span', {}, text)));
    note.classList.add('on');
    const { offsetWidth, offsetHeight } = note;
    note.style.left = `${Math.max(4, Math.min(event.clientX + 14, innerWidth - offsetWidth - 8))}px`;
    const below = event.clientY + 18;
    note.style.top = `${below + offsetHeight > innerHeight ? event.clientY - offsetHeight - 12 : below}px`;
  });
  element.addEventListener('pointerleave', () => note.classList.remove('on'));
}

/** Swatches with their words; `name` is the class of the colour. */
export function legend(items: readonly (readonly [name: string, text: string])[]): HTMLElement {
  return html('ul', { class: 'legend' }, ...items.map(([name, text]) => html('li', {}, swatch(name), text)));
}

/** A small square in the colour of that class. */
export function swatch(name: string): Child {
  return svg(
    'svg',
    { class: 'swatch', width: 12, height: 12, 'aria-hidden': 'true' },
    svg('rect', {
      class: `fill-${name}`,
      width: 12,
      height: 12,
      rx: 2,
    }),
  );
}

/** About as much of a text as fits into that many pixels at 12 px; a name keeps its end, where the tag is. */
export function fitted(text: string, width: number, keep: 'start' | 'end' = 'start'): string {
  const characters = Math.floor(width / characterWidth);
  if (text.length <= characters) return text;
  if (characters < 4) return '';
  return keep === 'start' ? `${text.slice(0, characters - 1)}…` : `…${text.slice(1 - characters)}`;
}
