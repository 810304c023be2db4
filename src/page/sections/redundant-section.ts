/** Files that can be deleted with nothing lost, each with the files that stay and have what is in it. */
import type { Report } from '../../model/results/results.js';
import { formatBytes, formatCount, plural } from '../../report/blocks/units.js';
import { type DataColumn, dataTable } from '../parts/data-table.js';
import { type Child, html } from '../parts/dom.js';
import { countFigure, sizeFigure } from '../parts/figures.js';
import { code } from '../parts/names.js';
import { facts, type Section } from '../parts/page-parts.js';
import { tag } from './findings-section.js';

type Redundant = Report['redundant'][number];

/** What it rests on, and the table; nothing where every file is needed. */
export function redundantSection(redundant: Report['redundant']): Section[] {
  if (redundant.length === 0) return [];
  return [
    {
      id: 'redundant',
      title: 'Files that can be deleted',
      count: formatCount(redundant.length),
      content: [...explanation(redundant), redundantTable(redundant)],
    },
  ];
}

function explanation(redundant: Report['redundant']): Child[] {
  const what = `${formatBytes(sumOfSizes(redundant))} on disk in ${plural(redundant.length, 'file')}`;
  const lost = redundant.some(({ lostDigests }) => lostDigests.length > 0);
  return [
    html(
      'p',
      {},
      html('strong', {}, what),
      ', all of which can go together: every image and every artifact in them, under every name, is whole and intact in a file that stays.',
    ),
    html(
      'p',
      { class: 'dim' },
      'Chosen one after the other, damaged ones first, then the largest: another choice may free more.',
      lost
        ? ' Digests lost are those of manifests that no file has that stays: the images are there under others, a signature of such a manifest holds for this file alone.'
        : null,
    ),
  ];
}

/** Which file it is, and what it takes on the disk. */
export function fileColumns<Row extends { readonly path: string; readonly sizeBytes: number }>(): DataColumn<Row>[] {
  return [
    { title: 'FILE', show: ({ path }) => html('div', { class: 'said' }, path), sortBy: ({ path }) => path },
    {
      title: 'ON DISK',
      numeric: true,
      show: ({ sizeBytes }) => sizeFigure(sizeBytes),
      sortBy: ({ sizeBytes }) => sizeBytes,
    },
  ];
}

function redundantTable(redundant: Report['redundant']): HTMLElement {
  return dataTable<Redundant>({
    caption: 'Files that can be deleted',
    noun: ['file', 'files'],
    rows: redundant,
    columns: [
      ...fileColumns<Redundant>(),
      { title: 'IS', show: stateOf, sortBy: ({ damaged }) => Number(damaged) },
      {
        title: 'ALSO IN',
        show: ({ coveredBy }) => coveredBy.map((path) => html('div', { class: 'said' }, path)),
        sortBy: ({ coveredBy }) => coveredBy[0] ?? null,
      },
      {
        title: 'DIGESTS LOST',
        numeric: true,
        show: ({ lostDigests }) => countFigure(lostDigests.length),
        sortBy: ({ lostDigests }) => lostDigests.length,
      },
    ],
    searchIn: ({ path, coveredBy, lostDigests, ...row }) => [
      path,
      stateOf(row).textContent,
      ...coveredBy,
      ...lostDigests,
    ],
    detail: ({ path, coveredBy, lostDigests }) =>
      facts([
        ['file', [code(path)]],
        ['is also in', coveredBy.map(code)],
        ['digests lost', lostDigests.map(code)],
      ]),
  });
}

function stateOf({ damaged }: Pick<Redundant, 'damaged'>): HTMLElement {
  return damaged ? tag('damaged', 'bad') : tag('not needed', 'plain');
}

/** Bytes on disk of all these files. */
export function sumOfSizes(files: readonly { readonly sizeBytes: number }[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
