/** The table of images: all of them, with their layers, archives and digests in the details of a row. */
import type { Report, ReportImage, ReportLayer } from '../../model/results/results.js';
import { dayOf, digestName, imageNames } from '../../report/blocks/names.js';
import { dataTable } from '../parts/data-table.js';
import { type Child, html } from '../parts/dom.js';
import { countFigure, sizeFigure } from '../parts/figures.js';
import { code, shortDigest } from '../parts/names.js';
import { facts, plainTable } from '../parts/page-parts.js';
import { tag } from './findings-section.js';

/** Largest images first; a search also finds digests, archives and layers. */
export function imageDataTable({ images, layers }: Pick<Report, 'images' | 'layers'>): HTMLElement {
  const byId = new Map(layers.map((layer) => [layer.diffId, layer]));
  return dataTable<ReportImage>({
    caption: 'Images',
    noun: ['image', 'images'],
    rows: images,
    sorted: { title: 'SIZE', descending: true },
    columns: [
      {
        title: 'REPOSITORY:TAG',
        show: ({ references }) => imageNames(references).map((name) => html('div', { class: 'said' }, name)),
        sortBy: ({ references }) => imageNames(references)[0] ?? null,
      },
      { title: 'IMAGE ID', show: ({ id }) => shortDigest(id) },
      { title: 'PLATFORM', show: ({ platform }) => platform ?? 'n/a', sortBy: ({ platform }) => platform },
      { title: 'CREATED', show: ({ createdAt }) => dayOf(createdAt), sortBy: ({ createdAt }) => createdAt },
      { title: 'STATE', show: ({ state }) => stateTag(state), sortBy: ({ state }) => state },
      {
        title: 'LAYERS',
        numeric: true,
        show: ({ layers: own }) => countFigure(own.length),
        sortBy: (image) => image.layers.length,
      },
      {
        title: 'SIZE',
        numeric: true,
        show: ({ sizeBytes, claimedSizeBytes }) => sizeFigure(sizeBytes, claimedSizeBytes),
        sortBy: ({ sizeBytes, claimedSizeBytes }) => sizeBytes ?? claimedSizeBytes,
      },
      {
        title: 'SHARED',
        numeric: true,
        show: ({ sharedBytes, claimedSharedBytes }) => sizeFigure(sharedBytes, claimedSharedBytes),
        sortBy: ({ sharedBytes, claimedSharedBytes }) => sharedBytes ?? claimedSharedBytes,
      },
      {
        title: 'UNIQUE',
        numeric: true,
        show: ({ uniqueBytes, claimedUniqueBytes }) => sizeFigure(uniqueBytes, claimedUniqueBytes),
        sortBy: ({ uniqueBytes, claimedUniqueBytes }) => uniqueBytes ?? claimedUniqueBytes,
      },
    ],
    searchIn: ({ id, manifestDigests, references, platform, createdAt, state, layers: own, archives }) => [
      id,
      ...manifestDigests,
      ...references,
      ...imageNames(references),
      platform,
      createdAt,
      state,
      ...own,
      ...archives,
    ],
    detail: (image) => imageDetail(image, byId),
  });
}

/** The state of an image; live is the normal one. */
export function stateTag(state: ReportImage['state']): HTMLElement {
  return tag(state, state === 'live' ? 'plain' : 'warn');
}

function imageDetail(image: ReportImage, byId: ReadonlyMap<string | null, ReportLayer>): HTMLElement {
  const rows = image.layers.map((diffId, index): Child[] => {
    const layer = diffId === null ? undefined : byId.get(diffId);
    return [
      String(index + 1),
      code(diffId ?? digestName(null, true)),
      sizeFigure(layer?.sizeBytes ?? null, layer?.claimedSizeBytes ?? null),
      layer === undefined ? '' : countFigure(layer.images.length),
    ];
  });
  const columns = [
    { title: '#' },
    { title: 'LAYER, BASE FIRST' },
    { title: 'SIZE', numeric: true },
    { title: 'IMAGES', numeric: true },
  ];
  return html(
    'div',
    {},
    facts([
      ['image ID', [code(image.id)]],
      ['manifest', image.manifestDigests.map(code)],
      ['references', image.references.map(code)],
      ['created', image.createdAt === null ? [] : [image.createdAt]],
      ['its part of all layers', [sizeFigure(image.attributedBytes)]],
      ['archives', image.archives.map(code)],
    ]),
    plainTable(`Layers of ${image.id}`, columns, rows),
  );
}
