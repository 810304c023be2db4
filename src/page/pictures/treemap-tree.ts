/**
 * What the treemap draws: each image with its part of the layers, so that every distinct layer is there once however
 * many images have it. Past a number of images the rest is grouped by where their names begin, past a number of layers
 * in one image they are one tile; each group says how many it stands for, and nothing is left out of the area.
 */
import type { Report, ReportImage } from '../../model/results/results.js';
import { imageNames } from '../../report/blocks/names.js';

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
  /** What their names have in common; null where it is nothing. */
  readonly name: string | null;
  readonly images: number;
  readonly areaBytes: number;
}

export interface TreemapTree {
  readonly tiles: readonly (ImageTile | RestTile)[];
  /** Images whose size is not known; they have no area. */
  readonly unknown: number;
}

const shownImages = 48;
const shownGroups = 30;
/** Of the whole area; a smaller image among many would be a speck. */
const leastShare = 0.004;
const shownLayers = 12;

/** The tiles, the largest image first. */
export function treemapTree({ images, layers }: Pick<Report, 'images' | 'layers'>): TreemapTree {
  const known = images.filter(({ attributedBytes }) => attributedBytes !== null);
  const ordered = [...known].sort((a, b) => (b.attributedBytes ?? 0) - (a.attributedBytes ?? 0));
  const shown = ordered.length > shownImages ? largestOf(ordered) : ordered;
  const rest = ordered.slice(shown.length);
  const byId = new Map(layers.map((layer) => [layer.diffId, layer]));
  const tiles = shown.map((image): ImageTile => ({ kind: 'image', image, parts: partsOf(image, byId) }));
  return { tiles: [...tiles, ...groupsOf(rest)], unknown: images.length - known.length };
}

/** The images, largest first, that are large enough to be seen beside all others. */
function largestOf(ordered: readonly ReportImage[]): readonly ReportImage[] {
  const all = ordered.reduce((sum, { attributedBytes }) => sum + (attributedBytes ?? 0), 0);
  return ordered.slice(0, shownImages).filter(({ attributedBytes }) => (attributedBytes ?? 0) >= all * leastShare);
}

/** The images by the folder of their first name, the heaviest folders first and all other images as one. */
function groupsOf(images: readonly ReportImage[]): RestTile[] {
  const groups = new Map<string, RestTile>();
  for (const { references, attributedBytes } of images) {
    const name = folderOf(imageNames(references)[0] ?? '');
    const { images: before, areaBytes } = groups.get(name) ?? { images: 0, areaBytes: 0 };
    groups.set(name, { kind: 'rest', name, images: before + 1, areaBytes: areaBytes + (attributedBytes ?? 0) });
  }
  const ordered = [...groups.values()].sort((a, b) => b.areaBytes - a.areaBytes);
  const shown = ordered.slice(0, shownGroups);
  const others = ordered.slice(shownGroups);
  if (others.length === 0) return shown;
  const sum = (key: 'images' | 'areaBytes') => others.reduce((total, group) => total + group[key], 0);
  return [...shown, { kind: 'rest', name: null, images: sum('images'), areaBytes: sum('areaBytes') }];
}

/** `registry.example.com/team` of `registry.example.com/team/app:1`; a name without a folder stands for itself. */
function folderOf(name: string): string {
  const end = name.lastIndexOf('/');
  return end === -1 ? name.replace(/:[^:]*$/, '') : name.slice(0, end);
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
