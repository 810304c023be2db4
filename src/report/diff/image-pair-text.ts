/**
 * Two images as blocks: what they have in common, layer by layer, and what their configs say differently. Values of a
 * config come from archives and may be anything: what is no text is shown as JSON.
 */
import type { ConfigChange, ImagePair, PairLayer } from '../../model/results/diff.js';
import { type Block, type Cell, cell, gap, heading, line, span, table, type View } from '../blocks/document.js';
import { dayOf, digestName, imageNames } from '../blocks/names.js';
import {
  formatByteChange,
  formatBytes,
  formatChangeShare,
  formatCount,
  formatSize,
  joinWords,
  plural,
} from '../blocks/units.js';
import { valueText } from '../forms/json.js';
import { readableCommand } from '../images/history-text.js';
import { marks } from './diff-tables.js';

/** The two images, their layers and their configs. */
export function pairBlocks(pair: ImagePair, view: View): Block[] {
  const { before, after, layers, config } = pair;
  const title = line([span(titleText(pair, view), 'strong')]);
  if (before.id === after.id) return [title, sameLine];
  return [
    title,
    line(sizeText(pair)),
    ...factLines(pair),
    ...(layers.length === 0 ? [] : [gap, heading('Layers'), layerTable(layers, view)]),
    gap,
    heading('Config'),
    config.length === 0 ? line('No difference in how they are run.') : configTable(config),
  ];
}

/** What a page begins with: how much they have in common, and then which they are. */
export function pairLead(pair: ImagePair, view: View): Block[] {
  const verdict = pair.before.id === pair.after.id ? [sameLine] : [line(sizeText(pair)), ...factLines(pair)];
  return [...verdict, line(titleText(pair, view))];
}

const sameLine = line([span('They are the same image.', 'good')]);

function titleText({ before, after }: ImagePair, view: View): string {
  const name = (image: typeof before) =>
    `${imageNames(image.references).join(', ')} (${digestName(image.id, view.wide)})`;
  return `${name(before)} → ${name(after)}`;
}

function sizeText({ before, after, layers, ...bytes }: ImagePair): string {
  const count = (change: PairLayer['change']) => layers.filter((layer) => layer.change === change).length;
  const [same, removed, added] = [count('same'), count('removed'), count('added')];
  const parts = [
    same === 0 ? 'no layer in common' : `${plural(same, 'layer')} in common (${formatBytes(bytes.sameBytes)})`,
    removed === 0 ? null : `${formatCount(removed)} gone (${formatBytes(bytes.removedBytes)})`,
    added === 0 ? null : `${formatCount(added)} new (${formatBytes(bytes.addedBytes)})`,
  ].filter((part) => part !== null);
  return `${sizesText(before, after)}: ${joinWords(parts)}.`;
}

/** `1.2GB → 1.3GB (+100MB, +8 %)` */
function sizesText(one: ImagePair['before'], other: ImagePair['after']): string {
  const sizes = [one, other]
    .map(({ sizeBytes, claimedSizeBytes }) => formatSize(sizeBytes, claimedSizeBytes))
    .join(' → ');
  const [before, after] = [one.sizeBytes, other.sizeBytes];
  if (before === null || after === null) return sizes;
  const delta = after - before;
  return delta === 0
    ? `${sizes} (the same size)`
    : `${sizes} (${formatByteChange(delta)}, ${formatChangeShare(delta, before)})`;
}

function factLines({ before, after }: ImagePair): Block[] {
  const facts = [
    ['created', dayOf(before.createdAt), dayOf(after.createdAt)],
    ['platform', before.platform ?? 'n/a', after.platform ?? 'n/a'],
    ['author', before.author ?? 'none', after.author ?? 'none'],
  ] as const;
  const parts = facts.flatMap(([name, was, is]) => (was === is ? [] : [`${name} ${was} → ${is}`]));
  return parts.length === 0 ? [] : [line(`${parts.join('; ')}.`)];
}

function layerTable(layers: readonly PairLayer[], view: View): Block {
  const columns = [
    { title: '' },
    { title: '#', align: 'right' as const },
    { title: 'DIFF ID' },
    { title: 'SIZE', align: 'right' as const },
    { title: 'CREATED BY', min: 20, drop: 1 },
  ];
  return table(
    columns,
    layers.map((layer) => {
      const command = layer.createdBy ?? '';
      return [
        marks[layer.change],
        cell(positionOf(layer), 'dim'),
        cell(digestName(layer.diffId, view.wide)),
        cell(formatSize(layer.sizeBytes, layer.claimedSizeBytes)),
        cell((view.wide ? command : readableCommand(command)) || 'n/a', layer.change === 'same' ? 'dim' : 'plain'),
      ];
    }),
  );
}

/** Counted from 1, as people count; both where they differ. */
function positionOf({ before, after }: PairLayer): string {
  const places = [before, after].filter((place) => place !== null);
  return [...new Set(places)].map((place) => formatCount(place + 1)).join(' → ');
}

function configTable(config: readonly ConfigChange[]): Block {
  const columns = [
    { title: '' },
    { title: 'FIELD' },
    { title: 'KEY', min: 12, cut: 'end' as const },
    { title: 'VALUE', min: 20 },
  ];
  return table(
    columns,
    config.map((change): Cell[] => [
      marks[change.change],
      cell(change.field),
      cell(change.key ?? ''),
      cell(valueLines(change)),
    ]),
  );
}

function valueLines({ change, before, after }: ConfigChange): string[] {
  switch (change) {
    case 'added':
      return [valueText(after)];
    case 'removed':
      return [valueText(before)];
    case 'changed':
      return [`- ${valueText(before)}`, `+ ${valueText(after)}`];
  }
}
