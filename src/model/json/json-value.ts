/** Values of JSON in words: what was found where something else was expected, and what a reader reads, without secrets. */
import { exactJsonText } from './exact-json.js';
import { ExactNumber } from './exact-number.js';

const longestNumber = 40;

/** The kind of a value; a number and a short text as they stand. */
export function foundIn(value: unknown): string {
  if (value instanceof ExactNumber) return `the number ${clip(value.text, longestNumber)}`;
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}

const longestReading = 160;
const mostItems = 20;

/** A reading on one line, cut where it is long; of what may be a variable of the environment only its name. */
export function readingText(value: unknown): string {
  return value == null ? 'nothing' : clip(exactJsonText(withoutSecrets(value)), longestReading);
}

/** Of many items the first: what is cut off anyway need not be written. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return clip(value.replace(/^([A-Za-z_]\w*)=.+$/s, '$1=…'), longestReading);
  if (Array.isArray(value)) return value.slice(0, mostItems).map(withoutSecrets);
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value;
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, mostItems)
      .map(([key, item]) => [clip(key, longestReading), withoutSecrets(item)]),
  );
}

export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).toWellFormed()}…`;
}
