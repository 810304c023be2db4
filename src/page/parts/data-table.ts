/**
 * A table that can be searched, sorted and paged with mouse and keyboard. Only one page of rows is in the document at a
 * time, so thousands of rows cost no more than fifty; search and sorting always see all of them.
 */
import { formatCount, plural } from '../../report/blocks/units.js';
import { type Child, html } from './dom.js';
import { matchingRows, pageOf, type SortKey, sortedRows } from './table-rows.js';

export interface DataColumn<Row> {
  readonly title: string;
  /** Right-aligned, figures of equal width. */
  readonly numeric?: boolean;
  readonly show: (row: Row) => Child | readonly Child[];
  /** Without it the column cannot be sorted. */
  readonly sortBy?: (row: Row) => SortKey;
}

export interface DataTable<Row> {
  /** What the rows are, as the table is announced. */
  readonly caption: string;
  /** One row, and several: `image`, `images`. */
  readonly noun: readonly [one: string, many: string];
  readonly columns: readonly DataColumn<Row>[];
  readonly rows: readonly Row[];
  /** All that a search can find in a row, also what is cut short in the table. */
  readonly searchIn: (row: Row) => readonly (string | null)[];
  /** What a row says when it is opened. */
  readonly detail?: (row: Row) => Node;
  /** Title of the column that is sorted at first; without it, the order of the rows. */
  readonly sorted?: { readonly title: string; readonly descending: boolean };
}

const pageSizes = [50, 200, 1000] as const;

/** The table with its search field and its pages. */
export function dataTable<Row>(facts: DataTable<Row>): HTMLElement {
  return new LiveTable(facts).element;
}

class LiveTable<Row> {
  readonly element: HTMLElement;
  readonly #facts: DataTable<Row>;
  readonly #texts = new Map<Row, string>();
  readonly #body = html('tbody');
  readonly #status = html('span', { role: 'status' });
  readonly #heads: readonly HTMLTableCellElement[];
  readonly #pager: Pager;
  readonly #search: HTMLInputElement;
  #sortedBy: DataColumn<Row> | null;
  #descending: boolean;

  constructor(facts: DataTable<Row>) {
    this.#facts = facts;
    this.#descending = facts.sorted?.descending ?? false;
    this.#sortedBy = facts.columns.find(({ title }) => title === facts.sorted?.title) ?? null;
    this.#heads = facts.columns.map((column) => this.#head(column));
    this.#pager = new Pager(facts.caption, () => this.#draw());
    this.#search = html('input', {
      type: 'search',
      'aria-label': `Search: ${facts.caption}`,
      placeholder: `Search ${formatCount(facts.rows.length)} ${facts.noun[facts.rows.length === 1 ? 0 : 1]}`,
      spellcheck: 'false',
    });
    this.#search.addEventListener('input', () => this.#pager.first());
    const opener = facts.detail === undefined ? [] : [html('td')];
    const table = html(
      'table',
      {},
      html('caption', { class: 'hidden' }, facts.caption),
      html('thead', {}, html('tr', {}, ...opener, ...this.#heads)),
      this.#body,
    );
    this.element = html(
      'div',
      { class: 'data-table' },
      html('div', { class: 'bar' }, this.#search, this.#status),
      html('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': facts.caption }, table),
      this.#pager.element,
    );
    this.#draw();
  }

  #head(column: DataColumn<Row>): HTMLTableCellElement {
    const head = html('th', { scope: 'col', class: column.numeric === true && 'number' });
    if (column.sortBy === undefined) {
      head.append(column.title);
      return head;
    }
    const button = html('button', { type: 'button' }, column.title);
    button.addEventListener('click', () => {
      // What is large is looked for first, names from a to z.
      this.#descending = this.#sortedBy === column ? !this.#descending : column.numeric === true;
      this.#sortedBy = column;
      this.#pager.first();
    });
    head.append(button);
    return head;
  }

  #draw(): void {
    const { rows, columns, noun } = this.#facts;
    const found = matchingRows(rows, this.#search.value, (row) => this.#textOf(row));
    const key = this.#sortedBy?.sortBy;
    const ordered = key === undefined ? found : sortedRows(found, key, this.#descending);
    const page = this.#pager.show(ordered.length);
    this.#body.replaceChildren(...ordered.slice(page.start, page.end).flatMap((row) => this.#rowOf(row)));
    columns.forEach((column, index) => {
      const order = column !== this.#sortedBy ? 'none' : this.#descending ? 'descending' : 'ascending';
      if (column.sortBy !== undefined) this.#heads[index]?.setAttribute('aria-sort', order);
    });
    const range = page.count > 1 ? `${formatCount(page.start + 1)} to ${formatCount(page.end)} of ` : '';
    const all = plural(rows.length, ...noun);
    const some = `${formatCount(found.length)} of ${all}`;
    this.#status.textContent = `${range}${found.length === rows.length ? all : some}`;
  }

  #textOf(row: Row): string {
    const known = this.#texts.get(row);
    if (known !== undefined) return known;
    const text = this.#facts.searchIn(row).join('\n').toLowerCase();
    this.#texts.set(row, text);
    return text;
  }

  #rowOf(row: Row): HTMLTableRowElement[] {
    const { columns, detail } = this.#facts;
    const cells = columns.map(({ numeric, show }) => {
      const shown = show(row);
      const children = Array.isArray(shown) ? (shown as readonly Child[]) : [shown as Child];
      return html('td', { class: numeric === true && 'number' }, ...children);
    });
    if (detail === undefined) return [html('tr', {}, ...cells)];
    const button = html('button', { type: 'button', class: 'open', 'aria-expanded': 'false', 'aria-label': 'Details' });
    const line = html('tr', {}, html('td', {}, button), ...cells);
    button.addEventListener('click', () => {
      const open = button.getAttribute('aria-expanded') === 'true';
      button.setAttribute('aria-expanded', String(!open));
      if (open) line.nextElementSibling?.remove();
      else line.after(html('tr', { class: 'detail' }, html('td', { colspan: columns.length + 1 }, detail(row))));
    });
    return [line];
  }
}

/** The buttons below a table; hidden where everything is on one page. */
class Pager {
  readonly element: HTMLElement;
  readonly #previous = html('button', { type: 'button' }, 'Previous');
  readonly #next = html('button', { type: 'button' }, 'Next');
  readonly #place = html('span');
  readonly #sizes: HTMLSelectElement;
  readonly #redraw: () => void;
  #number = 0;

  constructor(caption: string, redraw: () => void) {
    this.#redraw = redraw;
    const options = [...pageSizes.map(String), 'all'].map((name) => html('option', { value: name }, name));
    this.#sizes = html('select', { 'aria-label': `Rows on a page: ${caption}` }, ...options);
    this.element = html(
      'nav',
      { class: 'pager', 'aria-label': `Pages: ${caption}` },
      this.#previous,
      this.#place,
      this.#next,
      html('span', { class: 'dim' }, 'rows on a page'),
      this.#sizes,
    );
    this.#previous.addEventListener('click', () => this.#go(this.#number - 1));
    this.#next.addEventListener('click', () => this.#go(this.#number + 1));
    this.#sizes.addEventListener('change', () => this.#go(0));
  }

  first(): void {
    this.#go(0);
  }

  /** Settles on a page of so many rows. */
  show(rowCount: number) {
    const size = this.#sizes.value === 'all' ? null : Number(this.#sizes.value);
    const page = pageOf(rowCount, this.#number, size);
    this.#number = page.number;
    this.#previous.disabled = page.number === 0;
    this.#next.disabled = page.number === page.count - 1;
    this.#place.textContent = `page ${formatCount(page.number + 1)} of ${formatCount(page.count)}`;
    this.element.hidden = rowCount <= pageSizes[0];
    return page;
  }

  #go(number: number): void {
    this.#number = number;
    this.#redraw();
  }
}
