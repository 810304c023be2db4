/**
 * The list of images as text and as rows: docker's columns, and in the wide view those that docker lacks. The tree puts
 * the platforms of an index below the name that they share.
 */
import type { ImageList, ListedImage, ListedOther } from '../../model/results/results.js';
import { type Block, type Cell, type Column, cell, line, type Tone, table } from '../blocks/document.js';
import { digestName, imageNames } from '../blocks/names.js';
import { createdSince } from '../blocks/relative-time.js';
import { safeText } from '../blocks/safe-text.js';
import { stateTones } from '../blocks/tables.js';
import { type CsvValue, renderCsv } from '../forms/csv.js';
import { compressedText, type ImageTexts, imageId, sizeText } from './image-template.js';

/** Which columns the list has, and how its values are written. */
export interface ImageListView extends ImageTexts {
  readonly wide: boolean;
  readonly digests: boolean;
}

const none = '<none>';

/** A row for each image, then one for each other item. */
export function imageListText({ images, others }: ImageList, view: ImageListView): Block[] {
  if (images.length + others.length === 0) return [line('No image.')];
  const columns: Column[] = [
    { title: 'REPOSITORY', min: 12, cut: 'start' },
    { title: 'TAG', min: 8 },
    { title: 'DIGEST', min: 12, drop: 5, shown: view.digests },
    { title: 'IMAGE ID' },
    { title: 'KIND', shown: others.length > 0 },
    ...imageFactColumns(images, view),
  ];
  const rows = [...images.map((image) => imageRow(image, view)), ...others.map((other) => otherRow(other, view))];
  return [table(columns, rows)];
}

function imageRow(image: ListedImage, view: ImageListView): Cell[] {
  return [
    cell(image.repository ?? none),
    cell(image.tag ?? none),
    cell(image.digest ?? none),
    cell(imageId(image, view) ?? 'n/a'),
    cell('image'),
    ...imageFactCells(image, view),
  ];
}

/** The columns from CREATED to ARCHIVE, which the tree has too. */
export function imageFactColumns(images: ImageList['images'], { wide }: ImageListView): Column[] {
  const compressed = images.some((image) => isUnseen(image) || image.compressions.some((form) => form !== 'none'));
  return [
    { title: 'CREATED', drop: 3 },
    { title: 'PLATFORM', drop: 4, shown: wide },
    { title: 'STATE', drop: 4, shown: wide },
    { title: 'SIZE', align: 'right' },
    { title: 'COMPRESSED', align: 'right', drop: 6, shown: compressed },
    { title: 'SHARED', align: 'right', drop: 2, shown: wide },
    { title: 'UNIQUE', align: 'right', drop: 1, shown: wide },
    wide ? { title: 'ARCHIVE', cut: 'start' } : { title: 'ARCHIVE', cut: 'start', min: 16, drop: 4 },
  ];
}

/** Of a registry nothing is known of the layers but what is stored. */
function isUnseen({ sizeBytes, claimedSizeBytes, storedBytes, compressions }: ListedImage): boolean {
  return (sizeBytes ?? claimedSizeBytes) === null && (storedBytes ?? 0) > 0 && compressions.length === 0;
}

/** What stands in these columns. */
export function imageFactCells(image: ListedImage, view: ImageListView): Cell[] {
  // Beside SHARED and UNIQUE the size has as many digits as they have, so that the sum can be seen.
  const size = sizeText(image.sizeBytes, image.claimedSizeBytes, view, view.wide ? 4 : 3);
  return [
    cell(createdSince(image.createdAt, view.now) ?? 'n/a'),
    cell(image.platform ?? 'n/a'),
    cell(image.state, stateTones[image.state]),
    cell(size ?? 'n/a'),
    cell(compressedText(image.storedBytes, image.compressions, view) ?? 'n/a'),
    cell(sizeText(image.sharedBytes, image.claimedSharedBytes, view) ?? 'n/a'),
    cell(sizeText(image.uniqueBytes, image.claimedUniqueBytes, view) ?? 'n/a'),
    archiveCell(image, view),
  ];
}

function otherRow(other: ListedOther, view: ImageListView): Cell[] {
  return [
    cell(imageNames(other.references), 'dim'),
    cell('', 'dim'),
    cell(other.digest, 'dim'),
    cell(digestName(other.digest, !view.truncate), 'dim'),
    cell(other.kind, 'dim'),
    ...otherFactCells(other, view),
  ];
}

/** Every archive, or the first and how many more there are. */
function archiveCell({ archives }: Pick<ListedImage, 'archives'>, { wide }: ImageListView, tone?: Tone): Cell {
  const [first = ''] = archives;
  return cell(wide ? archives : archives.length > 1 ? `${first} +${archives.length - 1}` : first, tone);
}

/** The same for what is no image: it has neither a time nor the size of an image. */
export function otherFactCells(other: ListedOther, view: ImageListView): Cell[] {
  const facts = [null, other.platform, other.state, null, null, null, null];
  return [...facts.map((fact) => cell(fact ?? 'n/a', 'dim')), archiveCell(other, view, 'dim')];
}

const header = [
  'kind',
  'reference',
  'repository',
  'tag',
  'digest',
  'id',
  'createdAt',
  'platform',
  'state',
  'sizeBytes',
  'sharedBytes',
  'uniqueBytes',
  'archives',
  'claimedSizeBytes',
  'storedBytes',
  'compressions',
];

/** One line for each image, then one for each other item; archives are parted by semicolons. */
export function imageListCsv({ images, others }: ImageList): Iterable<string> {
  const imageRows = images.map((image): CsvValue[] => [
    image.kind,
    image.reference,
    image.repository,
    image.tag,
    image.digest,
    image.id,
    image.createdAt,
    image.platform,
    image.state,
    image.sizeBytes,
    image.sharedBytes,
    image.uniqueBytes,
    image.archives.join(';'),
    image.claimedSizeBytes,
    image.storedBytes,
    image.compressions.join(';'),
  ]);
  const otherRows = others.map(({ kind, references, digest, platform, state, archives, storedBytes }): CsvValue[] => {
    const own = [kind, references.join(';'), null, null, digest, null, null, platform, state];
    return [...own, null, null, null, archives.join(';'), null, storedBytes, null];
  });
  return renderCsv(header, [...imageRows, ...otherRows]);
}

/** The IDs of the images and the digests of the other items, one a line, each once; what has none is left out. */
export function imageListIds({ images, others }: ImageList, view: Pick<ImageTexts, 'idKind' | 'truncate'>): string {
  const ids = [
    ...images.map((image) => imageId(image, view)),
    ...others.map(({ digest }) => digestName(digest, !view.truncate)),
  ];
  return [...new Set(ids.filter((id) => id !== null))].map((id) => `${safeText(id)}\n`).join('');
}
