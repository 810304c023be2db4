/**
 * A delta as blocks, in docker's words: how large it is and what it saves, then layer by layer what already exists on the other
 * side and what is added; and what was made of one there.
 */
import type { Apply, Delta } from '../../model/results/delta/delta.js';
import { type Block, cell, gap, heading, line, span, table, type View } from '../blocks/document.js';
import { digestName, imageNames } from '../blocks/names.js';
import { formatBytes, formatCount, plural } from '../blocks/units.js';
import { leftOutSection, partSection } from './pack-text.js';

const shownLayers = 50;
const shownImages = 20;
const shownLacking = 20;

/** Every section of a delta that has something to say. */
export function deltaText(delta: Delta, view: View): Block[] {
  const isRefused = delta.status === 'refused';
  return inSections([
    isRefused ? refusal(delta.leftOut.length, 'cannot go in') : deltaHeadline(delta),
    partSection(delta),
    leftOutSection(delta),
    isRefused ? [] : layerSection(delta, view),
  ]);
}

/** Every section of what was made of a delta that has something to say. */
export function applyText(apply: Apply, view: View): Block[] {
  const isRefused = apply.status === 'refused';
  return inSections([
    isRefused ? refusal(apply.leftOut.length, 'of this delta and its base cannot be had') : applyHeadline(apply),
    partSection(apply),
    lackingSection(apply, view),
    isRefused ? [] : imageSection(apply, view),
  ]);
}

/** A base that is another one lacks everything. */
function lackingSection({ leftOut }: Apply, { verbose }: View): Block[] {
  const shown = verbose ? leftOut : leftOut.slice(0, shownLacking);
  const more = leftOut.length - shown.length;
  return [
    ...leftOutSection({ leftOut: shown }, 'Not there'),
    ...(more === 0 ? [] : [line([span(`and ${plural(more, 'more', 'more')}, which -v lists`, 'dim')])]),
  ];
}

function inSections(sections: readonly Block[][]): Block[] {
  return sections.filter((blocks) => blocks.length > 0).flatMap((blocks, i) => (i === 0 ? blocks : [gap, ...blocks]));
}

function refusal(count: number, what: string): Block[] {
  return [line([span('Nothing was written', 'bad'), span(`: ${plural(count, 'thing')} ${what}.`)])];
}

function deltaHeadline({ status, sizeBytes, output, layers, whole, base }: Delta): Block[] {
  const added = layers.filter((layer) => layer.status === 'added');
  const existing = layers.length - added.length;
  const told = `${formatCount(added.length)} of ${plural(layers.length, 'layer')} added, ${formatCount(existing)} already there`;
  const saved = Math.max(0, whole.sizeBytes - sizeBytes);
  const unverified =
    base.unverifiedBlobs === 0
      ? []
      : [
          line([
            span(
              `${plural(base.unverifiedBlobs, 'blob')} of the base ${base.unverifiedBlobs === 1 ? 'was' : 'were'} not hashed`,
              'warn',
            ),
            span(', so that varve apply may find others there; varve scan makes an inventory that is sure.'),
          ]),
        ];
  return [
    line([
      span(`${formatBytes(sizeBytes)} ${whereTo(status, output)}`, 'strong'),
      span(
        `: ${told}; ${formatBytes(saved)} saved of the ${formatBytes(whole.sizeBytes)} of the whole.${unchanged(status)}`,
      ),
    ]),
    line(
      `The other side needs ${plural(base.blobs, 'blob')} (${formatBytes(base.sizeBytes)}) for it: varve apply DELTA --from HAVE.`,
    ),
    ...unverified,
  ];
}

function applyHeadline({ status, sizeBytes, output, blobs, copiedBytes, deltaBytes }: Apply): Block[] {
  const parts = `${formatBytes(deltaBytes)} of the delta, ${formatBytes(copiedBytes - deltaBytes)} of its base`;
  return [
    line([
      span(`${formatBytes(sizeBytes)} ${whereTo(status, output)}`, 'strong'),
      span(`: ${plural(blobs, 'blob')}, ${parts}.${unchanged(status)}`),
    ]),
  ];
}

function whereTo(status: Delta['status'], output: string | null): string {
  return status === 'planned' ? 'would be written' : `written to ${output ?? 'standard output'}`;
}

function unchanged(status: Delta['status']): string {
  return status === 'planned' ? ' Nothing was changed.' : '';
}

/** What is added before what is there: that is what a delta is made for. */
function layerSection({ layers }: Delta, { wide, verbose }: View): Block[] {
  if (layers.length === 0) return [];
  const isAdded = ({ status }: Delta['layers'][number]): boolean => status === 'added';
  const ordered = [...layers.filter(isAdded), ...layers.filter((layer) => !isAdded(layer))];
  const shown = verbose ? ordered : ordered.slice(0, shownLayers);
  const more = layers.length - shown.length;
  return [
    heading('Layers'),
    ...shown.map((layer) =>
      line([
        span(`${digestName(layer.diffId ?? layer.digest, wide)}: `),
        isAdded(layer) ? span(`Added ${formatBytes(layer.bytes)}`, 'warn') : span('Already exists', 'good'),
      ]),
    ),
    ...(more === 0 ? [] : [line([span(`and ${plural(more, 'more', 'more')}, which -v lists`, 'dim')])]),
  ];
}

function imageSection({ images }: Apply, { wide, verbose }: View): Block[] {
  if (images.length === 0) return [];
  const shown = verbose ? images : images.slice(0, shownImages);
  const rows = shown.map(({ id, references, localTags, manifestDigest }) => {
    const names = [...references, ...localTags];
    return [
      names.length === 0 ? cell('<none>', 'dim') : cell(imageNames(names)),
      cell(digestName(id, wide)),
      cell(digestName(manifestDigest.after, wide)),
    ];
  });
  const more = images.length - shown.length;
  return [
    heading('Images'),
    table([{ title: 'IMAGE', min: 20 }, { title: 'ID' }, { title: 'MANIFEST' }], rows),
    ...(more === 0 ? [] : [line([span(`and ${plural(more, 'more', 'more')}, which -v lists`, 'dim')])]),
  ];
}
