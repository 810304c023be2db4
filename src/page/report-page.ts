/**
 * The page of `varve report`: key figures, what is damaged, which files can be deleted, where the bytes are, the images by size, who shares what,
 * then archives and layers in full.
 */
import type { Report } from '../model/results/results.js';
import { byteClasses } from '../report/blocks/byte-classes.js';
import { formatBytes, formatCount, formatShare, plural } from '../report/blocks/units.js';
import { swatch } from './parts/chart.js';
import { type Child, html } from './parts/dom.js';
import { countFigure, sizeFigure } from './parts/figures.js';
import { type KeyFigure, keyFigures, plainTable, type Section, sectionsOf } from './parts/page-parts.js';
import { sharingMatrix } from './pictures/sharing-matrix.js';
import { imageTreemap } from './pictures/treemap.js';
import { waterfall } from './pictures/waterfall.js';
import { archiveSection } from './sections/archive-section.js';
import { faultsSection } from './sections/faults-section.js';
import { findingsSection, hintsSection, notCheckedSection, skippedSection } from './sections/findings-section.js';
import { imageDataTable } from './sections/image-table.js';
import { layerSection } from './sections/layer-section.js';
import { redundantSection, sumOfSizes } from './sections/redundant-section.js';

/** Everything below the verdict. */
export function reportPage(report: Report): Child[] {
  return [
    keyFigures(figuresOf(report)),
    ...sectionsOf([
      ...faultsSection(report.archives),
      ...findingsSection(report.archives),
      ...redundantSection(report.redundant),
      ...bytesSection(report),
      ...imageSection(report),
      ...sharingSection(report),
      ...archiveSection(report.archives),
      ...layerSection(report),
      ...hintsSection(report.archives),
      ...notCheckedSection(report.archives),
      ...skippedSection(report.skipped),
    ]),
  ];
}

function figuresOf({ summary, reclaim, redundant }: Report): KeyFigure[] {
  const { totalBytes } = reclaim;
  const faults = summary.errors + summary.warnings;
  return [
    { label: 'Stored', value: sizeFigure(totalBytes), notes: [`in ${plural(summary.archives, 'archive')}`] },
    {
      label: 'Stored twice',
      value: sizeFigure(reclaim.duplicateBytes),
      notes: [`${formatShare(reclaim.duplicateBytes, totalBytes)}, further copies`],
      ...(reclaim.duplicateBytes === 0 ? {} : { tone: 'warn' }),
    },
    {
      label: 'Files to delete',
      value: countFigure(redundant.length),
      notes: redundant.length === 0 ? [] : [`${formatBytes(sumOfSizes(redundant))} on disk, nothing lost`],
      ...(redundant.length === 0 ? {} : { tone: 'good' }),
    },
    {
      label: 'Images',
      value: countFigure(summary.images),
      notes: [
        ...(summary.danglingImages === 0 ? [] : [`${formatCount(summary.danglingImages)} untagged`]),
        ...(summary.supersededImages === 0 ? [] : [`${formatCount(summary.supersededImages)} superseded`]),
      ],
    },
    { label: 'Layers', value: countFigure(summary.layers), notes: [`${formatCount(summary.sharedLayers)} shared`] },
    {
      label: 'Errors',
      value: countFigure(summary.errors),
      notes: [`${plural(summary.warnings, 'warning')}, ${plural(summary.hints, 'hint')}`],
      tone: summary.errors > 0 ? 'bad' : faults > 0 || !summary.verified ? 'warn' : 'good',
    },
  ];
}

function bytesSection({ reclaim }: Report): Section[] {
  const { totalBytes, reclaimableBytes } = reclaim;
  if (totalBytes === 0) return [];
  const classes = byteClasses.map(({ name, key, meaning, reclaimable }): Child[] => [
    html('span', { class: 'class-name' }, swatch(name), name),
    sizeFigure(reclaim[key]),
    countFigure(reclaim[key]),
    formatShare(reclaim[key], totalBytes),
    html('span', {}, meaning, reclaimable ? html('span', { class: 'tag warn' }, 'can go') : null),
  ]);
  const strong = (child: Child) => html('strong', {}, child);
  const rows = [
    ...classes,
    [
      strong('total'),
      strong(sizeFigure(totalBytes)),
      strong(countFigure(totalBytes)),
      strong(formatShare(totalBytes, totalBytes)),
      '',
    ],
    [
      'can go',
      sizeFigure(reclaimableBytes),
      countFigure(reclaimableBytes),
      formatShare(reclaimableBytes, totalBytes),
      'duplicate + dangling + unreferenced',
    ],
  ];
  const table = plainTable(
    'Classes of bytes',
    [
      { title: 'CLASS' },
      { title: 'SIZE', numeric: true },
      { title: 'BYTES', numeric: true },
      { title: 'SHARE', numeric: true },
      { title: 'WHAT IT IS' },
    ],
    rows,
  );
  return [
    { id: 'bytes', title: 'Where the bytes are', count: formatBytes(totalBytes), content: [waterfall(reclaim), table] },
  ];
}

function imageSection(report: Report): Section[] {
  const { images, summary } = report;
  if (summary.images === 0) return [];
  const some = images.length < summary.images;
  const title = some ? `Images, ${formatCount(images.length)} of ${formatCount(summary.images)}` : 'Images';
  const content = images.length === 0 ? ['No image is like that.'] : [imageTreemap(report), imageDataTable(report)];
  return [{ id: 'images', title, count: formatCount(images.length), content }];
}

function sharingSection(report: Report): Section[] {
  const matrix = sharingMatrix(report);
  if (matrix === null) return [];
  return [{ id: 'sharing', title: 'Which images share what', content: [matrix] }];
}
