/** The table of archives, each with a bar of its classes of bytes. */
import type { Report } from '../../model/results/results.js';
import { formatName } from '../../report/blocks/tables.js';
import { formatCount } from '../../report/blocks/units.js';
import { dataTable } from '../parts/data-table.js';
import { html } from '../parts/dom.js';
import { countFigure, sizeFigure } from '../parts/figures.js';
import { code } from '../parts/names.js';
import { facts, type Section } from '../parts/page-parts.js';
import { classBar, classLegend } from '../pictures/class-bar.js';
import { tag } from './findings-section.js';

type Archive = Report['archives'][number];

const barWidth = 180;
const statusTones: Readonly<Record<Archive['status'], string>> = {
  ok: 'good',
  failed: 'bad',
  unreadable: 'bad',
  unchecked: 'warn',
  cached: 'warn',
  recorded: 'warn',
  unverified: 'plain',
};

/** Whether an archive is what it says; the word says it, the colour repeats it. */
export function statusTag(status: Archive['status']): HTMLElement {
  return tag(status, statusTones[status]);
}

/** All archives in the order of the inputs; nothing where there is none. */
export function archiveSection(archives: readonly Archive[]): Section[] {
  if (archives.length === 0) return [];
  const longest = Math.max(...archives.map(({ bytes }) => bytes.totalBytes));
  const content = dataTable<Archive>({
    caption: 'Archives',
    noun: ['archive', 'archives'],
    rows: archives,
    columns: [
      { title: 'STATUS', show: ({ status }) => statusTag(status), sortBy: ({ status }) => status },
      { title: 'ARCHIVE', show: ({ path }) => html('div', { class: 'said' }, path), sortBy: ({ path }) => path },
      { title: 'FORMAT', show: formatName, sortBy: formatName },
      {
        title: 'ON DISK',
        numeric: true,
        show: ({ sizeBytes }) => sizeFigure(sizeBytes),
        sortBy: ({ sizeBytes }) => sizeBytes,
      },
      {
        title: 'SIZE',
        numeric: true,
        show: ({ tarBytes }) => sizeFigure(tarBytes),
        sortBy: ({ tarBytes }) => tarBytes,
      },
      {
        title: 'IMAGES',
        numeric: true,
        show: ({ images }) => countFigure(images.length),
        sortBy: ({ images }) => images.length,
      },
      {
        title: 'NEEDED',
        numeric: true,
        show: ({ bytes }) => sizeFigure(bytes.neededBytes),
        sortBy: ({ bytes }) => bytes.neededBytes,
      },
      {
        title: 'CAN GO',
        numeric: true,
        show: ({ bytes, status }) => (status === 'failed' ? '-' : sizeFigure(bytes.reclaimableBytes)),
        sortBy: ({ bytes, status }) => (status === 'failed' ? 0 : bytes.reclaimableBytes),
      },
      { title: 'BY CLASS', show: ({ bytes }) => classBar(bytes, longest, barWidth) },
    ],
    searchIn: (archive) => [
      archive.path,
      archive.status,
      formatName(archive),
      ...archive.images,
      ...archive.findings.map((finding) => finding.code),
    ],
    detail: ({ images, findings, path }) =>
      facts([
        ['archive', [code(path)]],
        ['images', images.map(code)],
        ['findings', [...new Set(findings.map((finding) => finding.code))].map(code)],
      ]),
  });
  const legend = classLegend(archives.map(({ bytes }) => bytes));
  return [{ id: 'archives', title: 'Archives', count: formatCount(archives.length), content: [legend, content] }];
}
