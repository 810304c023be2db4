/**
 * Values with types as JSON has them: which fields of a struct are shown, in which order, and the plain data that a reader
 * of that JSON would have.
 */
import { compareText } from './go-text.js';
import { type StructType, Typed } from './go-types.js';
import { type GoMap, keyCount, kinded } from './values.js';

type ShownField = readonly [key: string, value: unknown];

/** The fields of a struct that JSON shows, with those of the structs embedded in it; those of a row by their names. */
export function shownFields(type: StructType, values: GoMap): readonly ShownField[] {
  const shown = type.fields.flatMap(({ name, json, omitEmpty }): readonly ShownField[] => {
    const value = values[name];
    if (json !== null) return omitEmpty && isEmpty(value) ? [] : [[json, value]];
    const go = kinded(value);
    return go.kind === 'struct' ? shownFields(go.type, go.value) : [];
  });
  return type.isRow ? [...shown].sort(([a], [b]) => compareText(a, b)) : shown;
}

/** What `omitempty` leaves out. */
function isEmpty(value: unknown): boolean {
  const go = kinded(value);
  switch (go.kind) {
    case 'list':
      return go.value.length === 0;
    case 'map':
      return keyCount(go.value) === 0;
    case 'struct':
      return false;
    case 'pointer':
      return go.value === null;
    default:
      return go.kind === 'nil' || !go.value;
  }
}

/** The value without types, as it would be read from its JSON. */
export function plainData(value: unknown): unknown {
  if (!(value instanceof Typed)) return value;
  const { type, value: inner } = value;
  if (inner === null) return null;
  switch (type.kind) {
    case 'list':
      return (inner as readonly unknown[]).map(plainData);
    case 'map':
      return plainEntries(Object.entries(inner as GoMap));
    case 'struct':
      if (type.isText === true) return (inner as GoMap)['text'];
      return plainEntries(shownFields(type, inner as GoMap));
    case 'pointer':
      return plainData(inner);
    default:
      return inner;
  }
}

function plainEntries(entries: readonly ShownField[]): Record<string, unknown> {
  return Object.fromEntries(entries.map(([key, value]) => [key, plainData(value)]));
}
