/**
 * What the treemap draws: each image with its part of the layers, so that every distinct layer is there once however
 * many images have it. Past a number of images, and of layers in one of them, the rest is one tile that says how many
 * it stands for; nothing is left out of the area.
 */
import type { Report, ReportImage } from '../src/model/results.js';

export interface ImageTile {
  readonly kind: 'image';
  readonly image: ReportImage;
  readonly parts: readonly LayerTile[];
}

export interface LayerTile {
  readonly kind: 'layer';
  readonly diffId: string | null;
  readonly sizeBytes: number;
  /** How many images have it; each has an equal part of its area. */
  readonly images: number;
  /** More than one: the layers of an image that are too small for tiles of their own, `diffId` is null then. */
  readonly layers: number;
  readonly areaBytes: number;
}

export interface RestTile {
  readonly kind: 'rest';
  readonly images: number;
  readonly areaBytes: number;
}

export interface TreemapTree {
  readonly tiles: readonly (ImageTile | RestTile)[];
  /** Images whose size is not known; they have no area. */
  readonly unknown: number;
}

const shownImages = 48;
const shownLayers = 12;

/** The tiles, the largest image first. */
export function treemapTree({ images, layers }: Pick<Report, 'images' | 'layers'>): TreemapTree {
  const known = images.filter(({ attributedBytes }) => attributedBytes !== null);
  const ordered = [...known].sort((a, b) => (b.attributedBytes ?? 0) - (a.attributedBytes ?? 0));
  // One more than fits would be replaced by a tile of one image.
  const shown = ordered.length > shownImages + 1 ? ordered.slice(0, shownImages) : ordered;
  const rest = ordered.slice(shown.length);
  const byId = new Map(layers.map((layer) => [layer.diffId, layer]));
  const tiles = shown.map((image): ImageTile => ({ kind: 'image', image, parts: partsOf(image, byId) }));
  const areaBytes = rest.reduce((sum, { attributedBytes }) => sum + (attributedBytes ?? 0), 0);
  return {
    tiles: rest.length === 0 ? tiles : [...tiles, { kind: 'rest', images: rest.length, areaBytes }],
    unknown: images.length - known.length,
  };
}

function partsOf(image: ReportImage, byId: ReadonlyMap<string | null, Report['layers'][number]>): LayerTile[] {
  const parts = [...new Set(image.layers)]
    .flatMap((diffId): LayerTile[] => {
      const layer = diffId === null ? undefined : byId.get(diffId);
      if (layer?.sizeBytes == null) return [];
      const { sizeBytes, images } = layer;
      const count = Math.max(images.length, 1);
      return [{ kind: 'layer', diffId, sizeBytes, images: count, layers: 1, areaBytes: sizeBytes / count }];
    })
    .sort((a, b) => b.areaBytes - a.areaBytes);
  if (parts.length <= shownLayers + 1) return parts;
  const rest = parts.slice(shownLayers);
  const sum = (key: 'sizeBytes' | 'areaBytes') => rest.reduce((total, part) => total + part[key], 0);
  return [
    ...parts.slice(0, shownLayers),
    {
      kind: 'layer',
      diffId: null,
      sizeBytes: sum('sizeBytes'),
      images: 0,
      layers: rest.length,
      areaBytes: sum('areaBytes'),
    },
  ];
}
