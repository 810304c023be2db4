/**
 * The report as blocks: the headline that answers the question, then the tables that prove it, from the whole to the
 * single finding. Long tables of layers end with a count of what is not shown; faults are never shortened.
 */
import type { Report } from '../model/results.js';
import { type Block, cell, gap, heading, line, span, type Table, table, type View } from './document.js';
import {
  countFindings,
  countsText,
  findingBlocks,
  hintsText,
  notCheckedBlocks,
  skippedBlocks,
} from './findings-text.js';
import { headline } from './headline.js';
import { digestName } from './names.js';
import { archiveTable, classTable, imageTable } from './tables.js';
import { formatBytes, formatCount, formatSize, plural } from './units.js';

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

function findingSection({ archives, summary }: Report, view: View): Block[] {
  const counts = countsText(summary);
  if (counts === null) return [];
  const blocks = archives
    .filter(({ findings }) => findings.length > 0)
    .flatMap(({ path, findings }) => {
      const faults = countsText({ ...countFindings(findings), hints: 0 });
      const hints = hintsText(findings);
      // Many archives have nothing but hints: a line is enough for each.
      if (faults === null && hints !== null && !view.verbose) {
        return [line([span(path, 'strong'), span(`: ${hints}`, 'dim')])];
      }
      return [
        line([span(path, 'strong'), span(faults === null ? '' : `: ${faults}`)]),
        ...findingBlocks(findings, view),
      ];
    });
  return [heading('Findings'), ...blocks];
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
