/**
 * What is different between two sides. Images are told apart by ID, layers by diffID, archives by path or content; a tag
 * compares as the states compare it. Nothing is said of one side that an exchange of the sides would not say of the other.
 */

import type { Diff, DiffArchive, DiffBytes } from '../../model/results/diff.js';
import type { ArchiveRecord, ImageRecord } from '../../model/results/inventory.js';
import type { Plan } from '../../model/results/plan.js';
import { filtered, finished, flatMapped, mapped, type Work } from '../../model/work/work.js';
import { isReadable } from '../set/distinct-images.js';
import type { SetImage } from '../set/image-set.js';
import { type ArchivePair, type ArchivePairs, archiveNames, compareBodies, pairArchives } from './archive-pairs.js';
import { type DiffInput, imageFacts, layerFacts, type Side, sideFacts, sideOf, sortedNamesOf } from './diff-side.js';
import { imagePair } from './image-pair.js';
import { planOutcome } from './plan-outcome.js';

/** Compares two sides, as `varve diff` prints it, and holds the plan that was made of the first against the second. */
export function compareSides(beforeInput: DiffInput, afterInput: DiffInput, plan: Plan | null = null): Diff {
  return finished(makeDiff(beforeInput, afterInput, plan));
}

/** The same, with rests. */
export function* makeDiff(beforeInput: DiffInput, afterInput: DiffInput, plan: Plan | null): Work<Diff> {
  const before = yield* sideOf(beforeInput);
  const after = yield* sideOf(afterInput);
  const pairs = pairArchives(archiveSide(before), archiveSide(after));
  const changes = {
    archives: yield* archiveChanges(before, after, pairs),
    images: yield* imageChanges(before, after, pairs),
    layers: yield* layerChanges(before, after),
    bytes: byteChanges(before, after),
  };
  yield;
  return {
    kind: 'varve.diff',
    schemaVersion: 1,
    differs: differs(changes),
    sides: { before: sideFacts(before), after: sideFacts(after) },
    ...changes,
    pair: imagePair(before, after),
    plan: plan === null ? null : planOutcome(plan, { before, after }, pairs, changes),
  };
}

function differs({ archives, images, layers, bytes }: Pick<Diff, 'archives' | 'images' | 'layers' | 'bytes'>): boolean {
  const lists = [archives, images, layers].flatMap((changes) => Object.values(changes).filter(Array.isArray));
  return lists.some((list) => list.length > 0) || Object.values(bytes.delta).some((change) => change !== 0);
}

function archiveSide({ input, inventory }: Side) {
  return { input, archives: inventory.archives };
}

/** Where a side is one image, the archives are only where it was found. */
function* archiveChanges(before: Side, after: Side, { pairs, removed, added }: ArchivePairs): Work<Diff['archives']> {
  if (before.image !== null || after.image !== null) {
    return { added: [], removed: [], changed: [], moved: [], unchanged: 0 };
  }
  const factsBefore = archiveFacts(before);
  const factsAfter = archiveFacts(after);
  const changes: Diff['archives']['changed'] = [];
  const moves: Diff['archives']['moved'] = [];
  for (const pair of pairs) {
    const [left, right] = [factsBefore[pair.before], factsAfter[pair.after]];
    if (left === undefined || right === undefined) continue;
    yield;
    const change = yield* archiveChange(before, after, pair);
    if (change !== null) changes.push({ before: left, after: right, ...change });
    else if (pair.moved) moves.push({ before: left, after: right });
  }
  return {
    added: added.flatMap((position) => factsAfter[position] ?? []),
    removed: removed.flatMap((position) => factsBefore[position] ?? []),
    changed: changes,
    moved: moves,
    unchanged: pairs.length - changes.length - moves.length,
  };
}

function archiveFacts(side: Side): DiffArchive[] {
  const names = archiveNames(archiveSide(side));
  return side.inventory.archives.map((archive, position) => {
    const { path, format, compression, status, sizeBytes, tarBytes } = archive;
    const name = names[position] ?? path;
    return { path, name, format, compression, status, sizeBytes, tarBytes, images: imageIds(archive) };
  });
}

/** What is different between the archives of a pair; null where nothing is. */
function* archiveChange(
  { inventory: left }: Side,
  { inventory: right }: Side,
  pair: ArchivePair,
): Work<Pick<Diff['archives']['changed'][number], 'images' | 'entries'> | null> {
  const [before, after] = [left.archives[pair.before], right.archives[pair.after]];
  if (before === undefined || after === undefined) return null;
  const entries = yield* compareBodies(before.entries, after.entries);
  const same =
    isReadable(before) === isReadable(after) &&
    (['format', 'compression', 'sizeBytes', 'tarBytes'] as const).every((key) => before[key] === after[key]) &&
    entries.added + entries.removed + entries.changed === 0 &&
    (yield* haveSameClaims(before, after));
  const images = onlyIn(imageIds(before), imageIds(after));
  return same ? null : { images, entries };
}

function imageIds(archive: ArchiveRecord): string[] {
  return isReadable(archive) ? [...new Set(archive.images.map(({ id }) => id))] : [];
}

/** Whether both have the same images under the same names: that can change without a change in size. */
function* haveSameClaims({ images: before }: ArchiveRecord, { images: after }: ArchiveRecord): Work<boolean> {
  if (before.length !== after.length) return false;
  for (const [position, image] of before.entries()) {
    yield;
    if (claimsOf(image) !== claimsOf(after[position])) return false;
  }
  return true;
}

function claimsOf(image: ImageRecord | undefined): string {
  return JSON.stringify([image?.id, image?.references, image?.localTags]);
}

function onlyIn(before: readonly string[], after: readonly string[]): { added: string[]; removed: string[] } {
  const [left, right] = [new Set(before), new Set(after)];
  return { added: after.filter((item) => !left.has(item)), removed: before.filter((item) => !right.has(item)) };
}

function* imageChanges(before: Side, after: Side, pairs: ArchivePairs): Work<Diff['images']> {
  const [left, right] = [byId(before), byId(after)];
  const both = yield* flatMapped(before.images, (image) => {
    const other = right.get(image.id);
    return other === undefined ? [] : [[image, other] as const];
  });
  const changed = yield* filtered(
    both,
    ([image, other]) =>
      image.state !== other.state || sortedNamesOf(image).join('\n') !== sortedNamesOf(other).join('\n'),
  );
  return {
    added: yield* mapped(
      after.images.filter(({ id }) => !left.has(id)),
      (image) => imageFacts(image, after),
    ),
    removed: yield* mapped(
      before.images.filter(({ id }) => !right.has(id)),
      (image) => imageFacts(image, before),
    ),
    retagged: yield* retaggedImages(before, after, pairs),
    changed: yield* mapped(changed, ([image, other]) => ({
      before: imageFacts(image, before),
      after: imageFacts(other, after),
      references: onlyIn(sortedNamesOf(image), sortedNamesOf(other)),
    })),
    unchanged: both.length - changed.length,
  };
}

function byId({ images }: Side): Map<string, SetImage> {
  return new Map(images.map((image) => [image.id, image]));
}

/**
 * Tags that mean one image before and another one after; a contested tag has moved when none of the images that it may
 * mean is the same. A local tag is the same tag only in the same archive.
 */
function* retaggedImages(before: Side, after: Side, { pairs }: ArchivePairs): Work<Diff['images']['retagged']> {
  const [left, right] = [byId(before), byId(after)];
  const partners = new Map(pairs.map((pair) => [pair.after, pair.before]));
  const names = archiveNames(archiveSide(after));
  const idsOf = ({ set }: Side, images: readonly number[]) => images.flatMap((image) => set.images[image]?.id ?? []);
  const meant = new Map(
    yield* mapped(
      before.set.tags,
      (tag) => [JSON.stringify([tag.archive, tag.reference, tag.platform]), idsOf(before, tag.images)] as const,
    ),
  );
  return yield* flatMapped(after.set.tags, ({ reference, archive, platform, images }) => {
    const partner = archive === null ? null : (partners.get(archive) ?? -1);
    const were = meant.get(JSON.stringify([partner, reference, platform])) ?? [];
    const are = idsOf(after, images);
    const [was = '', is = ''] = [were[0], are[0]];
    if (hasOneOf(were, are) || !left.has(was) || !right.has(is)) return [];
    return [{ reference, platform, archive: archive === null ? null : (names[archive] ?? ''), before: was, after: is }];
  });
}

/** Whether two lists have something in common. */
function hasOneOf(some: readonly string[], others: readonly string[]): boolean {
  if (some.length * others.length < 64) return some.some((one) => others.includes(one));
  const known = new Set(others);
  return some.some((one) => known.has(one));
}

function* layerChanges(before: Side, after: Side): Work<Diff['layers']> {
  const only = (side: Side, other: Side) =>
    flatMapped(side.layers, ([key, layer]) => (other.layers.has(key) ? [] : [layerFacts(layer, side)]));
  const both = yield* flatMapped(before.layers, ([key, layer]) => {
    const other = after.layers.get(key);
    return other === undefined ? [] : [{ before: layerFacts(layer, before), after: layerFacts(other, after) }];
  });
  const changed = both.filter(
    (layer) => layer.before.storedBytes !== layer.after.storedBytes || layer.before.copies !== layer.after.copies,
  );
  return {
    added: yield* only(after, before),
    removed: yield* only(before, after),
    changed,
    unchanged: both.length - changed.length,
  };
}

function byteChanges({ bytes: before }: Side, { bytes: after }: Side): DiffBytes {
  const fields = Object.keys(before) as (keyof DiffBytes['delta'])[];
  const delta = Object.fromEntries(fields.map((field) => [field, after[field] - before[field]]));
  return { before, after, delta: delta as DiffBytes['delta'] };
}
