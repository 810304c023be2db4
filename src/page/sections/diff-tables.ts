/** What has gone, is new or has changed between two states, each as one table that says so in a word. */
import type { Diff, DiffArchive, DiffImage, DiffLayer } from '../../model/results/diff.js';
import { dayOf, imageNames } from '../../report/blocks/names.js';
import { formatCount, plural } from '../../report/blocks/units.js';
import { dataTable } from '../parts/data-table.js';
import { type Child, html } from '../parts/dom.js';
import { countFigure, sizeFigure } from '../parts/figures.js';
import { code, shortDigest } from '../parts/names.js';
import { facts, type Section } from '../parts/page-parts.js';
import { tag } from './findings-section.js';

export type Change = 'gone' | 'new' | 'changed' | 'renamed' | 'same';

/** A thing on one side or both; one side is always there. */
interface Turn<Thing> {
  readonly change: Change;
  readonly before: Thing | null;
  readonly after: Thing | null;
  /** The thing as it is, or as it was. */
  readonly one: Thing;
  readonly what: string;
}

const tones: Readonly<Record<Change, string>> = {
  gone: 'warn',
  new: 'good',
  changed: 'plain',
  renamed: 'plain',
  same: 'dim',
};

/** The word for a change, in its colour. */
export function changeTag(change: Change): HTMLElement {
  return tag(change, tones[change]);
}

const gone = <Thing>(one: Thing): Turn<Thing> => ({ change: 'gone', before: one, after: null, one, what: '' });
const added = <Thing>(one: Thing): Turn<Thing> => ({ change: 'new', before: null, after: one, one, what: '' });
const changed = <Thing>(before: Thing, after: Thing, what: string, change: Change = 'changed'): Turn<Thing> => ({
  change,
  before,
  after,
  one: after,
  what,
});

/** Archives that are not what they were. */
export function archiveChanges({ archives }: Diff): Section[] {
  const rows = [
    ...archives.removed.map(gone),
    ...archives.added.map(added),
    ...archives.changed.map(({ before, after, images, entries }) => {
      const parts = [`entries: ${entries.added} new, ${entries.removed} gone, ${entries.changed} changed`];
      const moved = images.added.length + images.removed.length;
      if (moved > 0) parts.push(`images: ${images.added.length} new, ${images.removed.length} gone`);
      return changed(before, after, parts.join('; '));
    }),
    ...archives.moved.map(({ before, after }) => changed(before, after, `was ${before.name}`, 'renamed')),
  ];
  if (rows.length === 0) return [];
  const content = dataTable<Turn<DiffArchive>>({
    caption: 'Archives',
    noun: ['archive', 'archives'],
    rows,
    columns: [
      { title: 'CHANGE', show: ({ change }) => changeTag(change), sortBy: ({ change }) => change },
      { title: 'ARCHIVE', show: ({ one }) => html('div', { class: 'said' }, one.name), sortBy: ({ one }) => one.name },
      ...sides<DiffArchive>(({ tarBytes }) => tarBytes),
      {
        title: 'IMAGES',
        numeric: true,
        show: ({ one }) => countFigure(one.images.length),
        sortBy: ({ one }) => one.images.length,
      },
      { title: 'WHAT', show: ({ what }) => html('div', { class: 'said' }, what) },
    ],
    searchIn: ({ change, before, after, what }) => [change, before?.path ?? null, after?.path ?? null, what],
    detail: ({ before, after, one }) =>
      facts([
        ['before', before === null ? [] : [code(before.path)]],
        ['after', after === null ? [] : [code(after.path)]],
        ['images', one.images.map(code)],
      ]),
  });
  return [section('archives', 'Archives', rows.length, archives.unchanged, [content])];
}

/** Images that are new, gone, or have other tags; tags that mean another image. */
export function imageChanges({ images }: Diff): Section[] {
  const rows = [
    ...images.removed.map(gone),
    ...images.added.map(added),
    ...images.changed.map(({ before, after, references }) =>
      changed(
        before,
        after,
        [...references.added.map((name) => `+ ${name}`), ...references.removed.map((name) => `- ${name}`)].join(', '),
      ),
    ),
  ];
  const moved = images.retagged.length === 0 ? [] : [retagged(images.retagged)];
  if (rows.length === 0) {
    return moved.length === 0 ? [] : [section('images', 'Images', images.retagged.length, images.unchanged, moved)];
  }
  const content = dataTable<Turn<DiffImage>>({
    caption: 'Images',
    noun: ['image', 'images'],
    rows,
    columns: [
      { title: 'CHANGE', show: ({ change }) => changeTag(change), sortBy: ({ change }) => change },
      {
        title: 'REPOSITORY:TAG',
        show: ({ one }) => imageNames(one.references).map((name) => html('div', { class: 'said' }, name)),
        sortBy: ({ one }) => imageNames(one.references)[0] ?? null,
      },
      { title: 'IMAGE ID', show: ({ one }) => shortDigest(one.id) },
      { title: 'PLATFORM', show: ({ one }) => one.platform ?? 'n/a', sortBy: ({ one }) => one.platform },
      { title: 'CREATED', show: ({ one }) => dayOf(one.createdAt), sortBy: ({ one }) => one.createdAt },
      { title: 'STATE', show: ({ one }) => one.state, sortBy: ({ one }) => one.state },
      {
        title: 'SIZE',
        numeric: true,
        show: ({ one }) => sizeFigure(one.sizeBytes, one.claimedSizeBytes),
        sortBy: ({ one }) => one.sizeBytes ?? one.claimedSizeBytes,
      },
      { title: 'WHAT', show: ({ what }) => html('div', { class: 'said' }, what) },
    ],
    searchIn: ({ change, one, what }) => [change, one.id, ...one.references, ...one.archives, one.state, what],
    detail: ({ one }) =>
      facts([
        ['image ID', [code(one.id)]],
        ['references', one.references.map(code)],
        ['archives', one.archives.map(code)],
      ]),
  });
  return [section('images', 'Images', rows.length, images.unchanged, [content, ...moved])];
}

function retagged(rows: Diff['images']['retagged']): HTMLElement {
  return dataTable({
    caption: 'Tags that mean another image',
    noun: ['tag that means another image', 'tags that mean another image'],
    rows,
    columns: [
      {
        title: 'TAG',
        show: ({ reference }) => html('div', { class: 'said' }, reference),
        sortBy: ({ reference }) => reference,
      },
      { title: 'PLATFORM', show: ({ platform }) => platform ?? 'n/a', sortBy: ({ platform }) => platform },
      { title: 'BEFORE', show: ({ before }) => shortDigest(before) },
      { title: 'AFTER', show: ({ after }) => shortDigest(after) },
    ],
    searchIn: ({ reference, platform, archive, before, after }) => [reference, platform, archive, before, after],
  });
}

/** Layers that are new, gone, or stored in more or fewer copies. */
export function layerChanges({ layers }: Diff): Section[] {
  const rows = [
    ...layers.removed.map(gone),
    ...layers.added.map(added),
    ...layers.changed.map(({ before, after }) => changed(before, after, copiesOf(before, after))),
  ];
  if (rows.length === 0) return [];
  const content = dataTable<Turn<DiffLayer>>({
    caption: 'Layers',
    noun: ['layer', 'layers'],
    rows,
    columns: [
      { title: 'CHANGE', show: ({ change }) => changeTag(change), sortBy: ({ change }) => change },
      { title: 'DIFF ID', show: ({ one }) => shortDigest(one.diffId) },
      {
        title: 'SIZE',
        numeric: true,
        show: ({ one }) => sizeFigure(one.sizeBytes, one.claimedSizeBytes),
        sortBy: ({ one }) => one.sizeBytes ?? one.claimedSizeBytes,
      },
      ...sides<DiffLayer>(({ storedBytes }) => storedBytes),
      {
        title: 'IMAGES',
        numeric: true,
        show: ({ one }) => countFigure(one.images.length),
        sortBy: ({ one }) => one.images.length,
      },
      { title: 'WHAT', show: ({ what }) => what },
    ],
    searchIn: ({ change, one }) => [change, one.diffId, ...one.images],
  });
  return [section('layers', 'Layers', rows.length, layers.unchanged, [content])];
}

function copiesOf(before: DiffLayer, after: DiffLayer): string {
  return before.copies === after.copies
    ? 'other bytes'
    : `${before.copies} to ${plural(after.copies, 'copy', 'copies')}`;
}

/** Bytes of both sides; nothing where the thing is not there. */
function sides<Thing>(bytesOf: (thing: Thing) => number | null) {
  const side = (title: string, of: (turn: Turn<Thing>) => Thing | null) => ({
    title,
    numeric: true,
    show: (turn: Turn<Thing>): Child => {
      const thing = of(turn);
      return thing === null ? '-' : sizeFigure(bytesOf(thing));
    },
    sortBy: (turn: Turn<Thing>) => {
      const thing = of(turn);
      return thing === null ? null : bytesOf(thing);
    },
  });
  return [side('BEFORE', ({ before }) => before), side('AFTER', ({ after }) => after)];
}

function section(id: string, title: string, rows: number, unchanged: number, content: readonly Child[]): Section {
  const note = html('p', { class: 'dim' }, `${formatCount(unchanged)} unchanged.`);
  return { id, title, count: formatCount(rows), content: [note, ...content] };
}
