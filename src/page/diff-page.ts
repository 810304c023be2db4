/** The page of `varve diff`: bytes before and after by class, then archives, images and layers that are not what they were. */
import type { Diff } from '../model/results/diff.js';
import { byteClasses } from '../report/blocks/byte-classes.js';
import { formatBytes, formatChangeShare, formatCount, plural } from '../report/blocks/units.js';
import { legend, swatch } from './parts/chart.js';
import { type Child, html } from './parts/dom.js';
import { byteChange, countFigure, sizeFigure } from './parts/figures.js';
import { type KeyFigure, keyFigures, plainTable, type Section, sectionsOf } from './parts/page-parts.js';
import { byteBars } from './pictures/byte-bars.js';
import { archiveChanges, imageChanges, layerChanges } from './sections/diff-tables.js';
import { pairSections } from './sections/image-pair-section.js';
import { planOutcomeSection } from './sections/plan-outcome-section.js';

/** Everything below the verdict. */
export function diffPage(diff: Diff): Child[] {
  return [
    keyFigures(figuresOf(diff)),
    ...sectionsOf([
      ...(diff.plan === null ? [] : [planOutcomeSection(diff.plan)]),
      ...(diff.pair === null ? [] : pairSections(diff.pair)),
      ...bytesSection(diff),
      ...archiveChanges(diff),
      ...imageChanges(diff),
      ...layerChanges(diff),
    ]),
  ];
}

function figuresOf({ bytes, archives, images, layers }: Diff): KeyFigure[] {
  const { before, after, delta } = bytes;
  const turns = (added: number, removed: number) => `${formatCount(added)} new, ${formatCount(removed)} gone`;
  return [
    {
      label: 'Before',
      value: sizeFigure(before.totalBytes),
      notes: [`${formatBytes(before.reclaimableBytes)} could go`],
    },
    { label: 'After', value: sizeFigure(after.totalBytes), notes: [`${formatBytes(after.reclaimableBytes)} can go`] },
    {
      label: 'Difference',
      value: byteChange(delta.totalBytes),
      notes: [formatChangeShare(delta.totalBytes, before.totalBytes)],
      ...(delta.totalBytes === 0 ? {} : { tone: delta.totalBytes < 0 ? 'good' : 'warn' }),
    },
    {
      label: 'Archives unchanged',
      value: countFigure(archives.unchanged),
      notes: [turns(archives.added.length, archives.removed.length)],
    },
    {
      label: 'Images unchanged',
      value: countFigure(images.unchanged),
      notes: [
        turns(images.added.length, images.removed.length),
        plural(images.retagged.length, 'tag moved', 'tags moved'),
      ],
    },
    {
      label: 'Layers unchanged',
      value: countFigure(layers.unchanged),
      notes: [turns(layers.added.length, layers.removed.length)],
    },
  ];
}

function bytesSection({ bytes }: Diff): Section[] {
  const { before, after, delta } = bytes;
  const present = byteClasses.filter(({ key }) => before[key] + after[key] > 0);
  const bar = (name: string, side: Diff['bytes']['before']) => ({
    name,
    figure: formatBytes(side.totalBytes),
    parts: present.map(({ name: fill, key }) => ({ fill, meaning: fill, bytes: side[key] })),
  });
  const picture = byteBars(
    `Bytes by class: ${formatBytes(before.totalBytes)} before, ${formatBytes(after.totalBytes)} after. The table below has the same figures.`,
    [bar('before', before), bar('after', after)],
  );
  const rows = [
    ...byteClasses.map(({ name, key }) => ({ key, title: html('span', { class: 'class-name' }, swatch(name), name) })),
    { key: 'totalBytes' as const, title: html('strong', {}, 'total') },
    { key: 'reclaimableBytes' as const, title: 'can go' },
    { key: 'sizeBytes' as const, title: 'on disk' },
  ].map(({ key, title }): Child[] => [title, sizeFigure(before[key]), sizeFigure(after[key]), byteChange(delta[key])]);
  const table = plainTable(
    'Classes of bytes, before and after',
    [
      { title: 'CLASS' },
      { title: 'BEFORE', numeric: true },
      { title: 'AFTER', numeric: true },
      { title: 'CHANGE', numeric: true },
    ],
    rows,
  );
  const words = legend(present.map(({ name }) => [name, name] as const));
  return [{ id: 'bytes', title: 'Where the bytes are', content: [words, picture, table] }];
}
