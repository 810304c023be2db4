/**
 * The report as blocks: the headline that answers the question, then the tables that prove it, from the whole to the
 * single finding. Long tables of layers end with a count of what is not shown; faults are never shortened.
 */
import { severityRank } from '../../model/finding.js';
import type { Report } from '../../model/results/results.js';
import { type Block, cell, gap, heading, line, span, type Table, table, type View } from '../blocks/document.js';
import { digestName } from '../blocks/names.js';
import { archiveTable, classTable, imageTable } from '../blocks/tables.js';
import { formatBytes, formatCount, formatSize, plural } from '../blocks/units.js';
import { faultBlocks } from '../verification/fault-blocks.js';
import { faultCounts } from '../verification/fault-text.js';
import { hintBlocks, hintsText, listedHints, notCheckedBlocks, skippedBlocks } from '../verification/findings-text.js';
import { headline } from './headline.js';

const shownLayers = 20;

/** The images and layers of a report that are asked for; all else is said of the whole set. */
export type ReportSelection = Pick<Report, 'images' | 'layers'>;

/** Every section that has something to say. */
export function reportText(report: Report, view: View, selected: ReportSelection = report): Block[] {
  const sections: readonly Block[][] = [
    headline(report, view),
    report.reclaim.totalBytes === 0 ? [] : [heading('Where the bytes are'), classTable(report.reclaim)],
    imageSection(selected, report, view),
    sharedLayers(selected, view),
    report.archives.length === 0 ? [] : [heading('Archives'), archiveTable(report.archives, view)],
    findingSection(report, view),
    notCheckedSection(report, view),
    skippedSection(report, view),
  ];
  return sections
    .filter((blocks) => blocks.length > 0)
    .flatMap((blocks, index) => (index === 0 ? blocks : [gap, ...blocks]));
}

function imageSection({ images }: ReportSelection, { images: all }: Report, view: View): Block[] {
  if (all.length === 0) return [];
  const title = images.length < all.length ? `Images, ${images.length} of ${all.length}` : 'Images';
  return [heading(title), images.length === 0 ? line('No image is like that.') : imageTable(images, view)];
}

/** Layers of several images or with several copies, those that cost most first. */
function sharedLayers({ layers }: ReportSelection, view: View): Block[] {
  const shared = layers
    .filter(({ images, copies }) => images.length > 1 || copies.length > 1)
    .sort((a, b) => b.storedBytes - a.storedBytes || (b.sizeBytes ?? 0) - (a.sizeBytes ?? 0));
  if (shared.length === 0) return [];
  const shown = view.verbose || view.wide ? shared : shared.slice(0, shownLayers);
  const rest = shared.slice(shown.length);
  const restBytes = rest.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
  const note = `${plural(rest.length, 'more layer')} (${formatBytes(restBytes)} stored): -v shows all`;
  return [
    heading('Layers of several images, or stored more than once'),
    sharedLayerTable(shown, view),
    ...(rest.length === 0 ? [] : [line([span(note, 'dim')])]),
  ];
}

function sharedLayerTable(layers: Report['layers'], view: View): Table {
  return table(
    [
      { title: 'DIFF ID' },
      { title: 'SIZE', align: 'right' },
      { title: 'IMAGES', align: 'right' },
      { title: 'COPIES', align: 'right' },
      { title: 'STORED', align: 'right' },
      { title: 'FOUND IN', min: 16, cut: 'start', drop: 1 },
    ],
    layers.map((layer) => {
      const archives = [...new Set(layer.copies.map(({ archive }) => archive))];
      const first = archives
        .slice(0, 1)
        .map((path) => (archives.length > 1 ? `${path} +${archives.length - 1}` : path));
      return [
        cell(digestName(layer.diffId, view.wide)),
        cell(formatSize(layer.sizeBytes, layer.claimedSizeBytes)),
        cell(formatCount(layer.images.length)),
        cell(formatCount(layer.copies.length)),
        cell(formatBytes(layer.storedBytes)),
        cell(view.wide ? archives : first),
      ];
    }),
  );
}

/** Errors by archive, then warnings, then the hints of all. */
function findingSection({ archives }: Report, view: View): Block[] {
  const rank = ({ faults }: Report['archives'][number]) => severityRank(faults[0]?.severity ?? 'hint');
  const faulty = archives.filter(({ faults }) => faults.length > 0).sort((a, b) => rank(a) - rank(b));
  const faults = faulty.flatMap((archive) => {
    const counts = faultCounts([{ ...archive, status: 'read' }]);
    return [
      line([span(archive.path, 'strong'), span(counts === null ? '' : `: ${counts}`)]),
      ...faultBlocks(archive, view),
    ];
  });
  const hints = view.verbose ? archives.flatMap(hintsOfArchive) : hintBlocks(archives);
  const blocks = [...faults, ...(hints.length === 0 || view.verbose ? hints : [line('Hints:'), ...hints])];
  return blocks.length === 0 ? [] : [heading('Findings'), ...blocks];
}

function hintsOfArchive({ path, findings }: Report['archives'][number]): Block[] {
  const counts = hintsText(findings);
  if (counts === null) return [];
  return [line([span(path, 'strong'), span(`: ${counts}`, 'dim')]), ...listedHints(findings)];
}

function notCheckedSection({ archives }: Report, view: View): Block[] {
  const blocks = archives
    .filter(({ notChecked }) => notChecked.length > 0)
    .flatMap(({ path, notChecked }) => [line([span(path, 'strong')]), ...notCheckedBlocks(notChecked, view, '')]);
  return blocks.length === 0 ? [] : [heading('Not checked'), ...blocks];
}

function skippedSection({ skipped }: Report, view: View): Block[] {
  return skipped.length === 0 ? [] : [heading('Passed over'), ...skippedBlocks(skipped, view)];
}
