/** The table of layers: every distinct one, with its copies in the details. */
import type { Report, ReportLayer } from '../../model/results/results.js';
import { formatCount } from '../../report/blocks/units.js';
import { dataTable } from '../parts/data-table.js';
import { type Child, html } from '../parts/dom.js';
import { countFigure, sizeFigure } from '../parts/figures.js';
import { code, imageName, shortDigest } from '../parts/names.js';
import { facts, plainTable, type Section } from '../parts/page-parts.js';

type Images = ReadonlyMap<string, Report['images'][number]>;

/** What takes the most room first; nothing where there is no layer. */
export function layerSection({ layers, images }: Pick<Report, 'images' | 'layers'>): Section[] {
  if (layers.length === 0) return [];
  const byId: Images = new Map(images.map((image) => [image.id, image]));
  const content = dataTable<ReportLayer>({
    caption: 'Layers',
    noun: ['layer', 'layers'],
    rows: layers,
    sorted: { title: 'STORED', descending: true },
    columns: [
      { title: 'DIFF ID', show: ({ diffId }) => shortDigest(diffId) },
      {
        title: 'SIZE',
        numeric: true,
        show: ({ sizeBytes, claimedSizeBytes }) => sizeFigure(sizeBytes, claimedSizeBytes),
        sortBy: ({ sizeBytes, claimedSizeBytes }) => sizeBytes ?? claimedSizeBytes,
      },
      {
        title: 'IMAGES',
        numeric: true,
        show: (layer) => countFigure(layer.images.length),
        sortBy: (layer) => layer.images.length,
      },
      {
        title: 'COPIES',
        numeric: true,
        show: ({ copies }) => countFigure(copies.length),
        sortBy: ({ copies }) => copies.length,
      },
      {
        title: 'STORED',
        numeric: true,
        show: ({ storedBytes }) => sizeFigure(storedBytes),
        sortBy: ({ storedBytes }) => storedBytes,
      },
      { title: 'FORMS', show: (layer) => formsOf(layer), sortBy: formsOf },
      { title: 'FOUND IN', show: (layer) => placesOf(layer), sortBy: ({ copies }) => copies[0]?.archive ?? null },
    ],
    searchIn: ({ diffId, images: ids, copies }) => [
      diffId,
      ...ids,
      ...ids.flatMap((id) => byId.get(id)?.references ?? []),
      ...copies.flatMap(({ archive, digest, compression }) => [archive, digest, compression]),
    ],
    detail: (layer) => layerDetail(layer, byId),
  });
  return [{ id: 'layers', title: 'Layers', count: formatCount(layers.length), content: [content] }];
}

function formsOf({ copies }: ReportLayer): string {
  return [...new Set(copies.map(({ compression }) => compression ?? 'unknown'))].sort().join(', ');
}

function placesOf({ copies }: ReportLayer): Child {
  const archives = [...new Set(copies.map(({ archive }) => archive))];
  const more = archives.length > 1 ? ` +${archives.length - 1}` : '';
  return html('div', { class: 'said' }, `${archives[0] ?? ''}${more}`);
}

function layerDetail(layer: ReportLayer, byId: Images): HTMLElement {
  const rows = layer.copies.map(({ archive, entry, digest, storedBytes, compression }): Child[] => [
    code(archive),
    code(entry),
    code(digest ?? 'unknown'),
    compression ?? 'unknown',
    sizeFigure(storedBytes),
  ]);
  const columns = [
    { title: 'ARCHIVE' },
    { title: 'ENTRY' },
    { title: 'STORED DIGEST' },
    { title: 'FORM' },
    { title: 'STORED', numeric: true },
  ];
  const names = layer.images.map((id) => {
    const image = byId.get(id);
    return code(image === undefined ? id : imageName(image));
  });
  return html(
    'div',
    {},
    facts([
      ['layer', [code(layer.diffId ?? 'unknown')]],
      ['images', names],
    ]),
    plainTable(`Copies of ${layer.diffId ?? 'a layer'}`, columns, rows),
  );
}
