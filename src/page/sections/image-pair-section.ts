/** Two images held side by side: layer by layer, and what their configurations say differently. */
import type { ConfigChange, ImagePair } from '../../model/results/diff.js';
import { formatCount, formatSize } from '../../report/blocks/units.js';
import { valueText } from '../../report/forms/json.js';
import { legend } from '../parts/chart.js';
import { dataTable } from '../parts/data-table.js';
import { type Child, html } from '../parts/dom.js';
import { sizeFigure } from '../parts/figures.js';
import { code, imageName, shortDigest } from '../parts/names.js';
import { plainTable, type Section } from '../parts/page-parts.js';
import { byteBars } from '../pictures/byte-bars.js';
import { changeTag } from './diff-tables.js';

const layerWords = { same: 'same', removed: 'gone', added: 'new' } as const;
const configWords = { added: 'new', removed: 'gone', changed: 'changed' } as const;

/** The layers of both; then the configuration, where it differs. */
export function pairSections({ before, after, layers, config, ...bytes }: ImagePair): Section[] {
  const rows = layers.map((layer): Child[] => [
    changeTag(layerWords[layer.change]),
    String((layer.after ?? layer.before ?? 0) + 1),
    shortDigest(layer.diffId),
    sizeFigure(layer.sizeBytes, layer.claimedSizeBytes),
    html('div', { class: 'said' }, layer.createdBy),
  ]);
  const columns = [
    { title: 'CHANGE' },
    { title: '#', numeric: true },
    { title: 'DIFF ID' },
    { title: 'SIZE', numeric: true },
    { title: 'CREATED BY' },
  ];
  const same = { fill: 'needed', meaning: 'in both', bytes: bytes.sameBytes ?? 0 };
  const bars = [
    {
      name: imageName(before),
      figure: formatSize(before.sizeBytes, before.claimedSizeBytes),
      parts: [same, { fill: 'dangling', meaning: 'gone', bytes: bytes.removedBytes ?? 0 }],
    },
    {
      name: imageName(after),
      figure: formatSize(after.sizeBytes, after.claimedSizeBytes),
      parts: [same, { fill: 'unreferenced', meaning: 'new', bytes: bytes.addedBytes ?? 0 }],
    },
  ];
  const known = bytes.sameBytes !== null && bytes.removedBytes !== null && bytes.addedBytes !== null;
  const words = legend([
    ['needed', 'in both'],
    ['dangling', 'gone'],
    ['unreferenced', 'new'],
  ]);
  const picture = known ? [words, byteBars('Size of both images, by layers in common, gone and new.', bars)] : [];
  const content = [...picture, plainTable('Layers of both images', columns, rows)];
  const first = { id: 'pair-layers', title: 'Layer by layer', count: formatCount(layers.length), content };
  return config.length === 0 ? [first] : [first, configSection(config)];
}

function configSection(config: readonly ConfigChange[]): Section {
  const content = dataTable<ConfigChange>({
    caption: 'Configuration',
    noun: ['difference', 'differences'],
    rows: config,
    columns: [
      { title: 'CHANGE', show: ({ change }) => changeTag(configWords[change]), sortBy: ({ change }) => change },
      { title: 'FIELD', show: ({ field }) => field, sortBy: ({ field }) => field },
      { title: 'KEY', show: ({ key }) => code(key ?? ''), sortBy: ({ key }) => key },
      { title: 'BEFORE', show: ({ change, before }) => (change === 'added' ? '' : code(valueText(before))) },
      { title: 'AFTER', show: ({ change, after }) => (change === 'removed' ? '' : code(valueText(after))) },
    ],
    searchIn: ({ change, field, key, before, after }) => [change, field, key, valueText(before), valueText(after)],
  });
  return { id: 'config', title: 'Configuration', count: formatCount(config.length), content: [content] };
}
