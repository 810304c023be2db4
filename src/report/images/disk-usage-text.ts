/**
 * Disk usage as `docker system df` shows it: a row for each kind of thing, and with the details the images, layers and
 * archives below it.
 */
import type { DiskUsage, LayerList, Report } from '../../model/results/results.js';
import { type Block, cell, gap, heading, line, span, type Table, table, type View } from '../blocks/document.js';
import { archiveTable, imageTable, layerTable } from '../blocks/tables.js';
import { toFetchLines } from '../blocks/to-fetch.js';
import { formatBytes, formatCount, formatShare } from '../blocks/units.js';

export interface DiskUsageDetails {
  readonly report: Report;
  readonly layers: LayerList;
}

const typeNames: Readonly<Record<DiskUsage['rows'][number]['type'], string>> = {
  archives: 'Archives',
  images: 'Images',
  layers: 'Layers',
  unreferenced: 'Unreferenced',
  overhead: 'Tar packaging',
};

/** The table of totals, with its details where they are given. */
export function diskUsageText(usage: DiskUsage, details: DiskUsageDetails | null, view: View): Block[] {
  const note = usage.verified
    ? []
    : [gap, line([span('Unverified: the figures rest on what the archives claim.', 'dim')])];
  const { withheldBytes } = usage.reclaim;
  const withheld = withheldBytes === 0 ? [] : [gap, line(withheldText(withheldBytes))];
  const fetched = toFetchLines(usage.toFetch);
  const toFetch = fetched.length === 0 ? [] : [gap, ...fetched];
  return [
    usageTable(usage),
    ...(details === null ? [] : detailBlocks(details, view)),
    ...toFetch,
    ...withheld,
    ...note,
  ];
}

/** What is not among the reclaimable bytes, and why. */
function withheldText(bytes: number): string {
  return `${formatBytes(bytes)} more that no image needs or that is elsewhere too lies in failed archives and is not offered.`;
}

function usageTable({ rows }: DiskUsage): Table {
  return table(
    [
      { title: 'TYPE' },
      { title: 'TOTAL', align: 'right' },
      { title: 'ACTIVE', align: 'right' },
      { title: 'SIZE', align: 'right' },
      { title: 'RECLAIMABLE', align: 'right' },
      { title: 'SHARE', align: 'right', drop: 1 },
    ],
    rows.map((row) => [
      cell(typeNames[row.type]),
      cell(formatCount(row.total)),
      cell(formatCount(row.active)),
      cell(formatBytes(row.sizeBytes)),
      cell(formatBytes(row.reclaimableBytes)),
      cell(formatShare(row.reclaimableBytes, row.sizeBytes)),
    ]),
  );
}

function detailBlocks({ report, layers }: DiskUsageDetails, view: View): Block[] {
  const sections: readonly (readonly [string, number, Table])[] = [
    ['Images', report.images.length, imageTable(report.images, view)],
    ['Layers', layers.layers.length, layerTable(layers.layers, view)],
    ['Archives', report.archives.length, archiveTable(report.archives, view)],
  ];
  return sections.filter(([, count]) => count > 0).flatMap(([title, , rows]) => [gap, heading(title), rows]);
}
