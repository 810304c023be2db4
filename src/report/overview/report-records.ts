/**
 * The report as rows and as lines, for programs. A table holds one kind of thing, so the CSV is that of the images, which
 * are what a report is about; the other tables are those of `layers` and `verify`. The lines hold all of it.
 */
import type { Report } from '../../model/results/results.js';
import { type CsvValue, renderCsv } from '../forms/csv.js';
import { archiveLines } from '../verification/verification-records.js';

const header = [
  'id',
  'references',
  'platform',
  'createdAt',
  'state',
  'sizeBytes',
  'sharedBytes',
  'uniqueBytes',
  'attributedBytes',
  'layers',
  'archives',
  'claimedSizeBytes',
];

/** One row for each image; names and archives are parted by semicolons, layers are counted. */
export function reportCsv({ images }: Pick<Report, 'images'>): Iterable<string> {
  const rows = images.map((image): CsvValue[] => [
    image.id,
    image.references.join(';'),
    image.platform,
    image.createdAt,
    image.state,
    image.sizeBytes,
    image.sharedBytes,
    image.uniqueBytes,
    image.attributedBytes,
    image.layers.length,
    image.archives.join(';'),
    image.claimedSizeBytes,
  ]);
  return renderCsv(header, rows);
}

/** The figures of the whole, then every archive with its findings, every image, every layer, what was left alone. */
export function reportLines(report: Report): object[] {
  const { kind, schemaVersion, summary, reclaim } = report;
  return [
    { kind, schemaVersion, summary, reclaim },
    ...report.archives.flatMap(archiveLines),
    ...report.images.map((image) => ({ kind: 'image', ...image })),
    ...report.layers.map((layer) => ({ kind: 'layer', ...layer })),
    ...report.skipped.map((item) => ({ kind: 'skipped', ...item })),
  ];
}
