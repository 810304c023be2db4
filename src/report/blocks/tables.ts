/**
 * The tables that several results show: images, layers, archives and the classes of bytes. Columns are chosen so that
 * 80 characters hold what matters; the others go first on a narrow terminal and are all there in the wide view.
 */
import type { LayerList, Reclaim, Report } from '../../model/results/results.js';
import { byteClasses } from './byte-classes.js';
import { type Cell, cell, type Table, type Tone, table, tableOf, type View } from './document.js';
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
  return tableOf(images, [
    // The tag stands at the end.
    { title: 'REPOSITORY:TAG', min: 16, cut: 'start', of: ({ references }) => cell(imageNames(references)) },
    { title: 'IMAGE ID', of: ({ id }) => cell(digestName(id, view.wide)) },
    { title: 'PLATFORM', drop: onePlatform ? 4 : 2, of: ({ platform }) => cell(platform ?? 'n/a') },
    {
      title: 'CREATED',
      drop: 5,
      of: ({ createdAt }) => cell(view.wide ? (createdAt ?? 'n/a') : dayOf(createdAt)),
    },
    {
      title: 'STATE',
      drop: 1,
      shown: view.wide || images.some(({ state }) => state !== 'live'),
      of: ({ state }) => cell(state, stateTones[state]),
    },
    { title: 'LAYERS', align: 'right', shown: view.wide, of: ({ layers }) => cell(formatCount(layers.length)) },
    {
      title: 'SIZE',
      align: 'right',
      of: ({ sizeBytes, claimedSizeBytes }) => cell(formatSize(sizeBytes, claimedSizeBytes)),
    },
    {
      title: 'COMPRESSED',
      align: 'right',
      drop: 6,
      // What was read is known by its size.
      shown: images.some(({ sizeBytes }) => sizeBytes === null),
      of: ({ storedBytes, compressions }) => cell(formatCompressed(storedBytes, compressions)),
    },
    {
      // Size less unique.
      title: 'SHARED',
      align: 'right',
      drop: 3,
      of: ({ sharedBytes, claimedSharedBytes }) => cell(formatSize(sharedBytes, claimedSharedBytes)),
    },
    {
      title: 'UNIQUE',
      align: 'right',
      drop: 1,
      of: ({ uniqueBytes, claimedUniqueBytes }) => cell(formatSize(uniqueBytes, claimedUniqueBytes)),
    },
    { title: 'ARCHIVES', cut: 'start', shown: view.wide, of: ({ archives }) => cell(archives) },
  ]);
}

/** One row for each archive. */
export function archiveTable(archives: Report['archives'], view: View): Table {
  const compressed = view.wide || archives.some(({ compression }) => (compression ?? 'none') !== 'none');
  const bytesOf = ({ status }: Report['archives'][number], bytes: number | null): Cell =>
    cell(status === 'unreadable' ? '-' : formatBytes(bytes));
  return tableOf(archives, [
    { title: 'STATUS', of: ({ status }) => statusCell(status) },
    { title: 'ARCHIVE', min: 20, cut: 'start', of: ({ path }) => cell(path) },
    { title: 'FORMAT', drop: 3, of: (archive) => cell(formatName(archive)) },
    {
      title: 'ON DISK',
      align: 'right',
      drop: 4,
      shown: compressed,
      of: ({ sizeBytes }) => cell(formatBytes(sizeBytes)),
    },
    { title: 'SIZE', align: 'right', of: (archive) => bytesOf(archive, archive.tarBytes) },
    { title: 'IMAGES', align: 'right', drop: 1, of: ({ images }) => cell(formatCount(images.length)) },
    {
      title: 'NEEDED',
      align: 'right',
      shown: view.wide,
      of: (archive) => bytesOf(archive, archive.bytes.neededBytes),
    },
    {
      title: 'CAN GO',
      align: 'right',
      drop: 2,
      // What a damaged archive does not need is no more certain than the rest of it.
      of: (archive) => (archive.status === 'failed' ? cell('-') : bytesOf(archive, archive.bytes.reclaimableBytes)),
    },
  ]);
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
  const sizeOf = ({ sizeBytes, claimedSizeBytes }: LayerList['layers'][number]) => sizeBytes ?? claimedSizeBytes ?? -1;
  const sorted = [...layers].sort((a, b) => b.storedBytes - a.storedBytes || sizeOf(b) - sizeOf(a));
  return tableOf(sorted, [
    { title: 'DIFF ID', of: ({ diffId }) => cell(digestName(diffId, view.wide)) },
    {
      title: 'SIZE',
      align: 'right',
      of: ({ sizeBytes, claimedSizeBytes }) => cell(formatSize(sizeBytes, claimedSizeBytes)),
    },
    {
      title: 'COMPRESSED',
      align: 'right',
      drop: 4,
      shown: layers.some(isCompressed),
      of: (layer) => cell(smallestCopy(layer)),
    },
    { title: 'STORED', align: 'right', of: ({ storedBytes }) => cell(formatBytes(storedBytes)) },
    { title: 'COPIES', align: 'right', of: ({ copies }) => cell(formatCount(copies.length)) },
    { title: 'TWINS', align: 'right', drop: 1, of: ({ twins }) => cell(formatCount(twins.length)) },
    { title: 'IMAGES', align: 'right', of: ({ images }) => cell(formatCount(images.length)) },
    { title: 'ARCHIVES', align: 'right', drop: 2, of: ({ archives }) => cell(formatCount(archives.length)) },
    { title: 'STATE', drop: 3, of: ({ state }) => (state === null ? cell('-') : cell(state, stateTones[state])) },
    { title: 'FOUND IN', cut: 'start', shown: view.wide, of: ({ archives }) => cell(archives) },
  ]);
}
