/** The parts that the pages of all documents are made of: sections with their way in, key figures, plain tables. */
import { type Child, html } from './dom.js';

export interface Section {
  /** Anchor of the section. */
  readonly id: string;
  readonly title: string;
  /** For the way in: how many things are in it. */
  readonly count?: string;
  readonly content: readonly Child[];
}

export interface KeyFigure {
  readonly label: string;
  readonly value: Child;
  /** What has to be known beside the figure. */
  readonly notes: readonly Child[];
  readonly tone?: 'good' | 'bad' | 'warn';
}

/** The sections, with a line of links to them. */
export function sectionsOf(sections: readonly Section[]): HTMLElement[] {
  const links = sections.map(({ id, title, count }) =>
    html('a', { href: `#${id}` }, title, count === undefined ? null : html('small', {}, ` ${count}`)),
  );
  return [
    html('nav', { class: 'way', 'aria-label': 'Sections' }, ...links),
    ...sections.map(({ id, title, content }) =>
      html('section', { id, 'aria-labelledby': `${id}-title` }, html('h2', { id: `${id}-title` }, title), ...content),
    ),
  ];
}

/** The figures that are looked at first. */
export function keyFigures(figures: readonly KeyFigure[]): HTMLElement {
  return html(
    'dl',
    { class: 'figures' },
    ...figures.map(({ label, value, notes, tone }) =>
      html(
        'div',
        { class: tone ?? false },
        html('dt', {}, label),
        html('dd', { class: 'value' }, value),
        ...notes.map((text) => html('dd', { class: 'beside' }, text)),
      ),
    ),
  );
}

/** A small table without search or pages; the first column names the row. */
export function plainTable(
  caption: string,
  columns: readonly { readonly title: string; readonly numeric?: boolean }[],
  rows: readonly (readonly Child[])[],
): HTMLElement {
  const traits = columns.map(({ numeric }) => ({ class: numeric === true && 'number' }));
  const head = columns.map(({ title }, index) => html('th', { scope: 'col', ...traits[index] }, title));
  const body = rows.map((row) => html('tr', {}, ...row.map((value, index) => html('td', traits[index] ?? {}, value))));
  return html(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': caption },
    html(
      'table',
      {},
      html('caption', { class: 'hidden' }, caption),
      html('thead', {}, html('tr', {}, ...head)),
      html('tbody', {}, ...body),
    ),
  );
}

/** Labels with what belongs to them, as in the details of a row. */
export function facts(pairs: readonly (readonly [label: string, values: readonly Child[]])[]): HTMLElement {
  return html(
    'dl',
    { class: 'facts' },
    ...pairs
      .filter(([, values]) => values.length > 0)
      .map(([label, values]) =>
        html('div', {}, html('dt', {}, label), ...values.map((value) => html('dd', {}, value))),
      ),
  );
}
