/**
 * What a plan predicted against what came true: the plan was made of the side before, and the side after is what is left.
 * Every way in which the two part is a difference of its own, with both figures, and also what explains it: images and
 * archives that came meanwhile. The frame of an archive that is written anew (documents, the end of the tar) is up to the
 * writer, so no plan counts it; here it stands by itself. Hostile input: the plan, of which only its shape is known.
 */

import type { Diff, PlanDifference, PlanOutcome } from '../../model/results/diff.js';
import type { ArchiveRecord } from '../../model/results/inventory.js';
import type { Plan } from '../../model/results/plan.js';
import { bodyBytes, frameBytes, overheadBytes } from '../bytes/archive-bytes.js';
import { type ArchivePairs, archiveNames } from './archive-pairs.js';
import { type Side, sortedNamesOf } from './diff-side.js';

type Changes = Pick<Diff, 'archives' | 'images'>;
type OutcomeArchive = PlanOutcome['archives'][number];

/** Holds the plan against two sides and what is different between them. */
export function planOutcome(
  plan: Plan,
  sides: { readonly before: Side; readonly after: Side },
  pairs: ArchivePairs,
  changes: Changes,
): PlanOutcome {
  const archives = archiveOutcomes(plan, sides, pairs);
  const frame = archives.reduce((total, { frameBytes: part }) => total + part, 0);
  const freed = changeOf(sides, bodyBytes);
  const overhead = changeOf(sides, overheadBytes) - frame;
  const images = imageOutcomes(plan, sides);
  const differences = [
    ...totalDifference(plan, sides.before),
    ...imageDifferences(plan, sides, changes, images),
    ...figures('freed-bytes', null, plan.freedBytes, freed),
    ...figures('overhead-bytes', null, plan.freedOverheadBytes, overhead),
    ...archives.flatMap(archiveDifferences),
    ...changes.archives.added.map(({ path, tarBytes }) => difference('archive-added', path, 0, tarBytes)),
  ];
  return {
    cameTrue: differences.length === 0,
    verified: plan.verified,
    images,
    freedBytes: { predicted: plan.freedBytes, actual: freed },
    freedOverheadBytes: { predicted: plan.freedOverheadBytes, actual: overhead, frame },
    archives,
    differences,
  };
}

function changeOf(
  { before, after }: { readonly before: Side; readonly after: Side },
  measure: typeof bodyBytes,
): number {
  const total = ({ inventory }: Side) => inventory.archives.reduce((sum, archive) => sum + measure(archive), 0);
  return total(before) - total(after);
}

/** A plan of another state than the one before predicts nothing about it. */
function totalDifference({ totalBytes }: Plan, { bytes }: Side): PlanDifference[] {
  return figures('before-bytes', null, totalBytes, bytes.totalBytes);
}

function imageOutcomes({ images }: Plan, { before, after }: { readonly before: Side; readonly after: Side }) {
  return images.map(({ id, references, freedBytes }): PlanOutcome['images'][number] => ({
    id,
    references,
    predictedBytes: freedBytes,
    outcome: after.set.positions.has(id) ? 'stayed' : before.set.positions.has(id) ? 'gone' : 'never-there',
  }));
}

function imageDifferences(
  plan: Plan,
  { after }: { readonly after: Side },
  { images }: Changes,
  outcomes: PlanOutcome['images'],
): PlanDifference[] {
  const planned = new Set(outcomes.map(({ id }) => id));
  const names = new Map(after.images.map((image) => [image.id, new Set(sortedNamesOf(image))]));
  return [
    ...outcomes
      .filter(({ outcome }) => outcome !== 'gone')
      .map(({ id, outcome }) =>
        difference(outcome === 'stayed' ? 'image-stayed' : 'image-never-there', id, 'gone', outcome),
      ),
    ...images.removed
      .filter(({ id }) => !planned.has(id))
      .map(({ id }) => difference('image-gone', id, 'stays', 'gone')),
    ...images.added.map(({ id }) => difference('image-added', id, null, 'new')),
    ...plan.untagged.flatMap(({ id, references }) =>
      references
        .filter((name) => names.get(id)?.has(name))
        .map((name) => difference('name-stayed', name, 'gone', 'stayed')),
    ),
  ];
}

/** Each archive of the plan that is on the side before: by its path, else by that below the folder of all. */
function archiveOutcomes(
  plan: Plan,
  { before, after }: { readonly before: Side; readonly after: Side },
  { pairs }: ArchivePairs,
): OutcomeArchive[] {
  const names = archiveNames({ input: before.input, archives: before.inventory.archives });
  const byName = new Map(names.map((name, position) => [name, position]));
  const byPath = new Map(before.inventory.archives.map(({ path }, position) => [path, position]));
  const plannedNames = archiveNames({ input: [], archives: plan.archives });
  const partners = new Map(pairs.map((pair) => [pair.before, after.inventory.archives[pair.after]]));
  return plan.archives.flatMap((planned, index): OutcomeArchive[] => {
    const position = byPath.get(planned.path) ?? byName.get(plannedNames[index] ?? planned.path);
    const archive = position === undefined ? undefined : before.inventory.archives[position];
    if (position === undefined || archive === undefined) return [];
    const left = partners.get(position);
    const change = (measure: typeof bodyBytes) => measure(archive) - (left === undefined ? 0 : measure(left));
    // All overhead of an archive that becomes empty is in the plan; of one that stays as it is, nothing may change.
    const frame =
      left === undefined || (planned.outcome !== 'rewrite' && planned.outcome !== 'pack') ? 0 : change(frameBytes);
    return [
      {
        path: planned.path,
        outcome: planned.outcome,
        actualOutcome: actualOutcome(archive, left),
        predicted: pickFigures(planned),
        actual: { freedBytes: change(bodyBytes), freedOverheadBytes: change(overheadBytes) - frame },
        frameBytes: frame,
      },
    ];
  });
}

/** Who deletes an archive without images also deletes what the plan leaves in it: that is the one difference then. */
function archiveDifferences({ path, actualOutcome: is, predicted, actual }: OutcomeArchive): PlanDifference[] {
  const { freedBytes, freedOverheadBytes, leftBytes } = predicted;
  if (is === 'gone' && leftBytes > 0 && actual.freedBytes === freedBytes + leftBytes) {
    return [difference('archive-left-bytes', path, leftBytes, 0)];
  }
  return [
    ...figures('archive-freed-bytes', path, freedBytes, actual.freedBytes),
    ...figures('archive-overhead-bytes', path, freedOverheadBytes, actual.freedOverheadBytes),
  ];
}

function actualOutcome(before: ArchiveRecord, after: ArchiveRecord | undefined): OutcomeArchive['actualOutcome'] {
  if (after === undefined) return 'gone';
  const same = before.tarBytes === after.tarBytes && bodyBytes(before) === bodyBytes(after);
  return same ? 'same' : 'rewritten';
}

function pickFigures({
  freedBytes,
  freedOverheadBytes,
  leftBytes,
}: Plan['archives'][number]): OutcomeArchive['predicted'] {
  return { freedBytes, freedOverheadBytes, leftBytes };
}

function figures(
  what: PlanDifference['what'],
  subject: string | null,
  predicted: number,
  actual: number,
): PlanDifference[] {
  return predicted === actual ? [] : [difference(what, subject, predicted, actual)];
}

function difference(
  what: PlanDifference['what'],
  subject: string | null,
  predicted: PlanDifference['predicted'],
  actual: PlanDifference['actual'],
): PlanDifference {
  return { what, subject, predicted, actual };
}
