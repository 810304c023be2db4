/**
 * The options of `varve plan` → what is to go and what must not. Filters narrow what may go, by rows as in `varve ls`: of
 * an image with two names, only the name that matches. What must stay is looked for among all images, and of several
 * readings of a name all count.
 */
import { readFile } from 'node:fs/promises';
import { type CopyClass, copyClasses } from '../analysis/freed-copies.js';
import { keepLast, keepNewer, type Protection } from '../analysis/keep-rules.js';
import type { PlanRequest } from '../analysis/plan.js';
import type { Ask } from '../analysis/removal.js';
import { messageOf } from '../model/error.js';
import { parseInUse } from '../model/in-use.js';
import { findRows, rowsThatMayBe } from '../query/filter/find-images.js';
import { momentInstant } from '../query/filter/moment.js';
import { type CommandOptions, optionValues } from './options.js';
import { nowOf, type Selection, toldByOption } from './select.js';
import { suggestion, UsageError } from './usage-error.js';

/** Refuses options that mean nothing together, before anything is read. Throws UsageError. */
export function checkPlanOptions({ remove, free, filters, inUse, words }: CommandOptions): void {
  if (remove.length === 0 && free === null && filters.length === 0) {
    throw new UsageError('plan takes --remove, --free or --filter: something has to say what is to go');
  }
  const readers = [...inUse, ...words].filter((word) => word === '-').length;
  if (readers > 1) throw new UsageError('standard input can be read once: name - for INPUT or for --in-use');
}

/** The names and IDs in all files of `--in-use`; null where there is none. Throws UsageError. */
export async function readInUse({ inUse }: CommandOptions): Promise<readonly string[] | null> {
  if (inUse.length === 0) return null;
  const names = new Set<string>();
  for (const path of inUse) {
    const told = path === '-' ? 'standard input' : path;
    try {
      for (const name of parseInUse(await readText(path))) names.add(name);
    } catch (cause) {
      throw new UsageError(`--in-use ${told}: ${messageOf(cause)}`, { cause });
    }
  }
  return [...names];
}

async function readText(path: string): Promise<string> {
  if (path !== '-') return readFile(path, 'utf8');
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}

/** What the options ask of these images. Throws UsageError for a name that is not there. */
export function planRequest(
  options: CommandOptions,
  selection: Selection,
  inUse: readonly string[] | null,
): PlanRequest {
  const { remove, free } = options;
  const used = usedImages(selection, inUse ?? []);
  return {
    asks: remove.length === 0 && free === null ? filteredAsks(selection) : namedAsks(remove, selection),
    copies: new Set(remove.filter(isCopyClass)),
    protections: protectionsOf(options, selection, used.protections),
    goal: free === null ? null : { bytes: free, candidates: selection.images.map(({ id }) => id) },
    inUse: inUse === null ? null : { listed: inUse.length, found: used.found },
  };
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

function namedAsks(words: readonly string[], selection: Selection): Ask[] {
  return words.flatMap((word): Ask[] => {
    if (isCopyClass(word)) return [];
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

function usedImages({ all }: Selection, names: readonly string[]) {
  const protections = new Map<string, Protection>();
  let found = 0;
  for (const name of names) {
    const rows = rowsThatMayBe(all, name);
    if (rows.length > 0) found += 1;
    for (const { id } of rows) if (!protections.has(id)) protections.set(id, { reason: 'in-use', detail: name });
  }
  return { protections, found };
}

/** Of several rules that keep an image the first is told. */
function protectionsOf(
  options: CommandOptions,
  { set, all }: Selection,
  used: ReadonlyMap<string, Protection>,
): Map<string, Protection> {
  const { keep, keepLast: count, keepNewer: moment } = options;
  const named = keep.flatMap((name) =>
    toldByOption('keep', name, () => findRows(all, 'keep', name)).rows.map(({ id }): [string, Protection] => [
      id,
      { reason: 'keep', detail: name },
    ]),
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
