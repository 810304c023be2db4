/** Faults by their cause, with the image that each lies in and the place of an intact copy: what a page has first of what is wrong. */
import type { Fault } from '../../model/results/faults.js';
import { formatCount } from '../../report/blocks/units.js';
import { copiesText, faultSentence } from '../../report/verification/fault-text.js';
import { severityRank } from '../../report/verification/findings-text.js';
import { dataTable } from '../parts/data-table.js';
import { html } from '../parts/dom.js';
import { code } from '../parts/names.js';
import type { Section } from '../parts/page-parts.js';
import { tag } from './findings-section.js';

interface Examined {
  readonly path: string;
  readonly faults: readonly Fault[];
}

interface Row {
  readonly path: string;
  readonly fault: Fault;
}

/** Errors first; nothing where there is no fault. */
export function faultsSection(archives: readonly Examined[]): Section[] {
  const rank = ({ fault }: Row) => severityRank(fault.severity);
  const rows = archives.flatMap(({ path, faults }) => faults.map((fault): Row => ({ path, fault })));
  if (rows.length === 0) return [];
  const content = dataTable<Row>({
    caption: 'Faults',
    noun: ['fault', 'faults'],
    rows: rows.sort((a, b) => rank(a) - rank(b)),
    columns: [
      {
        title: 'SEVERITY',
        show: ({ fault }) => tag(fault.severity, fault.severity === 'error' ? 'bad' : 'warn'),
        sortBy: rank,
      },
      {
        title: 'FAULT',
        show: ({ fault }) => [html('div', { class: 'said' }, faultSentence(fault, null)), code(fault.code)],
        sortBy: ({ fault }) => faultSentence(fault, null),
      },
      { title: 'ARCHIVE', show: ({ path }) => html('div', { class: 'said' }, path), sortBy: ({ path }) => path },
      {
        title: 'INTACT COPY',
        show: ({ path, fault }) => html('div', { class: 'said' }, copiesText(fault, path) ?? '-'),
      },
    ],
    searchIn: ({ path, fault }) => [
      path,
      fault.code,
      fault.subject,
      faultSentence(fault, null),
      copiesText(fault, path),
    ],
  });
  return [{ id: 'faults', title: 'Faults', count: formatCount(rows.length), content: [content] }];
}
