/**
 * The options of `varve plan` → what is to go and what must not. Filters narrow what may go, by rows as in `varve ls`: of
 * an image with two names, only the name that matches. What must stay is looked for among all images, and of several
 * readings of a name all count.
 */
import { keepLast, keepNewer, type Protection } from '../../analysis/removal/keep-rules.js';
import type { PlanRequest } from '../../analysis/removal/plan.js';
import type { Ask } from '../../analysis/removal/removal.js';
import { findRows } from '../../query/find-images.js';
import { hasNameLike } from '../../query/name-rules.js';
import { isObeyed } from '../../report/blocks/shell-words.js';
import { momentInstant } from '../../words/moment.js';
import { type CommandIo, tell } from '../command-io.js';
import { optionValues } from '../line/options.js';
import type { CommandOptions, KeepWord, OptionValues, RemoveWord } from '../line/read-options.js';
import { suggestion, UsageError } from '../line/usage-error.js';
import type { WrittenName } from '../line/written-name.js';
import type { Selection } from './select.js';

/** What of its options says what is to go and what must not. */
export type PlanRequestOptions = CommandOptions<
  | 'remove'
  | 'free'
  | 'keep'
  | 'keep-last'
  | 'keep-newer'
  | 'in-use'
  | 'quarantine'
  | 'for'
  | 'filter'
  | 'now'
  | 'format'
>;

/** Refuses options that mean nothing together, before anything is read. Throws UsageError. */
export function checkPlanOptions(options: PlanRequestOptions): void {
  const { remove, free, filters, keepLast: count, inUse, words, format, quarantine, scriptFor } = options;
  if (remove.length === 0 && free === null && filters.conditions.length === 0 && count === null) {
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
  options: PlanRequestOptions,
  selection: Selection,
  used: ReadonlyMap<string, Protection>,
): ReadRequest {
  const { remove, free, keep } = options;
  const kept = keep.map((word) => ({ name: word.name, ids: keptIds(word, selection) }));
  const protections = protectionsOf(options, selection, used, kept);
  return {
    request: {
      asks: asksOf(options, selection),
      files: new Set(remove.flatMap((word) => (word.kind === 'files' ? word.files : []))),
      copies: new Set(remove.flatMap((word) => (word.kind === 'copies' ? word.copies : []))),
      protections,
      goal: free === null ? null : { bytes: free, candidates: selection.images.map(({ id }) => id) },
      inUse: null,
    },
    unmatched: kept.filter(({ ids }) => ids.length === 0).map(({ name }) => name),
  };
}

function asksOf({ remove, free, filters }: PlanRequestOptions, selection: Selection): Ask[] {
  if (remove.length > 0 || free !== null) return namedAsks(remove, selection);
  return filters.conditions.length > 0 ? filteredAsks(selection) : repositoryAsks(selection);
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

function namedAsks(words: readonly RemoveWord[], selection: Selection): Ask[] {
  return words.flatMap((word): Ask[] => {
    if (word.kind === 'name') return asksFor(word.written, selection);
    if (word.kind !== 'state') return [];
    const images = selection.images.filter(({ state }) => state === word.state);
    return images.map(({ id }) => ({ kind: 'image', id, reason: word.state }));
  });
}

function asksFor(written: WrittenName, { all, rows, images }: Selection): Ask[] {
  const found = findRowsOrSuggest(all, written);
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

function findRowsOrSuggest(rows: Selection['all'], { name, told }: WrittenName) {
  try {
    return findRows(rows, name, told);
  } catch (cause) {
    const meant = suggestion(name, optionValues.remove);
    if (meant === '') throw cause;
    throw new UsageError(`${told}: no image has this name or ID${meant}`, { cause });
  }
}

/** What a name means that is to be kept, or a pattern in which no name is written. Throws VarveError `usage`. */
function keptIds({ name, told, pattern }: KeepWord, { all }: Selection): string[] {
  const exact = pattern === null ? null : all.filter((row) => row.reference === name);
  if (pattern === null || (exact !== null && exact.length > 0)) {
    return findRows(all, name, told).rows.map(({ id }) => id);
  }
  return all.filter((row) => hasNameLike(row, [pattern])).map(({ id }) => id);
}

/** Says on standard error which patterns of `--keep` keep nothing. */
export async function tellUnmatched(
  unmatched: readonly string[],
  { quiet }: OptionValues<'quiet'>,
  io: CommandIo,
): Promise<void> {
  for (const name of quiet ? [] : unmatched) await tell(io, `--keep ${JSON.stringify(name)} matches no name`);
}

/** Of several rules that keep an image the first is told. */
function protectionsOf(
  { keepLast: count, keepNewer: moment, now }: PlanRequestOptions,
  { set }: Selection,
  used: ReadonlyMap<string, Protection>,
  kept: readonly { readonly name: string; readonly ids: readonly string[] }[],
): Map<string, Protection> {
  const named = kept.flatMap(({ name, ids }) =>
    ids.map((id): [string, Protection] => [id, { reason: 'keep', detail: name }]),
  );
  const rules = [
    ...(moment === null ? [] : keepNewer(set, momentInstant(moment, now))),
    ...(count === null ? [] : keepLast(set, count)),
    ...named.reverse(),
    ...used,
  ];
  // The last entry of a key wins.
  return new Map(rules);
}
