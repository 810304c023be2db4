/**
 * Shapes: which Go type a value of JSON is decoded into, as far as decoding depends on it. Most readers of the documents
 * inside archives are written in Go, and `encoding/json` refuses a whole document for one value of another type, merges a
 * key that stands there twice, and finds keys in any case. `GoReading` reads by these; the shapes of the documents stand in
 * `document-shapes.ts`.
 */

export type Shape =
  | { readonly kind: 'text' | 'flag' | 'integer' | 'bytes' | 'time' }
  | ListShape
  | { readonly kind: 'map'; readonly of: Shape }
  | StructShape;

export interface ListShape {
  readonly kind: 'list';
  readonly of: Shape;
  /** Docker's lists of arguments take one text for a list of it; other readers of them do not. */
  readonly takesText?: boolean;
  /** Null is an empty text in it, and not kept for whoever reads the list to refuse. */
  readonly takesNull?: boolean;
}

export interface StructShape {
  readonly kind: 'struct';
  readonly fields: Readonly<Record<string, Shape>>;
  /** Null takes away what a pointer had, and leaves a struct as it is. */
  readonly isPointer: boolean;
  /** A known writer has its keys in other case, and a reader of exact keys finds nothing to load, so not another image. */
  readonly isWrittenInAnyCase?: boolean;
}

export const textShape: Shape = { kind: 'text' };
export const flagShape: Shape = { kind: 'flag' };
export const integerShape: Shape = { kind: 'integer' };
export const bytesShape: Shape = { kind: 'bytes' };
export const timeShape: Shape = { kind: 'time' };
export const textsShape: ListShape = { kind: 'list', of: textShape };

export const listOf = (of: Shape): ListShape => ({ kind: 'list', of });
export const mapOf = (of: Shape): Shape => ({ kind: 'map', of });
export const struct = (fields: StructShape['fields']): StructShape => ({ kind: 'struct', fields, isPointer: false });
export const pointerTo = (shape: StructShape): StructShape => ({ ...shape, isPointer: true });

/** What a key is to Go: the field that it names, in the spelling of the format. */
export interface Field {
  readonly name: string;
  readonly shape: Shape;
}

interface Names {
  readonly exact: ReadonlyMap<string, Field>;
  readonly folded: ReadonlyMap<string, Field>;
}

/** Shapes are few, and documents are many. */
const namesByShape = new WeakMap<StructShape, Names>();

/** The field that Go takes a key for: the one that is spelled so, else one that differs from it in case only. */
export function fieldOf(shape: StructShape, key: string): Field | undefined {
  const names = namesOf(shape);
  return names.exact.get(key) ?? (key.length > longestName ? undefined : names.folded.get(goFold(key)));
}

/** The field that a key is not to Go, but to readers that know more of Unicode: by another case, or by another form. */
export function lookalikeOf(shape: StructShape, key: string): Field | undefined {
  if (key.length > longestName || isAscii.test(key)) return undefined;
  // What is left of a capital I with a dot, of which the small letter has two characters.
  const plain = key.normalize('NFKC').toUpperCase().toLowerCase().replaceAll('\u0307', '');
  return namesOf(shape).folded.get(plain);
}

const longestName = 64;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
const isAscii = /^[\u0000-\u007f]*$/;

/** ASCII letters, and the two letters beyond ASCII that equal one in it: the long s and, which `toLowerCase` knows, the Kelvin sign. */
function goFold(key: string): string {
  return key.toLowerCase().replaceAll('\u017f', 's');
}

function namesOf(shape: StructShape): Names {
  const known = namesByShape.get(shape);
  if (known !== undefined) return known;
  const fields = Object.entries(shape.fields).map(([name, inner]): Field => ({ name, shape: inner }));
  const names = {
    exact: new Map(fields.map((field) => [field.name, field])),
    folded: new Map(fields.map((field) => [goFold(field.name), field])),
  };
  namesByShape.set(shape, names);
  return names;
}
