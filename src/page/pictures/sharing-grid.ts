/**
 * What the sharing matrix draws: images against the layers that several of them have. The images that share most have a
 * row, of their shared layers those whose sharing saves most a column; all others are one row and one column with their
 * numbers. Images with the same layers stand next to each other, so that a common base is seen as a block.
 */
import type { Report, ReportImage, ReportLayer } from '../../model/results/results.js';

export interface GridColumn {
  readonly layer: ReportLayer;
  /** Of the images without a row, how many have it. */
  readonly restImages: number;
}

export interface GridRow {
  readonly image: ReportImage;
  /** For each column whether the image has the layer. */
  readonly has: readonly boolean[];
  /** Of the layers without a column, how many it has. */
  readonly restLayers: number;
}

export interface SharingGrid {
  readonly columns: readonly GridColumn[];
  readonly rows: readonly GridRow[];
  /** Images that share a layer and have no row. */
  readonly restImages: number;
  /** Shared layers that have no column. */
  readonly restLayers: number;
}

const shownImages = 40;
const shownLayers = 48;

/** The grid; without rows where no layer is in two images. */
export function sharingGrid({ images, layers }: Pick<Report, 'images' | 'layers'>): SharingGrid {
  const present = new Set(images.map(({ id }) => id));
  const shared = layers.filter((layer) => layer.diffId !== null && countIn(layer, present) > 1);
  const sharedIds = new Set(shared.map(({ diffId }) => diffId));
  const sharing = images.filter((image) => image.layers.some((diffId) => sharedIds.has(diffId)));
  const shownRows = [...sharing].sort((a, b) => (b.sharedBytes ?? 0) - (a.sharedBytes ?? 0)).slice(0, shownImages);
  const shownColumns = columnsOf(shownRows, shared);
  const rest = new Set(sharing.map(({ id }) => id));
  for (const { id } of shownRows) rest.delete(id);
  const columnIds = new Set(shownColumns.map(({ diffId }) => diffId));
  const rows = shownRows.map((image): GridRow => {
    const own = new Set(image.layers);
    const others = [...own].filter((diffId) => sharedIds.has(diffId) && !columnIds.has(diffId));
    return { image, has: shownColumns.map(({ diffId }) => own.has(diffId)), restLayers: others.length };
  });
  return {
    columns: shownColumns.map((layer) => ({ layer, restImages: countIn(layer, rest) })),
    rows: rows.sort((a, b) => patternOf(b).localeCompare(patternOf(a), 'en')),
    restImages: rest.size,
    restLayers: shared.length - shownColumns.length,
  };
}

/** Of the shared layers that these images have, those whose sharing saves most; the layer of most images first. */
function columnsOf(images: readonly ReportImage[], shared: readonly ReportLayer[]): readonly ReportLayer[] {
  const held = new Set(images.flatMap(({ layers }) => layers));
  const saving = (layer: ReportLayer) => (layer.sizeBytes ?? 0) * (layer.images.length - 1);
  return shared
    .filter(({ diffId }) => held.has(diffId))
    .sort((a, b) => saving(b) - saving(a) || b.images.length - a.images.length)
    .slice(0, shownLayers)
    .sort((a, b) => b.images.length - a.images.length || (b.sizeBytes ?? 0) - (a.sizeBytes ?? 0));
}

function countIn({ images }: ReportLayer, ids: ReadonlySet<string>): number {
  return images.filter((id) => ids.has(id)).length;
}

function patternOf({ has }: GridRow): string {
  return has.map((held) => (held ? '1' : '0')).join('');
}
