/**
 * The list of images as a tree: a line for each name, and below it the platforms of its index, with those that are not
 * there and what describes them. An image under no index is a line of its own.
 */
import type { ImageList, ListedImage, ListedOther } from '../../model/results/results.js';
import { type Block, type Cell, cell, line, table } from '../blocks/document.js';
import { digestName, imageNames } from '../blocks/names.js';
import { type ImageListView, imageFactCells, imageFactColumns, otherFactCells } from './image-list-text.js';
import { imageId } from './image-template.js';

/** One name with the images that it means. */
interface Group {
  readonly name: string;
  /** The index that leads to them; null for one image alone. */
  readonly index: string | null;
  readonly images: ListedImage[];
}

interface Child {
  /** What its line says and is sorted by. */
  readonly label: string;
  readonly cells: readonly Cell[];
}

/** The names in the order of the list, what is below each in alphabetical order. */
export function platformTreeText({ images, others }: ImageList, view: ImageListView): Block[] {
  if (images.length + others.length === 0) return [line('No image.')];
  const columns = [
    { title: 'IMAGE', min: 20, cut: 'start' as const },
    { title: 'IMAGE ID' },
    ...imageFactColumns(images, view),
  ];
  const bySubject = othersBySubject(others);
  const rows = groupsOf(images).flatMap((group) => groupRows(group, bySubject, view));
  const known = new Set(images.flatMap(({ manifestDigests, indexDigests }) => [...manifestDigests, ...indexDigests]));
  const loose = others.filter(({ subject }) => subject === null || !known.has(subject));
  rows.push(...loose.map((other) => [cell(imageNames(other.references), 'dim'), ...otherCells(other, view)]));
  return [table(columns, rows)];
}

function othersBySubject(others: readonly ListedOther[]): Map<string, ListedOther[]> {
  const bySubject = new Map<string, ListedOther[]>();
  for (const other of others) {
    const known = bySubject.get(other.subject ?? '');
    if (known === undefined) bySubject.set(other.subject ?? '', [other]);
    else known.push(other);
  }
  return bySubject;
}

function groupsOf(images: readonly ListedImage[]): Group[] {
  const groups = new Map<string, Group>();
  for (const image of images) {
    const { reference, id } = image;
    const index = image.indexDigests[0] ?? null;
    const key = JSON.stringify([reference, index ?? id]);
    const group = groups.get(key);
    const name = imageNames(reference === null ? [] : [reference]).join();
    if (group === undefined) groups.set(key, { name, index, images: [image] });
    else group.images.push(image);
  }
  return [...groups.values()];
}

function groupRows(
  { name, index, images }: Group,
  bySubject: ReadonlyMap<string, readonly ListedOther[]>,
  view: ImageListView,
): Cell[][] {
  const below = (digest: string, prefix: string): Child[] =>
    (bySubject.get(digest) ?? []).map((other) => {
      const label = other.kind === 'absent' ? `${other.platform} (not in the archive)` : `${prefix}${other.kind}`;
      return { label, cells: otherCells(other, view) };
    });
  const children: Child[] = index === null ? [] : below(index, '');
  for (const image of images) {
    const platform = image.platform ?? 'n/a';
    if (index !== null) children.push({ label: platform, cells: imageCells(image, view) });
    children.push(...image.manifestDigests.flatMap((digest) => below(digest, `${platform} `)));
  }
  children.sort((a, b) => (a.label < b.label ? -1 : Number(a.label > b.label)));
  const head =
    index === null
      ? images.flatMap((image) => imageCells(image, view))
      : [
          cell(digestName(index, !view.truncate)),
          ...Array.from({ length: imageFactColumns(images, view).length }, () => cell('')),
        ];
  return [
    [cell(name), ...head],
    ...children.map(({ label, cells }, at) => [
      cell(`${at < children.length - 1 ? '├─' : '└─'} ${label}`, cells[0]?.tone),
      ...cells,
    ]),
  ];
}

function imageCells(image: ListedImage, view: ImageListView): Cell[] {
  // The index stands above its platforms; each of them has a manifest of its own.
  const own = { ...image, digest: image.manifestDigests[0] ?? image.digest };
  return [cell(imageId(own, view) ?? 'n/a'), ...imageFactCells(image, view)];
}

function otherCells(other: ListedOther, view: ImageListView): Cell[] {
  return [cell(digestName(other.digest, !view.truncate), 'dim'), ...otherFactCells(other, view)];
}
