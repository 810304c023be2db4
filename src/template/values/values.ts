/**
 * Go's view of plain data. Objects are maps with string keys, arrays are slices, whole numbers are ints and others
 * floats. What JavaScript cannot say has a class: a float that is whole (`2.0` in a template) and a byte of a string. Ints
 * beyond 2^53 are bigints, so that the same int is always the same value. `null` is a nil inside of a map or list;
 * `undefined` is no value at all, as Go's reflection tells them apart: a field of nothing is nothing, one of nil an error.
 */
import { ExactNumber } from '../../model/json/exact-number.js';
import { compareText } from './go-text.js';
import { type PointerType, type StructType, Typed } from './go-types.js';

export type Value =
  | undefined
  | null
  | boolean
  | string
  | number
  | bigint
  | GoFloat
  | GoByte
  | Typed
  | readonly unknown[]
  | GoMap;

export type GoMap = { readonly [key: string]: unknown };

/** A float64 that would pass for an int. */
export class GoFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A uint8: what indexing a string gives. */
export class GoByte {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A []string, which differs from other lists in nothing but the name of its type. */
export class StringList extends Array<string> {}

/** A value with its kind in Go; ints as they are, floats and bytes as their number. */
export type Kinded =
  | { readonly kind: 'nil' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'int'; readonly value: number | bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'byte'; readonly value: number }
  | { readonly kind: 'list'; readonly value: readonly unknown[] }
  | { readonly kind: 'map'; readonly value: GoMap }
  | { readonly kind: 'struct'; readonly type: StructType; readonly value: GoMap }
  | { readonly kind: 'pointer'; readonly type: PointerType; readonly value: Typed | null };

/** Throws TypeError for what no data is: functions and symbols. */
export function kinded(value: unknown): Kinded {
  switch (typeof value) {
    case 'undefined':
      return { kind: 'nil' };
    case 'boolean':
      return { kind: 'bool', value };
    case 'string':
      return { kind: 'string', value };
    case 'number':
      return { kind: Number.isSafeInteger(value) ? 'int' : 'float', value };
    case 'bigint':
      return { kind: 'int', value: integer(value) };
    case 'object':
      return kindedObject(value);
    default:
      throw new TypeError(`a ${typeof value} cannot be the data of a template`);
  }
}

function kindedObject(value: object | null): Kinded {
  if (value === null) return { kind: 'nil' };
  if (value instanceof GoFloat) return { kind: 'float', value: value.value };
  if (value instanceof GoByte) return { kind: 'byte', value: value.value };
  if (value instanceof ExactNumber) return exactNumber(value);
  if (value instanceof Typed) return kindedTyped(value);
  if (Array.isArray(value)) return { kind: 'list', value };
  return { kind: 'map', value: value as GoMap };
}

/** A nil list or map has no elements, and is one all the same. */
function kindedTyped({ type, value }: Typed): Kinded {
  switch (type.kind) {
    case 'list':
      return { kind: 'list', value: (value ?? []) as readonly unknown[] };
    case 'map':
      return { kind: 'map', value: (value ?? {}) as GoMap };
    case 'struct':
      return { kind: 'struct', type, value: value as GoMap };
    case 'pointer':
      return { kind: 'pointer', type, value: value as Typed | null };
    default:
      return kinded(value);
  }
}

/** Whether nothing is there: nil itself, or a nil list, map or pointer. */
export function isNil(value: unknown): boolean {
  return value instanceof Typed ? value.value === null : kinded(value).kind === 'nil';
}

/** What a pointer points to, which may be nothing; any other value as it is. */
export function pointed(value: unknown): unknown {
  return value instanceof Typed && value.type.kind === 'pointer' && value.value !== null ? value.value : value;
}

/** Go has no int of so many digits; it takes any number that is not whole for a float. */
const intDigits = 400;

function exactNumber({ text }: ExactNumber): Kinded {
  const whole = /^-?\d+$/.test(text) && text.length <= intDigits;
  return whole ? { kind: 'int', value: integer(BigInt(text)) } : { kind: 'float', value: Number(text) };
}

/** The int of this size: a number as far as numbers are exact. */
export function integer(value: bigint): number | bigint {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

/** The float of this size, told apart from the int. */
export function float(value: number): number | GoFloat {
  return Number.isSafeInteger(value) ? new GoFloat(value) : value;
}

/** The name of the value's type, as Go's `%T` gives it. */
export function typeName(value: unknown): string {
  if (value instanceof Typed) return value.type.name;
  const { kind } = kinded(value);
  switch (kind) {
    case 'nil':
      return '<nil>';
    case 'byte':
      return 'uint8';
    case 'float':
      return 'float64';
    case 'list':
      return value instanceof StringList ? '[]string' : '[]interface {}';
    case 'map':
      return 'map[string]interface {}';
    default:
      return kind;
  }
}

/** What `if` makes of a value: false, zero, nothing and all that is empty are false. */
export function isTrue(value: unknown): boolean {
  const go = kinded(value);
  switch (go.kind) {
    case 'nil':
      return false;
    case 'list':
      return go.value.length > 0;
    case 'map':
      return keyCount(go.value) > 0;
    case 'string':
      return go.value !== '';
    case 'bool':
      return go.value;
    case 'struct':
      return true;
    case 'pointer':
      return go.value !== null;
    default:
      // NaN is not zero.
      return go.value !== 0;
  }
}

/** The keys of a map in Go's order. A property that is undefined is none. */
export function keys(map: GoMap): string[] {
  return Object.keys(map)
    .filter((key) => map[key] !== undefined)
    .sort(compareText);
}

/** How many keys a map has. */
export function keyCount(map: GoMap): number {
  return Object.values(map).filter((value) => value !== undefined).length;
}

/** The value of a key; undefined where the map does not have it. */
export function lookUp(map: GoMap, key: string): Value {
  return Object.hasOwn(map, key) ? (map[key] as Value) : undefined;
}
