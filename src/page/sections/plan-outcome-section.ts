/** What a plan predicted against what came true: the figures side by side, then the images, archives and differences. */
import type { PlanOutcome } from '../../model/results/diff.js';
import { imageNames } from '../../report/blocks/names.js';
import { formatByteChange, formatCount } from '../../report/blocks/units.js';
import { differenceText, outcomeFigures, signedCount } from '../../report/plan/plan-outcome-text.js';
import { dataTable } from '../parts/data-table.js';
import { type Child, html } from '../parts/dom.js';
import { countFigure, sizeFigure } from '../parts/figures.js';
import { shortDigest } from '../parts/names.js';
import { plainTable, type Section } from '../parts/page-parts.js';
import { tag } from './findings-section.js';

const imageWords = { gone: 'gone', stayed: 'still there', 'never-there': 'was not there' } as const;

/** One section, with a table for each part that has something in it. */
export function planOutcomeSection(outcome: PlanOutcome): Section {
  const { cameTrue, images, archives, differences } = outcome;
  const verdict = cameTrue
    ? ['What was predicted came true, to the byte.']
    : differences.map((difference) => html('li', {}, differenceText(difference, { wide: false })));
  const content: Child[] = [
    cameTrue ? html('p', {}, tag('came true', 'good'), ' ', ...verdict) : html('ul', {}, ...verdict),
    figureTable(outcome),
    ...(images.length === 0 ? [] : [html('h3', {}, 'Images that were to go'), imageTable(images)]),
    ...(archives.length === 0 ? [] : [html('h3', {}, 'Archives'), archiveTable(archives)]),
  ];
  return { id: 'plan', title: 'The plan', count: cameTrue ? 'came true' : formatCount(differences.length), content };
}

function figureTable(outcome: PlanOutcome): HTMLElement {
  const rows = outcomeFigures(outcome).map(({ name, predicted, actual }): Child[] => [
    name,
    predicted === null ? 'not counted' : countFigure(predicted),
    html('data', { value: actual }, signedCount(actual, '')),
    predicted === null ? '' : signedCount(actual - predicted, '+'),
  ]);
  const columns = [
    { title: 'WHAT' },
    { title: 'PREDICTED', numeric: true },
    { title: 'ACTUAL', numeric: true },
    { title: 'DIFFERENCE', numeric: true },
  ];
  return plainTable('What was predicted and what came true, in bytes', columns, rows);
}

function imageTable(images: PlanOutcome['images']): HTMLElement {
  return dataTable<PlanOutcome['images'][number]>({
    caption: 'Images that were to go',
    noun: ['image', 'images'],
    rows: images,
    columns: [
      {
        title: 'NOW',
        show: ({ outcome }) => tag(imageWords[outcome], outcome === 'gone' ? 'good' : 'bad'),
        sortBy: ({ outcome }) => outcome,
      },
      {
        title: 'REPOSITORY:TAG',
        show: ({ references }) => html('div', { class: 'said' }, imageNames(references).join(' ')),
        sortBy: ({ references }) => references[0] ?? null,
      },
      { title: 'IMAGE ID', show: ({ id }) => shortDigest(id), sortBy: ({ id }) => id },
      {
        title: 'TO FREE',
        numeric: true,
        show: ({ predictedBytes }) => sizeFigure(predictedBytes),
        sortBy: ({ predictedBytes }) => predictedBytes,
      },
    ],
    searchIn: ({ id, references, outcome }) => [id, outcome, ...references],
  });
}

function archiveTable(archives: PlanOutcome['archives']): HTMLElement {
  type Archive = PlanOutcome['archives'][number];
  return dataTable<Archive>({
    caption: 'Archives of the plan',
    noun: ['archive', 'archives'],
    rows: archives,
    sorted: { title: 'OFF BY', descending: true },
    columns: [
      { title: 'ARCHIVE', show: ({ path }) => html('div', { class: 'said' }, path), sortBy: ({ path }) => path },
      { title: 'TO BE', show: ({ outcome }) => outcome, sortBy: ({ outcome }) => outcome },
      { title: 'IS', show: ({ actualOutcome }) => actualOutcome, sortBy: ({ actualOutcome }) => actualOutcome },
      {
        title: 'TO FREE',
        numeric: true,
        show: ({ predicted }) => sizeFigure(predicted.freedBytes),
        sortBy: ({ predicted }) => predicted.freedBytes,
      },
      {
        title: 'FREED',
        numeric: true,
        show: ({ actual }) => sizeFigure(actual.freedBytes),
        sortBy: ({ actual }) => actual.freedBytes,
      },
      {
        title: 'OFF BY',
        numeric: true,
        show: ({ predicted, actual }) => formatByteChange(actual.freedBytes - predicted.freedBytes),
        sortBy: ({ predicted, actual }) => Math.abs(actual.freedBytes - predicted.freedBytes),
      },
    ],
    searchIn: ({ path, outcome, actualOutcome }) => [path, outcome, actualOutcome],
  });
}
