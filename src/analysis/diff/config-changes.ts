/**
 * What the run configurations of two images say differently. Variables, labels, ports and volumes are compared one by one,
 * every other field as a whole; whether a field is absent or empty is no difference to docker, and none here. A config
 * comes from an archive that nobody vouches for: a field of another shape than docker's is compared as a whole.
 */
import { canonicalJson } from '../../model/json/exact-json.js';
import { ExactNumber } from '../../model/json/exact-number.js';
import type { ConfigChange } from '../../model/results/diff.js';
import type { ImageRecord } from '../../model/results/inventory.js';
import { configKeys } from '../images/docker-types.js';

type Config = ImageRecord['config'];

/** The differences, in docker's order of fields, then the other fields by name; within a field by key. */
export function configChanges(before: Config, after: Config): ConfigChange[] {
  const others = [...Object.keys(before ?? {}), ...Object.keys(after ?? {})].sort();
  return [...new Set([...configKeys, ...others])].flatMap((field) =>
    fieldChanges(field, ownValue(before, field), ownValue(after, field)),
  );
}

function ownValue(config: Config, field: string): unknown {
  return config !== null && Object.hasOwn(config, field) ? config[field] : null;
}

function fieldChanges(field: string, before: unknown, after: unknown): ConfigChange[] {
  const [left, right] = [partsOf(field, before), partsOf(field, after)];
  if (left === null || right === null) {
    return change(field, null, isEmpty(before) ? undefined : before, isEmpty(after) ? undefined : after);
  }
  const keys = [...new Set([...left.keys(), ...right.keys()])].sort();
  return keys.flatMap((key) => change(field, key, left.get(key), right.get(key)));
}

/** Undefined stands for what is not there. */
function change(field: string, key: string | null, before: unknown, after: unknown): ConfigChange[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  return [{ field, key, change: kind, before: before ?? null, after: after ?? null }];
}

/** The parts that are compared one by one; null where the field is one value, or is not what docker writes. */
function partsOf(field: string, value: unknown): Map<string, unknown> | null {
  switch (field) {
    case 'Env':
      if (isEmpty(value)) return new Map();
      return Array.isArray(value) && value.every((item) => typeof item === 'string') ? variables(value) : null;
    case 'Labels':
    case 'ExposedPorts':
    case 'Volumes':
      if (isEmpty(value)) return new Map();
      return typeof value === 'object' && !Array.isArray(value) && !(value instanceof ExactNumber)
        ? new Map(Object.entries(value ?? {}))
        : null;
    default:
      return null;
  }
}

/** `NAME=VALUE`; of a name that is there twice the last one counts, as for a process. */
function variables(texts: readonly string[]): Map<string, unknown> {
  return new Map(
    texts.map((text) => {
      const at = text.indexOf('=');
      return at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true;
  return typeof value === 'object' && !(value instanceof ExactNumber) && Object.keys(value).length === 0;
}
