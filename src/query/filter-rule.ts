/**
 * What a filter is made of. A rule belongs to one key: it says what the key takes, turns each value into something that
 * can be tested, and puts the values of one key together. A condition is asked in two steps, first with the whole set
 * (`before` has to find its image there), then with each row. Rows come from archives that nobody vouches for; values
 * come from the user, and one that means nothing is refused with what would be right, never ignored.
 */

import { VarveError } from '../model/error.js';
import type { Instant } from '../model/instants.js';
import type { ImageRow } from './image-row.js';

/** All rows that there are, whatever is selected from them, and the time that durations count back from. */
export interface ImageRows {
  readonly rows: readonly ImageRow[];
  readonly now: Instant;
}

/** What all values of a key ask for together. Throws VarveError `usage` where they ask for what the set has not. */
export type Condition = (set: ImageRows) => (row: ImageRow) => boolean;

/** A key as the help shows it. */
export interface FilterKey {
  /** Everything before the first `=`; negated keys end in `!`. */
  readonly key: string;
  /** How it is written, `label=KEY[=VALUE]`. */
  readonly form: string;
  /** One line: which rows it selects, and what several of its kind mean together. */
  readonly help: string;
  /** What stands after the `=`, to follow the word "takes". */
  readonly takes: string;
  /** Whether docker has it too. */
  readonly docker: boolean;
}

/** A key that can be used. */
export interface FilterRule extends FilterKey {
  /** The condition that these values make; at least one. Throws VarveError `usage`. */
  readonly compile: (values: readonly string[]) => Condition;
}

interface Definition<Value> extends FilterKey {
  /** Null where the text is not what the key takes; may throw a refusal that says more. */
  readonly parse: (text: string) => Value | null;
  readonly condition: (values: readonly Value[]) => Condition;
}

/** The rule that a definition describes; it never takes an empty value. */
export function filterRule<Value>({ parse, condition, ...described }: Definition<Value>): FilterRule {
  const { key, takes } = described;
  const parseOrRefuse = (text: string): Value => {
    const value = text === '' ? null : parse(text);
    if (value === null) throw refusal(key, text, `${key} takes ${takes}`);
    return value;
  };
  return { ...described, compile: (values) => condition(values.map(parseOrRefuse)) };
}

/** The error for a filter that means nothing; `reason` ends the sentence and says what would be right. */
export function refusal(key: string, value: string, reason: string): VarveError {
  return refusalOf(filterText(key, value), reason);
}

/** The same for any text that somebody wrote; `told` says which, and where it stands: `filter "before=x"`, `--image "x"`. */
export function refusalOf(told: string, reason: string): VarveError {
  return new VarveError('usage', `${told}: ${reason}`);
}

/** A filter, as errors about it begin. */
export function filterText(key: string, value: string): string {
  return `filter ${quoted(`${key}=${value}`)}`;
}

/** A text inside of a message: quoted, and short however long it is. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
