/**
 * The layers of a set as text and as rows: each distinct layer once, with what it weighs and who has it. Tables put the
 * layers that take the most room first; the machine formats keep the order of the result.
 */
import type { LayerList } from '../../model/results/results.js';
import { type Block, gap, line, span, type View } from '../blocks/document.js';
import { layerTable } from '../blocks/tables.js';
import { formatBytes, plural } from '../blocks/units.js';
import { type CsvValue, renderCsv } from '../forms/csv.js';

export function layersText({ layers, verified }: LayerList, view: View): Block[] {
  if (layers.length === 0) return [line('No layer.')];
  const copies = layers.reduce((sum, layer) => sum + layer.copies.length, 0);
  const stored = layers.reduce((sum, layer) => sum + layer.storedBytes, 0);
  const total = `${plural(layers.length, 'layer')}, ${formatBytes(stored)} stored in ${plural(copies, 'copy', 'copies')}`;
  return [layerTable(layers, view), gap, line([span(total, 'strong'), span(verified ? '.' : ' (unverified).')])];
}

const header = [
  'diffId',
  'sizeBytes',
  'storedBytes',
  'copies',
  'twins',
  'images',
  'archives',
  'state',
  'claimedSizeBytes',
];

/** One line for each layer; lists are counted. */
export function layersCsv({ layers }: LayerList): Iterable<string> {
  const rows = layers.map((layer): CsvValue[] => [
    layer.diffId,
    layer.sizeBytes,
    layer.storedBytes,
    layer.copies.length,
    layer.twins.length,
    layer.images.length,
    layer.archives.length,
    layer.state,
    layer.claimedSizeBytes,
  ]);
  return renderCsv(header, rows);
}
