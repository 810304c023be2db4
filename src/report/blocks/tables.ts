/**
 * The tables that several results show: images, layers, archives and the classes of bytes. Columns are chosen so that
 * 80 characters hold what matters; the others go first on a narrow terminal and are all there in the wide view.
 */
import type { LayerList, Reclaim, Report } from '../../model/results/results.js';
import { byteClasses } from './byte-classes.js';
import { type Cell, type Column, cell, type Table, type Tone, table, type View } from './document.js';
import { dayOf, digestName, imageNames } from './names.js';
import { formatBytes, formatCompressed, formatCount, formatShare, formatSize } from './units.js';

const statusTones: Readonly<Record<Report['archives'][number]['status'], Tone>> = {
  ok: 'good',
  failed: 'bad',
  unreadable: 'bad',
  unchecked: 'warn',
  cached: 'warn',
  recorded: 'warn',
  unverified: 'plain',
};

/** An image's state as a tone: what a cleanup could take stands out. */
export const stateTones: Readonly<Record<Report['images'][number]['state'], Tone>> = {
  live: 'plain',
  dangling: 'warn',
  superseded: 'warn',
};

/** An archive's status with its colour; what is bad is also in capitals. */
export function statusCell(status: Report['archives'][number]['status']): Cell {
  const tone = statusTones[status];
  return cell(tone === 'bad' ? status.toUpperCase() : status, tone);
}

/** Where the bytes are: each byte in exactly one class, in words that need no explanation before its term, with the sum. */
export function classTable(reclaim: Reclaim): Table {
  const row = (name: string, bytes: number, meaning: string, tone: Tone) => [
    cell(meaning, tone),
    cell(formatBytes(bytes), tone),
    cell(formatShare(bytes, reclaim.totalBytes), tone),
    cell(name, tone === 'plain' ? 'dim' : tone),
  ];
  return table(
    [
      { title: 'WHAT IT IS', min: 20, drop: 1 },
      { title: 'SIZE', align: 'right' },
      { title: 'SHARE', align: 'right' },
      { title: 'CLASS' },
    ],
    [
      ...byteClasses.map(({ name, key, meaning }) => row(name, reclaim[key], meaning, 'plain')),
      row('total', reclaim.totalBytes, 'all of it', 'strong'),
    ],
  );
}

/** One row for each image, with every name that it has. */
export function imageTable(images: Report['images'], view: View): Table {
  // The platform tells the images of one tag apart; where all have the same, it tells nothing.
  const onePlatform = new Set(images.map(({ platform }) => platform)).size === 1;
  const columns: Column[] = [
    // The tag stands at the end.
    { title: 'REPOSITORY:TAG', min: 16, cut: 'start' },
    { title: 'IMAGE ID' },
    { title: 'PLATFORM', drop: onePlatform ? 4 : 2 },
    { title: 'CREATED', drop: 5 },
    { title: 'STATE', drop: 1, shown: view.wide || images.some(({ state }) => state !== 'live') },
    { title: 'LAYERS', align: 'right', shown: view.wide },
    { title: 'SIZE', align: 'right' },
    // What was read is known by its size.
    { title: 'COMPRESSED', align: 'right', drop: 6, shown: images.some(({ sizeBytes }) => sizeBytes === null) },
    // Size less unique.
    { title: 'SHARED', align: 'right', drop: 3 },
    { title: 'UNIQUE', align: 'right', drop: 1 },
    { title: 'ARCHIVES', cut: 'start', shown: view.wide },
  ];
  const rows = images.map((image) => [
    cell(imageNames(image.references)),
    cell(digestName(image.id, view.wide)),
    cell(image.platform ?? 'n/a'),
    cell(view.wide ? (image.createdAt ?? 'n/a') : dayOf(image.createdAt)),
    cell(image.state, stateTones[image.state]),
    cell(formatCount(image.layers.length)),
    cell(formatSize(image.sizeBytes, image.claimedSizeBytes)),
    cell(formatCompressed(image.storedBytes, image.compressions)),
    cell(formatSize(image.sharedBytes, image.claimedSharedBytes)),
    cell(formatSize(image.uniqueBytes, image.claimedUniqueBytes)),
    cell(image.archives),
  ]);
  return table(columns, rows);
}

/** One row for each archive. */
export function archiveTable(archives: Report['archives'], view: View): Table {
  const compressed = view.wide || archives.some(({ compression }) => (compression ?? 'none') !== 'none');
  const columns: Column[] = [
    { title: 'STATUS' },
    { title: 'ARCHIVE', min: 20, cut: 'start' },
    { title: 'FORMAT', drop: 3 },
    { title: 'ON DISK', align: 'right', drop: 4, shown: compressed },
    { title: 'SIZE', align: 'right' },
    { title: 'IMAGES', align: 'right', drop: 1 },
    { title: 'NEEDED', align: 'right', shown: view.wide },
    { title: 'CAN GO', align: 'right', drop: 2 },
  ];
  const rows = archives.map((archive) => {
    const bytes = (count: number | null) => cell(archive.status === 'unreadable' ? '-' : formatBytes(count));
    return [
      statusCell(archive.status),
      cell(archive.path),
      cell(formatName(archive)),
      cell(formatBytes(archive.sizeBytes)),
      bytes(archive.tarBytes),
      cell(formatCount(archive.images.length)),
      bytes(archive.bytes.neededBytes),
      // What a damaged archive does not need is no more certain than the rest of it.
      archive.status === 'failed' ? cell('-') : bytes(archive.bytes.reclaimableBytes),
    ];
  });
  return table(columns, rows);
}

/** The format, with what it is packed in. */
export function formatName({
  format,
  compression,
}: Pick<Report['archives'][number], 'format' | 'compression'>): string {
  if (compression === null || compression === 'none') return format ?? '-';
  return format === null ? compression : `${format}+${compression}`;
}

function isCompressed({ copies }: Pick<LayerList['layers'][number], 'copies'>): boolean {
  return copies.some(({ compression }) => compression !== null && compression !== 'none');
}

/** The smallest form of a layer. */
function smallestCopy({ copies }: LayerList['layers'][number]): string {
  const [first, ...others] = copies;
  if (first === undefined) return 'n/a';
  const least = others.reduce((best, copy) => (copy.storedBytes < best.storedBytes ? copy : best), first);
  return formatCompressed(least.storedBytes, [least.compression]);
}

/** One row for each layer, those that take the most room first, unknown sizes last; another stored form is a twin. */
export function layerTable(layers: LayerList['layers'], view: View): Table {
  const columns: Column[] = [
    { title: 'DIFF ID' },
    { title: 'SIZE', align: 'right' },
    { title: 'COMPRESSED', align: 'right', drop: 4, shown: layers.some(isCompressed) },
    { title: 'STORED', align: 'right' },
    { title: 'COPIES', align: 'right' },
    { title: 'TWINS', align: 'right', drop: 1 },
    { title: 'IMAGES', align: 'right' },
    { title: 'ARCHIVES', align: 'right', drop: 2 },
    { title: 'STATE', drop: 3 },
    { title: 'FOUND IN', cut: 'start', shown: view.wide },
  ];
  const sizeOf = ({ sizeBytes, claimedSizeBytes }: LayerList['layers'][number]) => sizeBytes ?? claimedSizeBytes ?? -1;
  const sorted = [...layers].sort((a, b) => b.storedBytes - a.storedBytes || sizeOf(b) - sizeOf(a));
  const rows = sorted.map((layer) => [
    cell(digestName(layer.diffId, view.wide)),
    cell(formatSize(layer.sizeBytes, layer.claimedSizeBytes)),
    cell(smallestCopy(layer)),
    cell(formatBytes(layer.storedBytes)),
    cell(formatCount(layer.copies.length)),
    cell(formatCount(layer.twins.length)),
    cell(formatCount(layer.images.length)),
    cell(formatCount(layer.archives.length)),
    layer.state === null ? cell('-') : cell(layer.state, stateTones[layer.state]),
    cell(layer.archives),
  ]);
  return table(columns, rows);
}
