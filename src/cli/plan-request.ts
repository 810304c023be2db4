/**
 * The options of `varve plan` → what is to go and what must not. Filters narrow what may go, by rows as in `varve ls`: of
 * an image with two names, only the name that matches. What must stay is looked for among all images, and of several
 * readings of a name all count.
 */
import { type FileClass, fileClasses } from '../analysis/file-deletions.js';
import { type CopyClass, copyClasses } from '../analysis/freed-copies.js';
import { keepLast, keepNewer, type Protection } from '../analysis/keep-rules.js';
import type { PlanRequest } from '../analysis/plan.js';
import type { Ask } from '../analysis/removal.js';
import { findRows } from '../query/filter/find-images.js';
import { momentInstant } from '../query/filter/moment.js';
import { hasNameLike } from '../query/filter/name-rules.js';
import { parsePathPattern } from '../query/filter/path-pattern.js';
import { isObeyed } from '../report/shell-words.js';
import { type CommandIo, tell } from './command-io.js';
import { type CommandOptions, optionValues } from './options.js';
import { nowOf, type Selection, toldByOption } from './select.js';
import { suggestion, UsageError } from './usage-error.js';

/** Refuses options that mean nothing together, before anything is read. Throws UsageError. */
export function checkPlanOptions(options: CommandOptions): void {
  const { remove, free, filters, keepLast: count, inUse, words, format, quarantine, scriptFor } = options;
  if (remove.length === 0 && free === null && filters.length === 0 && count === null) {
    throw new UsageError('plan takes --remove, --free, --filter or --keep-last: something has to say what is to go');
  }
  if (format !== 'script' && quarantine !== null) throw new UsageError('--quarantine is for --format script alone');
  if (format !== 'script' && scriptFor !== null) throw new UsageError('--for is for --format script alone');
  if (quarantine !== null && isObeyed(quarantine)) {
    throw new UsageError(
      `--quarantine takes a folder without characters that a terminal obeys: ${JSON.stringify(quarantine)}`,
    );
  }
  if (quarantine !== null && scriptFor !== null) {
    throw new UsageError('--quarantine moves files, and --for docker asks for commands of docker: only one of them');
  }
  const readers = [...inUse, ...words].filter((word) => word === '-').length;
  if (readers > 1) throw new UsageError('standard input can be read once: name - for INPUT or for --in-use');
}

/** What is asked, and patterns of what is to be kept that match nothing. */
export interface ReadRequest {
  readonly request: PlanRequest;
  readonly unmatched: readonly string[];
}

/** What the options ask of these images; `used` are those in use. Throws UsageError for a name that is not there. */
export function planRequest(
  options: CommandOptions,
  selection: Selection,
  used: ReadonlyMap<string, Protection>,
): ReadRequest {
  const { remove, free, keep } = options;
  const kept = keep.map((name) => ({ name, ids: keptIds(name, selection) }));
  const protections = protectionsOf(options, selection, used, kept);
  return {
    request: {
      asks: asksOf(options, selection),
      files: new Set(remove.filter(isFileClass)),
      copies: new Set(remove.filter(isCopyClass)),
      protections,
      goal: free === null ? null : { bytes: free, candidates: selection.images.map(({ id }) => id) },
      inUse: null,
    },
    unmatched: kept.filter(({ ids }) => ids.length === 0).map(({ name }) => name),
  };
}

function asksOf({ remove, free, filters }: CommandOptions, selection: Selection): Ask[] {
  if (remove.length > 0 || free !== null) return namedAsks(remove, selection);
  return filters.length > 0 ? filteredAsks(selection) : repositoryAsks(selection);
}

/** Whether the word means files, and no image of that name. */
export function isFileClass(word: string): word is FileClass {
  return fileClasses.some((name) => name === word);
}

function isCopyClass(word: string): word is CopyClass {
  return copyClasses.some((name) => name === word);
}

/** Without any other word, what the filters select: names, and images that have none. */
function filteredAsks({ rows }: Selection): Ask[] {
  return rows.map(({ id, reference }) =>
    reference === null
      ? { kind: 'image', id, reason: 'filter' }
      : { kind: 'name', id, name: reference, reason: 'filter' },
  );
}

/** Where only the newest of each repository are told to stay: all images of repositories; what has no name is in none. */
function repositoryAsks({ images }: Selection): Ask[] {
  return images
    .filter(({ references, localTags }) => references.length + localTags.length > 0)
    .map(({ id }) => ({ kind: 'image', id, reason: 'keep-last' }));
}

function namedAsks(words: readonly string[], selection: Selection): Ask[] {
  return words.flatMap((word): Ask[] => {
    if (isCopyClass(word) || isFileClass(word)) return [];
    if (word === 'dangling' || word === 'superseded') {
      const images = selection.images.filter(({ state }) => state === word);
      return images.map(({ id }) => ({ kind: 'image', id, reason: word }));
    }
    return asksFor(word, selection);
  });
}

function asksFor(name: string, { all, rows, images }: Selection): Ask[] {
  const found = toldByOption('remove', name, () => findRowsOrSuggest(all, name));
  const ids = new Set(found.rows.map(({ id }) => id));
  if (found.by === 'id') {
    return images.filter(({ id }) => ids.has(id)).map(({ id }) => ({ kind: 'image', id, reason: 'named' }));
  }
  const carriers = new Set(found.rows);
  return rows.flatMap((row): Ask[] =>
    carriers.has(row) && row.reference !== null
      ? [{ kind: 'name', id: row.id, name: row.reference, reason: 'named' }]
      : [],
  );
}

function findRowsOrSuggest(rows: Selection['all'], name: string) {
  try {
    return findRows(rows, 'remove', name);
  } catch (cause) {
    const meant = suggestion(name, optionValues.remove);
    if (meant === '') throw cause;
    throw new UsageError(`--remove ${JSON.stringify(name)}: no image has this name or ID${meant}`, { cause });
  }
}

/** What a name means that is to be kept, or a pattern in which no name is written. Throws UsageError. */
function keptIds(name: string, { all }: Selection): string[] {
  const pattern = /[*?[\\]/.test(name) ? parsePathPattern(name) : null;
  const exact = pattern === null ? null : all.filter((row) => row.reference === name);
  if (pattern === null || (exact !== null && exact.length > 0)) {
    return toldByOption('keep', name, () => findRows(all, 'keep', name)).rows.map(({ id }) => id);
  }
  return all.filter((row) => hasNameLike(row, [pattern])).map(({ id }) => id);
}

/** Says on standard error which patterns of `--keep` keep nothing. */
export async function tellUnmatched(
  unmatched: readonly string[],
  { quiet }: CommandOptions,
  io: CommandIo,
): Promise<void> {
  for (const name of quiet ? [] : unmatched) await tell(io, `--keep ${JSON.stringify(name)} matches no name`);
}

/** Of several rules that keep an image the first is told. */
function protectionsOf(
  { keepLast: count, keepNewer: moment, ...options }: CommandOptions,
  { set }: Selection,
  used: ReadonlyMap<string, Protection>,
  kept: readonly { readonly name: string; readonly ids: readonly string[] }[],
): Map<string, Protection> {
  const named = kept.flatMap(({ name, ids }) =>
    ids.map((id): [string, Protection] => [id, { reason: 'keep', detail: name }]),
  );
  const rules = [
    ...(moment === null ? [] : keepNewer(set, momentInstant(moment, nowOf(options)))),
    ...(count === null ? [] : keepLast(set, count)),
    ...named.reverse(),
    ...used,
  ];
  // The last entry of a key wins.
  return new Map(rules);
}
