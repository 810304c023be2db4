/**
 * The tables of a comparison: archives, images, layers. The mark in front of each row says what happened, in a sign and not
 * by its colour alone: what has gone stands first, then what is new, then what has changed; layers stand by their bytes.
 */
import type { Diff, DiffArchive, DiffImage, DiffLayer } from '../../model/results/diff.js';
import { type Block, type Cell, cell, gap, heading, line, span, table, type View } from '../blocks/document.js';
import { digestName, imageNames } from '../blocks/names.js';
import { formatName, stateTones, statusCell } from '../blocks/tables.js';
import { formatBytes, formatCount, formatSize, plural } from '../blocks/units.js';

const shownLayers = 20;

/** The marks of rows, each with its colour. */
export const marks = {
  added: cell('+', 'good'),
  removed: cell('-', 'warn'),
  changed: cell('~'),
  same: cell('=', 'dim'),
} as const;

/** `2 archives new, 1 gone and 3 changed`; null where nothing happened. */
export function countedChanges(
  noun: string,
  added: number,
  removed: number,
  others: readonly (readonly [number: number, word: string])[],
): string | null {
  const parts = ([[added, 'new'], [removed, 'gone'], ...others] as const).filter(([number]) => number > 0);
  if (parts.length === 0) return null;
  return parts
    .map(([number, word], index) => `${index === 0 ? plural(number, noun) : formatCount(number)} ${word}`)
    .join(', ');
}

/** One row for each archive that is not what it was. */
export function changedArchives({ archives }: Diff): Block[] {
  const { added, removed, changed, moved } = archives;
  const size = (archive: DiffArchive) => formatBytes(archive.status === 'unreadable' ? null : archive.tarBytes);
  const one = (archive: DiffArchive, mark: Cell, isNew: boolean): Cell[] => [
    mark,
    cell(archive.name),
    cell(isNew ? '-' : size(archive)),
    cell(isNew ? size(archive) : '-'),
    archive.status === 'unreadable' ? statusCell(archive.status) : cell(holds(archive), 'dim'),
  ];
  const two = (before: DiffArchive, after: DiffArchive, what: string): Cell[] => [
    marks.changed,
    cell(before.name === after.name ? after.name : [`${before.name} →`, after.name]),
    cell(size(before)),
    cell(size(after)),
    cell(what, 'dim'),
  ];
  const rows = [
    ...removed.map((archive) => one(archive, marks.removed, false)),
    ...added.map((archive) => one(archive, marks.added, true)),
    ...changed.map((change) => two(change.before, change.after, whatChanged(change))),
    ...moved.map(({ before, after }) => two(before, after, 'renamed')),
  ];
  if (rows.length === 0) return [];
  const columns = [
    { title: '' },
    { title: 'ARCHIVE', min: 20, cut: 'start' as const },
    { title: 'BEFORE', align: 'right' as const },
    { title: 'AFTER', align: 'right' as const },
    { title: 'WHAT', min: 16, drop: 1 },
  ];
  return [heading(titleOf('Archives', archives.unchanged)), table(columns, rows)];
}

function titleOf(name: string, unchanged: number): string {
  return unchanged === 0 ? name : `${name} (${formatCount(unchanged)} unchanged)`;
}

function holds({ images, ...archive }: DiffArchive): string {
  return `${formatName(archive)}, ${plural(images.length, 'image')}`;
}

function whatChanged({ before, after, images, entries }: Diff['archives']['changed'][number]): string {
  const parts = [
    formatName(before) === formatName(after) ? null : `${formatName(before)} → ${formatName(after)}`,
    countedChanges('image', images.added.length, images.removed.length, []),
    countedChanges('file', entries.added, entries.removed, [[entries.changed, 'changed']]),
  ].filter((part) => part !== null);
  if (parts.length > 0) return parts.join('; ');
  return before.tarBytes === after.tarBytes && before.sizeBytes !== after.sizeBytes ? 'packed differently' : 'names';
}

/** One row for each image that came, went or has other tags, and one for each tag that means another image. */
export function changedImages({ images }: Diff, view: View): Block[] {
  const one = (image: DiffImage, mark: Cell): Cell[] => [
    mark,
    cell(imageNames(image.references)),
    cell(digestName(image.id, view.wide)),
    cell(image.platform ?? 'n/a'),
    cell(formatSize(image.sizeBytes, image.claimedSizeBytes)),
    cell(image.state, stateTones[image.state]),
  ];
  const rows = [
    ...images.removed.map((image) => one(image, marks.removed)),
    ...images.added.map((image) => one(image, marks.added)),
    ...images.changed.map((change) => [
      ...one(change.after, marks.changed).slice(0, -1),
      cell(whatChangedOf(change), 'warn'),
    ]),
  ];
  const columns = [
    { title: '' },
    { title: 'REPOSITORY:TAG', min: 16, cut: 'start' as const },
    { title: 'IMAGE ID' },
    { title: 'PLATFORM', drop: 2 },
    { title: 'SIZE', align: 'right' as const, drop: 3 },
    { title: 'STATE', drop: 1 },
  ];
  return [
    ...(rows.length === 0 ? [] : [heading(titleOf('Images', images.unchanged)), table(columns, rows)]),
    ...tagBlocks(images.retagged, rows.length > 0, view),
  ];
}

function whatChangedOf({ before, after, references }: Diff['images']['changed'][number]): string[] {
  return [
    ...(before.state === after.state ? [] : [`${before.state} → ${after.state}`]),
    ...(references.removed.length === 0 ? [] : imageNames(references.removed).map((name) => `- ${name}`)),
    ...(references.added.length === 0 ? [] : imageNames(references.added).map((name) => `+ ${name}`)),
  ];
}

function tagBlocks(retagged: Diff['images']['retagged'], below: boolean, view: View): Block[] {
  if (retagged.length === 0) return [];
  const severalPlatforms = new Set(retagged.map(({ platform }) => platform)).size > 1;
  const columns = [
    { title: '' },
    { title: 'TAG', min: 16, cut: 'start' as const },
    { title: 'PLATFORM', drop: 1, shown: severalPlatforms || view.wide },
    { title: 'BEFORE' },
    { title: 'AFTER' },
    { title: 'OF ARCHIVE', cut: 'start' as const, drop: 2, shown: retagged.some(({ archive }) => archive !== null) },
  ];
  const rows = retagged.map(({ reference, platform, archive, before, after }) => [
    marks.changed,
    cell(imageNames([reference])),
    cell(platform ?? 'n/a'),
    cell(digestName(before, view.wide)),
    cell(digestName(after, view.wide)),
    cell(archive ?? ''),
  ]);
  return [...(below ? [gap] : []), heading('Tags that mean another image'), table(columns, rows)];
}

/** One row for each layer that came, went, or is stored in another number of copies. */
export function changedLayers({ layers }: Diff, view: View): Block[] {
  const one = (layer: DiffLayer, mark: Cell, isNew: boolean): Cell[] => [
    mark,
    cell(digestName(layer.diffId, view.wide)),
    cell(formatSize(layer.sizeBytes, layer.claimedSizeBytes)),
    cell(isNew ? '-' : stored(layer)),
    cell(isNew ? stored(layer) : '-'),
    cell(formatCount(layer.images.length)),
  ];
  const all = [
    ...layers.removed.map((layer) => ({ bytes: layer.storedBytes, row: one(layer, marks.removed, false) })),
    ...layers.added.map((layer) => ({ bytes: layer.storedBytes, row: one(layer, marks.added, true) })),
    ...layers.changed.map(({ before, after }) => ({
      bytes: Math.abs(after.storedBytes - before.storedBytes),
      row: [
        ...one(before, marks.changed, false).slice(0, -2),
        cell(stored(after)),
        cell(formatCount(after.images.length)),
      ],
    })),
  ];
  if (all.length === 0) return [];
  all.sort((a, b) => b.bytes - a.bytes);
  const shown = view.verbose || view.wide ? all : all.slice(0, shownLayers);
  const rest = all.slice(shown.length);
  const note = `${plural(rest.length, 'more layer')} (${formatBytes(rest.reduce((sum, { bytes }) => sum + bytes, 0))}): -v shows all`;
  const columns = [
    { title: '' },
    { title: 'DIFF ID' },
    { title: 'SIZE', align: 'right' as const },
    { title: 'STORED BEFORE', align: 'right' as const },
    { title: 'AFTER', align: 'right' as const },
    { title: 'IMAGES', align: 'right' as const, drop: 1 },
  ];
  return [
    heading(titleOf('Layers', layers.unchanged)),
    table(
      columns,
      shown.map(({ row }) => row),
    ),
    ...(rest.length === 0 ? [] : [line([span(note, 'dim')])]),
  ];
}

/** `12.3MB`, `24.6MB in 2 copies` */
function stored({ storedBytes, copies }: DiffLayer): string {
  return copies > 1
    ? `${formatBytes(storedBytes)} in ${formatCount(copies)}`
    : formatBytes(copies === 0 ? null : storedBytes);
}
