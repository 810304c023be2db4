/**
 * What a plan predicted against what came true, as blocks: a verdict in a sentence, the figures side by side to the byte,
 * and each difference in words. Rounded figures would hide the difference that this is about.
 */
import type { PlanDifference, PlanOutcome } from '../../model/results/diff.js';
import { type Block, cell, heading, line, span, table, type View } from '../blocks/document.js';
import { digestName, imageNames } from '../blocks/names.js';
import { formatBytes, formatCount, plural } from '../blocks/units.js';

const shownDifferences = 20;

export function planOutcomeBlocks(outcome: PlanOutcome, view: View): Block[] {
  const { differences } = outcome;
  const shown = view.wide || view.verbose ? differences : differences.slice(0, shownDifferences);
  const more = differences.length - shown.length;
  return [
    heading('The plan'),
    verdictLine(outcome, 'It'),
    figureTable(outcome),
    ...shown.map((difference): Block => ({ kind: 'item', text: differenceText(difference, view) })),
    ...(more === 0 ? [] : [line([span(`${plural(more, 'more difference')}: -v shows all`, 'dim')])]),
  ];
}

/** Whether the plan came true, in a sentence that stands by itself. */
export function outcomeVerdict(outcome: PlanOutcome): Block {
  return verdictLine(outcome, 'The plan');
}

function verdictLine({ cameTrue, images, freedBytes, differences }: PlanOutcome, name: string): Block {
  if (!cameTrue) {
    return line([
      span(`${name} did not come true`, 'bad'),
      span(`: ${plural(differences.length, 'difference')} between what was predicted and what is.`),
    ]);
  }
  const what = `${plural(images.length, 'image')} gone, ${formatBytes(freedBytes.actual)} freed, as predicted to the byte.`;
  return line([span(`${name} came true`, 'good'), span(`: ${what}`)]);
}

/** Predicted, actual and the difference of each figure, in bytes. */
export function outcomeFigures({
  images,
  freedBytes,
  freedOverheadBytes,
}: PlanOutcome): readonly { readonly name: string; readonly predicted: number | null; readonly actual: number }[] {
  const { frame } = freedOverheadBytes;
  return [
    {
      name: 'images that go',
      predicted: images.length,
      actual: images.filter(({ outcome }) => outcome === 'gone').length,
    },
    { name: 'bytes freed', predicted: freedBytes.predicted, actual: freedBytes.actual },
    { name: 'overhead freed', predicted: freedOverheadBytes.predicted, actual: freedOverheadBytes.actual },
    ...(frame === 0 ? [] : [{ name: 'in documents written anew', predicted: null, actual: frame }]),
  ];
}

function figureTable(outcome: PlanOutcome): Block {
  const rows = outcomeFigures(outcome).map(({ name, predicted, actual }) => {
    const difference = predicted === null ? null : actual - predicted;
    return [
      cell(name),
      cell(predicted === null ? 'not counted' : formatCount(predicted), predicted === null ? 'dim' : 'plain'),
      cell(signedCount(actual, '')),
      cell(difference === null ? '' : signedCount(difference, '+'), difference === 0 ? 'dim' : 'bad'),
    ];
  });
  return table(
    [
      { title: 'WHAT' },
      { title: 'PREDICTED', align: 'right' },
      { title: 'ACTUAL', align: 'right' },
      { title: 'DIFFERENCE', align: 'right' },
    ],
    rows,
  );
}

/** `1,234`, `-5`, and with a plus `+1,234`: exact, since a rounded figure hides a difference. */
export function signedCount(number: number, plus: string): string {
  if (number === 0) return '0';
  return number < 0 ? `-${formatCount(-number)}` : `${plus}${formatCount(number)}`;
}

/** A difference as a sentence without an end. */
export function differenceText({ what, subject, predicted, actual }: PlanDifference, view: Pick<View, 'wide'>): string {
  const image = () => digestName(subject, view.wide);
  const both = `${figure(predicted)} predicted, ${figure(actual)} actual`;
  switch (what) {
    case 'before-bytes':
      return `the plan was made of other archives than BEFORE: of ${figure(predicted)}, and BEFORE has ${figure(actual)}`;
    case 'image-stayed':
      return `image ${image()} was to go, and is still there`;
    case 'image-never-there':
      return `image ${image()} was to go, and was not there in BEFORE`;
    case 'image-gone':
      return `image ${image()} is gone, and the plan says that it stays`;
    case 'image-added':
      return `image ${image()} is new`;
    case 'name-stayed':
      return `the name ${imageNames([subject ?? ''])[0] ?? ''} was to go, and is still there`;
    case 'freed-bytes':
      return `freed: ${both}`;
    case 'overhead-bytes':
      return `overhead: ${both}`;
    case 'archive-freed-bytes':
      return `freed in ${subject ?? ''}: ${both}`;
    case 'archive-overhead-bytes':
      return `overhead in ${subject ?? ''}: ${both}`;
    case 'archive-left-bytes':
      return `${subject ?? ''} is gone as a whole, with ${figure(predicted)} that the plan leaves in it: --remove stranded,unreferenced counts them`;
    case 'archive-added':
      return `archive ${subject ?? ''} is new: ${figure(actual)}`;
  }
}

function figure(value: string | number | null): string {
  return typeof value === 'number' ? `${signedCount(value, '')} bytes` : (value ?? '');
}
