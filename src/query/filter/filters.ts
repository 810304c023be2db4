/**
 * The filters of the command line, `KEY=VALUE`, as docker reads them: the key up to the first `=`, in any case, spaces
 * around both parts ignored. Different keys all have to hold; what several values of one key mean is up to the key.
 * Rows are selected, not images: of an image with two names only the row that matches is given.
 */

import { VarveError } from '../../model/error.js';
import type { Instant } from '../../model/instants.js';
import { contentRules } from './content-rules.js';
import { type Condition, type FilterKey, type FilterRule, quoted } from './filter-rule.js';
import type { ImageRow } from './image-row.js';
import { nameRules } from './name-rules.js';
import { nearWords } from './near-words.js';
import { stateRules } from './state-rules.js';
import { timeRules } from './time-rules.js';

/** Filters that have been read; the same can be applied to any number of sets. */
export interface Filters {
  readonly conditions: readonly Condition[];
}

const rules: readonly FilterRule[] = [...stateRules, ...timeRules, ...contentRules, ...nameRules].sort((a, b) =>
  a.key < b.key ? -1 : 1,
);

/** Every key that there is, in alphabetical order, for the help. */
export const filterKeys: readonly FilterKey[] = rules;

/**
 * Reads the texts of all `--filter` options. Throws VarveError `usage` at the first that means nothing; it names
 * `otherKeys` too, which a command has for itself and has taken out of the texts. Default none.
 */
export function parseFilters(texts: readonly string[], otherKeys: readonly string[] = []): Filters {
  const values = new Map<FilterRule, string[]>();
  for (const text of texts) {
    const [rule, value] = splitFilter(text, otherKeys);
    const known = values.get(rule);
    if (known === undefined) values.set(rule, [value]);
    else known.push(value);
  }
  return { conditions: Array.from(values, ([rule, found]) => rule.compile(found)) };
}

/**
 * The rows that all filters select, in their order. `rows` are all rows that there are: an image that a filter names is
 * looked for among them, and so are the others that share its layers. Durations count back from `now`. Throws VarveError
 * `usage` where a filter names an image that is not there, RangeError where `now` is an invalid date.
 */
export function applyFilters(
  rows: readonly ImageRow[],
  { conditions }: Filters,
  { now }: { readonly now: Date | Instant },
): ImageRow[] {
  const set = { rows, now: now instanceof Date ? instantOf(now) : now };
  const tests = conditions.map((condition) => condition(set));
  return rows.filter((row) => tests.every((test) => test(row)));
}

function splitFilter(text: string, otherKeys: readonly string[]): [rule: FilterRule, value: string] {
  const position = text.indexOf('=');
  const key = (position === -1 ? text : text.slice(0, position)).trim().toLowerCase();
  const rule = rules.find((candidate) => candidate.key === key);
  if (rule === undefined) throw new VarveError('usage', unknownKey(text, key, otherKeys));
  if (position === -1) {
    throw new VarveError('usage', `filter ${quoted(text)}: expected ${rule.form}; ${key} takes ${rule.takes}`);
  }
  return [rule, text.slice(position + 1).trim()];
}

function unknownKey(text: string, key: string, otherKeys: readonly string[]): string {
  const keys = [...rules.map((rule) => rule.key), ...otherKeys];
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
