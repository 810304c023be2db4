/**
 * What is different, as blocks: a headline that says it in a sentence, then a table for each kind of thing, with a mark in
 * front of each row: + is new, - is gone, ~ is there and has changed. Two images have a text of their own. Long tables of
 * layers end with a count of what is not shown.
 */
import type { Diff } from '../../model/results/diff.js';
import { byteClasses } from '../blocks/byte-classes.js';
import {
  type Block,
  type Cell,
  cell,
  gap,
  heading,
  line,
  type Span,
  span,
  table,
  type View,
} from '../blocks/document.js';
import { formatByteChange, formatBytes, formatChangeShare, plural } from '../blocks/units.js';
import { outcomeVerdict, planOutcomeBlocks } from '../plan/plan-outcome-text.js';
import { changedArchives, changedImages, changedLayers, countedChanges } from './diff-tables.js';
import { pairBlocks, pairLead } from './image-pair-text.js';

/** Every section that has something to say. */
export function diffText(diff: Diff, view: View): Block[] {
  const { sides, pair } = diff;
  const other = pair !== null && pair.before.id !== pair.after.id;
  const sections: readonly Block[][] =
    pair !== null && (sides.before.image !== null || sides.after.image !== null)
      ? [[...pairBlocks(pair, view), ...notes(diff)]]
      : [
          [...headline(diff, sideNames(diff)), ...notes(diff)],
          diff.plan === null ? [] : planOutcomeBlocks(diff.plan, view),
          byteSection(diff),
          changedArchives(diff),
          // Of one image against one, the pair says more than tables of images and layers would.
          ...(other ? [pairBlocks(pair, view)] : [changedImages(diff, view), changedLayers(diff, view)]),
        ];
  return sections
    .filter((blocks) => blocks.length > 0)
    .flatMap((blocks, index) => (index === 0 ? blocks : [gap, ...blocks]));
}

/** What a page begins with, which names its sides above: whether a plan came true, and what is different. */
export function diffLead(diff: Diff, view: View): Block[] {
  const { sides, pair, plan } = diff;
  if (pair !== null && (sides.before.image !== null || sides.after.image !== null)) {
    return [...pairLead(pair, view), ...notes(diff)];
  }
  return [...(plan === null ? [] : [outcomeVerdict(plan)]), ...headline(diff, ''), ...notes(diff)];
}

/** What is different in a sentence; `names` stand in front of it. */
function headline({ differs, sides, archives, images, layers, bytes }: Diff, names: string): Block[] {
  const { before, after } = bytes;
  const changes = [
    countedChanges('archive', archives.added.length, archives.removed.length, [
      [archives.changed.length, 'changed'],
      [archives.moved.length, 'renamed'],
    ]),
    countedChanges('image', images.added.length, images.removed.length, [[images.changed.length, 'changed']]),
    images.retagged.length === 0 ? null : `${plural(images.retagged.length, 'tag')} moved`,
    countedChanges('layer', layers.added.length, layers.removed.length, [
      [layers.changed.length, 'stored differently'],
    ]),
  ].filter((part) => part !== null);
  const delta = bytes.delta.totalBytes;
  const sizes = `${formatBytes(before.totalBytes)} → ${formatBytes(after.totalBytes)}`;
  const change =
    delta === 0 ? 'the same size' : `${formatByteChange(delta)}, ${formatChangeShare(delta, before.totalBytes)}`;
  const prefix = names === '' ? [] : [span(names, 'strong'), span(': ')];
  if (!differs) {
    const scope = [plural(sides.after.archives, 'archive'), plural(sides.after.images, 'image'), sizes].join(', ');
    const same = names === '' ? 'Nothing differs' : 'nothing differs';
    return [line([...prefix, span(same, 'good'), span(` (${scope}).`)])];
  }
  const what = changes.length === 0 ? 'the same archives, counted differently' : changes.join('; ');
  return [
    line([...prefix, span(`${what}.`, names === '' ? 'strong' : 'plain')]),
    line([span(sizes, 'strong'), span(` (${change}).`)]),
  ];
}

function sideNames({ sides }: Diff): string {
  return `${sides.before.input.join(' ')} → ${sides.after.input.join(' ')}`;
}

/** What has to be known before someone acts on the figures: how far each side was checked. */
function notes({ sides, layers }: Diff): Block[] {
  const { before, after } = sides;
  const unreadable = (
    [
      ['BEFORE', before],
      ['AFTER', after],
    ] as const
  ).filter(([, side]) => side.unreadable > 0);
  const lines: Span[] = unreadable.map(([name, side]) =>
    span(`${plural(side.unreadable, 'archive')} of ${name} could not be read and had no part in this.`, 'bad'),
  );
  if (before.verified !== after.verified) {
    const [checked, claimed] = before.verified ? ['BEFORE', 'AFTER'] : ['AFTER', 'BEFORE'];
    const text = `${checked} is verified, ${claimed} is not: what it claims was compared with what ${checked} holds.`;
    lines.push(span(text, 'warn'));
  } else if (!before.verified) {
    lines.push(span('The figures are unverified: they rest on what the archives claim.', 'warn'));
  }
  const nameless = [...layers.added, ...layers.removed].filter(({ diffId }) => diffId === null).length;
  if (nameless > 0 && !(before.verified && after.verified)) {
    const what = `${plural(nameless, 'layer')} without a diffID ${nameless === 1 ? 'stands' : 'stand'} as new or gone`;
    lines.push(span(`${what}, and may be in both: only the bytes tell, which --verify reads.`, 'warn'));
  }
  if (before.recorded !== after.recorded) {
    const recorded = before.recorded ? 'BEFORE' : 'AFTER';
    lines.push(span(`${recorded} is as an inventory recorded it.`, 'dim'));
  }
  return lines.map((part) => line([part]));
}

function byteSection({ bytes }: Diff): Block[] {
  const { before, after, delta } = bytes;
  if (before.totalBytes + after.totalBytes === 0) return [];
  const row = (name: string, key: keyof typeof before, total: boolean): Cell[] => [
    cell(name, total ? 'strong' : 'plain'),
    cell(formatBytes(before[key]), total ? 'strong' : 'plain'),
    cell(formatBytes(after[key]), total ? 'strong' : 'plain'),
    cell(formatByteChange(delta[key]), total ? 'strong' : delta[key] === 0 ? 'dim' : 'plain'),
  ];
  const compressed = before.sizeBytes !== before.totalBytes || after.sizeBytes !== after.totalBytes;
  const columns = [
    { title: 'CLASS' },
    { title: 'BEFORE', align: 'right' as const },
    { title: 'AFTER', align: 'right' as const },
    { title: 'CHANGE', align: 'right' as const },
  ];
  return [
    heading('Where the bytes are'),
    table(columns, [
      ...byteClasses.map(({ name, key }) => row(name, key, false)),
      row('total', 'totalBytes', true),
      row('can go', 'reclaimableBytes', false),
      ...(compressed ? [row('on disk', 'sizeBytes', false)] : []),
    ]),
  ];
}
