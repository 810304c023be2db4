/** The page of `varve verify`: what was hashed, every fault, every archive with its status. */
import type { Verification } from '../model/results/results.js';
import { formatCount, plural } from '../report/blocks/units.js';
import { dataTable } from './parts/data-table.js';
import { type Child, html } from './parts/dom.js';
import { countFigure, sizeFigure } from './parts/figures.js';
import { code } from './parts/names.js';
import { facts, keyFigures, type Section, sectionsOf } from './parts/page-parts.js';
import { statusTag } from './sections/archive-section.js';
import { faultsSection } from './sections/faults-section.js';
import {
  findingCount,
  findingsSection,
  hintsSection,
  notCheckedSection,
  skippedSection,
} from './sections/findings-section.js';

type Archive = Verification['archives'][number];

/** Everything below the verdict. */
export function verificationPage({ summary, archives, skipped }: Verification): Child[] {
  return [
    keyFigures([
      { label: 'Hashed', value: sizeFigure(summary.bytesHashed), notes: [`in ${plural(summary.blobs, 'blob')}`] },
      { label: 'Archives', value: countFigure(summary.archives), notes: [plural(summary.images, 'image')] },
      {
        label: 'Errors',
        value: countFigure(summary.errors),
        notes: [`${plural(summary.warnings, 'warning')}, ${plural(summary.hints, 'hint')}`],
        tone: summary.errors > 0 ? 'bad' : summary.warnings > 0 ? 'warn' : 'good',
      },
      {
        label: 'Not checked',
        value: countFigure(summary.notChecked),
        notes: [],
        ...(summary.notChecked === 0 ? {} : { tone: 'warn' }),
      },
    ]),
    ...sectionsOf([
      ...faultsSection(archives),
      ...findingsSection(archives),
      ...archiveList(archives),
      ...hintsSection(archives),
      ...notCheckedSection(archives),
      ...skippedSection(skipped),
    ]),
  ];
}

function archiveList(archives: readonly Archive[]): Section[] {
  if (archives.length === 0) return [];
  const content = dataTable<Archive>({
    caption: 'Archives',
    noun: ['archive', 'archives'],
    rows: archives,
    columns: [
      { title: 'STATUS', show: ({ status }) => statusTag(status), sortBy: ({ status }) => status },
      { title: 'ARCHIVE', show: ({ path }) => html('div', { class: 'said' }, path), sortBy: ({ path }) => path },
      { title: 'FORMAT', show: ({ format }) => format ?? '-', sortBy: ({ format }) => format },
      {
        title: 'FINDINGS',
        numeric: true,
        show: ({ findings }) => countFigure(findingCount(findings)),
        sortBy: ({ findings }) => findingCount(findings),
      },
      {
        title: 'NOT CHECKED',
        numeric: true,
        show: ({ notChecked }) => countFigure(openOf(notChecked)),
        sortBy: ({ notChecked }) => openOf(notChecked),
      },
    ],
    searchIn: ({ path, format, status, findings }) => [path, format, status, ...findings.map((found) => found.code)],
    detail: ({ path, findings }) =>
      facts([
        ['archive', [code(path)]],
        ['findings', [...new Set(findings.map((found) => found.code))].map(code)],
      ]),
  });
  return [{ id: 'archives', title: 'Archives', count: formatCount(archives.length), content: [content] }];
}

/** How many things were not checked, those that are only counted too. */
function openOf(notChecked: readonly { readonly count?: number }[]): number {
  return notChecked.reduce((sum, { count: more = 1 }) => sum + more, 0);
}
