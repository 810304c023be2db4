/**
 * The history of images as text: a table for each image, the newest step first as docker has it, with the layer that each
 * step made and who else has it. Commands are shown as they would stand in a Dockerfile; in full and unchanged on demand.
 */
import type { History, HistoryStep, ImageHistory } from '../../model/results/results.js';
import { type Block, type Cell, type Column, cell, gap, line, span, table } from '../blocks/document.js';
import { digestName, imageNames } from '../blocks/names.js';
import { createdSince } from '../blocks/relative-time.js';
import { safeText } from '../blocks/safe-text.js';
import { formatSize, plural } from '../blocks/units.js';
import { type HistoryTexts, stepCompressed, stepSize, stepTime } from './history-template.js';

/** How much the tables show, and how. */
export interface HistoryView extends HistoryTexts {
  readonly wide: boolean;
  /** What an image is called; null where it has no name. */
  readonly nameOf: (id: string) => string | null;
}

const shownImages = { narrow: 1, wide: 3 };

/** A table for each image. */
export function historyText(history: History, view: HistoryView): Block[] {
  if (history.images.length === 0) return [line('No image.')];
  return history.images.flatMap((image, position) => [
    ...(position === 0 ? [] : [gap]),
    titleOf(image, view),
    ...(image.steps.length === 0 ? [] : [stepTable(image, history, view)]),
    ...remarks(image),
  ]);
}

function titleOf({ id, references, platform, sizeBytes, claimedSizeBytes }: ImageHistory, view: HistoryView): Block {
  const facts = [
    digestName(id, view.wide || !view.truncate),
    platform ?? 'n/a',
    formatSize(sizeBytes, claimedSizeBytes),
  ];
  return line([span(imageNames(references).join(', '), 'strong'), span(`  ${facts.join('  ')}`)]);
}

function stepTable(image: ImageHistory, history: History, view: HistoryView): Block {
  const columns: Column[] = [
    { title: 'CREATED', drop: 2 },
    { title: 'CREATED BY', min: 20 },
    { title: 'SIZE', align: 'right' },
    { title: 'COMPRESSED', align: 'right', drop: 4, shown: image.steps.some(isCompressed) },
    { title: 'LAYER' },
    { title: 'SHARED WITH', min: 12, drop: 3 },
    { title: 'COMMENT', drop: 5, shown: view.wide || !view.truncate },
  ];
  return table(
    columns,
    image.steps.map((step) => stepRow(step, image, history, view)),
  );
}

/** Or may be: of a registry nothing is known of a layer but what is stored. */
function isCompressed({ compression, sizeBytes, claimedSizeBytes, storedBytes }: HistoryStep): boolean {
  if (compression !== null) return compression !== 'none';
  return (sizeBytes ?? claimedSizeBytes) === null && (storedBytes ?? 0) > 0;
}

function stepRow(step: HistoryStep, image: ImageHistory, history: History, view: HistoryView): Cell[] {
  const tone = step.emptyLayer ? 'dim' : 'plain';
  const time = view.human ? createdSince(step.createdAt, view.now) : stepTime(step.createdAt);
  const command = view.truncate ? readableCommand(step.createdBy ?? '') : (step.createdBy ?? '');
  return [
    cell(time ?? 'n/a', tone),
    cell(command === '' ? 'n/a' : command, tone),
    cell(stepSize(step, view) ?? 'n/a', tone),
    cell(stepCompressed(step, view) ?? 'n/a', tone),
    cell(layerText(step, view), tone),
    cell(sharedText(step, image, history, view), tone),
    cell(step.comment ?? '', tone),
  ];
}

function layerText({ emptyLayer, layer, diffId }: HistoryStep, view: HistoryView): string {
  if (emptyLayer) return '(empty)';
  return layer === null || diffId === null ? 'n/a' : digestName(diffId, view.wide || !view.truncate);
}

/** The first of the other images that have the layer, and how many more there are. */
function sharedText({ layer }: HistoryStep, image: ImageHistory, history: History, view: HistoryView): string {
  if (layer === null) return '';
  const others = (history.layers[layer]?.images ?? []).filter((id) => id !== image.id);
  const shown = others.slice(0, view.wide ? shownImages.wide : shownImages.narrow);
  const names = shown.map((id) => view.nameOf(id) ?? digestName(id, false)).join(', ');
  return others.length > shown.length ? `${names} +${others.length - shown.length}` : names;
}

function remarks({ fits, steps }: ImageHistory): Block[] {
  if (steps.length === 0) return [line([span('It has no layers and no history.', 'dim')])];
  if (fits) return [];
  const layers = steps.filter(({ layer }) => layer !== null).length;
  const told = steps.filter(({ layer, emptyLayer }) => layer === null && !emptyLayer).length;
  const why =
    steps.length === layers
      ? 'The image config has no history: what made these layers is not known.'
      : `The history has ${plural(told, 'step')} with a layer for ${plural(layers, 'layer')}: which step made which is not ` +
        'known. The layers come first, then the steps.';
  return [line([span(why, 'dim')])];
}

/** The IDs of the images, one a line, each once. */
export function historyIds({ images }: History, { truncate }: Pick<HistoryTexts, 'truncate'>): string {
  return [...new Set(images.map(({ id }) => digestName(id, !truncate)))].map((id) => `${safeText(id)}\n`).join('');
}

/**
 * A command as its Dockerfile had it, on one line: builders wrap it in the shell that runs it, mark steps that run
 * nothing, and put their name behind it.
 */
export function readableCommand(createdBy: string): string {
  const text = createdBy
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/ # buildkit$/, '');
  const nothing = /^(?:\/bin\/sh -c|cmd \/S \/C) #\(nop\) ?/.exec(text);
  if (nothing !== null) return text.slice(nothing[0].length).trim();
  const shell = /^(?:RUN )?(?:\|\d+ (?:(?!\/bin\/sh -c).)*)?(?:\/bin\/sh -c|cmd \/S \/C) /.exec(text);
  return shell === null ? text : `RUN ${text.slice(shell[0].length).trim()}`;
}
