/**
 * The filters of the command line, `KEY=VALUE`, as docker reads them: the key up to the first `=`, in any case, spaces
 * around both parts ignored. Different keys all have to hold; what several values of one key mean is up to the key.
 * Rows are selected, not images: of an image with two names only the row that matches is given.
 */

import { VarveError } from '../model/error.js';
import type { Instant } from '../model/instants.js';
import { nearWords } from '../words/near-words.js';
import { contentFilters } from './content-rules.js';
import { type Condition, type FilterKey, type FilterRule, quoted } from './filter-rule.js';
import type { ImageRow } from './image-row.js';
import { nameFilters, namesLike } from './name-rules.js';
import { answerOf, stateFilters } from './state-rules.js';
import { timeFilters } from './time-rules.js';

/** Filters that have been read; the same can be applied to any number of sets. */
export interface Filters {
  readonly conditions: readonly Condition[];
  /** Each text once and by itself, for what is to be said of it. */
  readonly each: readonly SingleFilter[];
  /** Whether the key `reference` lets that name through: of a registry, only such tags are read. */
  readonly wantsName: (reference: string) => boolean;
  /** What the keys that a command has for itself say; they select no rows by themselves. */
  readonly own: ReadonlyMap<string, boolean>;
}

export interface SingleFilter {
  readonly text: string;
  readonly key: string;
  readonly condition: Condition;
}

const rules: readonly FilterRule[] = [...stateFilters, ...timeFilters, ...contentFilters, ...nameFilters].sort(
  (a, b) => (a.key < b.key ? -1 : 1),
);

/** Every key that there is, in alphabetical order, for the help. */
export const filterKeys: readonly FilterKey[] = rules;

/**
 * Reads the texts of all `--filter` options; `ownKeys`, default none, are keys that a command has for itself, each of which
 * takes yes or no. Throws VarveError `usage` at the first that means nothing.
 */
export function parseFilters(texts: readonly string[], ownKeys: readonly string[] = []): Filters {
  const pairs = texts.map(splitText);
  const isOwn = ({ key, value }: Pair): boolean => value !== null && ownKeys.includes(key);
  const own = new Map<string, boolean>();
  for (const key of ownKeys) {
    const answer = answerOf(
      key,
      pairs.filter((pair) => pair.key === key).flatMap(({ text, value }) => (value === null ? [] : { text, value })),
    );
    if (answer !== null) own.set(key, answer);
  }
  const found = pairs.filter((pair) => !isOwn(pair)).map((pair) => ({ text: pair.text, ...ruleOf(pair, ownKeys) }));
  const values = new Map<FilterRule, string[]>();
  for (const { rule, value } of found) {
    const known = values.get(rule);
    if (known === undefined) values.set(rule, [value]);
    else known.push(value);
  }
  return {
    wantsName: namesLike(found.filter(({ rule }) => rule.key === 'reference').map(({ value }) => value)),
    conditions: Array.from(values, ([rule, group]) => rule.compile(group)),
    each: [...new Map(found.map((one) => [one.text, one])).values()].map(({ text, rule, value }) => ({
      text,
      key: rule.key,
      condition: rule.compile([value]),
    })),
    own,
  };
}

/**
 * The rows that all filters select, in their order. `rows` are all rows that there are: an image that a filter names is
 * looked for among them, and so are the others that share its layers. Durations count back from `now`. Throws VarveError
 * `usage` where a filter names an image that is not there, RangeError where `now` is an invalid date.
 */
export function applyFilters(
  rows: readonly ImageRow[],
  { conditions }: Pick<Filters, 'conditions'>,
  { now }: { readonly now: Date | Instant },
): ImageRow[] {
  const set = { rows, now: now instanceof Date ? instantOf(now) : now };
  const tests = conditions.map((condition) => condition(set));
  return rows.filter((row) => tests.every((test) => test(row)));
}

/** A text at its first `=`; without any, it has no value. */
interface Pair {
  readonly text: string;
  readonly key: string;
  readonly value: string | null;
}

function splitText(text: string): Pair {
  const position = text.indexOf('=');
  const key = (position === -1 ? text : text.slice(0, position)).trim().toLowerCase();
  return { text, key, value: position === -1 ? null : text.slice(position + 1).trim() };
}

function ruleOf({ text, key, value }: Pair, ownKeys: readonly string[]): { rule: FilterRule; value: string } {
  const rule = rules.find((candidate) => candidate.key === key);
  if (rule === undefined) throw new VarveError('usage', unknownKey(text, key, ownKeys));
  if (value === null) {
    throw new VarveError('usage', `filter ${quoted(text)}: expected ${rule.form}; ${key} takes ${rule.takes}`);
  }
  return { rule, value };
}

function unknownKey(text: string, key: string, ownKeys: readonly string[]): string {
  const keys = [...rules.map((rule) => rule.key), ...ownKeys];
  const [near] = nearWords(key, keys, 1);
  const complaint = key === '' ? 'expected KEY=VALUE' : 'there is no such key';
  const meant = near === undefined ? '' : `; did you mean ${near}?`;
  return `filter ${quoted(text)}: ${complaint}${meant}${meant === '' ? '; keys' : ' Keys'} are ${keys.join(', ')}`;
}

function instantOf(date: Date): Instant {
  const milliseconds = date.getTime();
  if (Number.isNaN(milliseconds)) throw new RangeError('now is an invalid date');
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanoseconds: (milliseconds - seconds * 1000) * 1_000_000 };
}
