/**
 * The labels of an image, out of its run configuration. That comes from an archive that nobody vouches for and may hold
 * anything: a label whose value is no text is no label to docker either, which refuses such a config as a whole.
 */
import { ExactNumber } from '../../model/json/exact-number.js';

/** Labels by key; none where the configuration has no map of them. */
export function labelsOf(config: Readonly<Record<string, unknown>> | null): Readonly<Record<string, string>> {
  const labels = config?.['Labels'];
  if (!isMap(labels)) return {};
  // Nearly always as they are: no copy is made, of which the labels of a thousand images would be a thousand.
  if (areTexts(labels)) return labels;
  const texts = Object.entries(labels).filter((label): label is [string, string] => typeof label[1] === 'string');
  // Each becomes a property of its own, whatever its key says (`__proto__`).
  return Object.fromEntries(texts);
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

function areTexts(labels: object): labels is Record<string, string> {
  for (const key in labels) {
    if (typeof (labels as Readonly<Record<string, unknown>>)[key] !== 'string') return false;
  }
  return true;
}
