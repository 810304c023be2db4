/**
 * Types that data may state, where Go would know them: of a struct its fields in their order and their names in JSON, what
 * a nil list differs in from an empty one, and the named numbers that print as something else. Plain data has no need of
 * them. What a document has in another type than the one that is due stays plain data: no reader of Go would take it.
 */
import { ExactNumber } from '../../model/json/exact-number.js';

/** A method without parameters. */
type Method = (value: unknown) => unknown;

interface NamedType {
  /** As Go's `%T` gives it. */
  readonly name: string;
}

interface OwnWays {
  /** How the value prints: Go's String. */
  readonly shown?: (value: unknown) => string;
  /** How it stands in JSON, where that is not what its kind says. */
  readonly json?: (value: unknown) => string;
  readonly methods?: Readonly<Record<string, Method>>;
}

/** A string, a number or a truth value, perhaps under a name of its own. */
export interface BasicType extends NamedType, OwnWays {
  readonly kind: 'string' | 'bool' | 'int';
  /** Whether null stays null: not known, which is more than the zero that Go would make of it. */
  readonly keepsNull?: boolean;
}

/** An interface: a value of any type. */
export interface AnyType extends NamedType {
  readonly kind: 'any';
}

export interface ListType extends NamedType {
  readonly kind: 'list';
  readonly element: GoType;
}

/** With keys that are strings. */
export interface MapType extends NamedType {
  readonly kind: 'map';
  readonly element: GoType;
}

export interface GoField {
  readonly name: string;
  readonly type: GoType;
  /** Its key in JSON; null for a struct whose fields stand there themselves. */
  readonly json: string | null;
  readonly omitEmpty: boolean;
  /** Whether its fields are those of the struct as well. */
  readonly embedded: boolean;
}

export interface StructType extends NamedType, OwnWays {
  readonly kind: 'struct';
  /** Whether its values are texts in JSON, and kept as such: a time. */
  readonly isText?: boolean;
  readonly fields: readonly GoField[];
  /** A row as docker has it: its fields are methods, and its JSON is sorted and fit for HTML. */
  readonly isRow?: boolean;
}

export interface PointerType extends NamedType {
  readonly kind: 'pointer';
  readonly to: StructType;
}

export type GoType = BasicType | AnyType | ListType | MapType | StructType | PointerType;

/** A value with its type: of lists, maps and pointers null is nil; of a struct an object by the names of its fields. */
export class Typed {
  readonly type: Exclude<GoType, AnyType>;
  readonly value: unknown;

  constructor(type: Exclude<GoType, AnyType>, value: unknown) {
    this.type = type;
    this.value = value;
  }
}

export const stringType: BasicType = { kind: 'string', name: 'string' };
export const boolType: BasicType = { kind: 'bool', name: 'bool' };
export const intType: BasicType = { kind: 'int', name: 'int' };
export const int64Type: BasicType = { kind: 'int', name: 'int64' };
export const anyType: AnyType = { kind: 'any', name: 'interface {}' };

/** A number of JSON that nobody asked to be an int or a float: a string in all but JSON. */
const jsonNumberType: BasicType = {
  kind: 'string',
  name: 'json.Number',
  json: String,
  methods: { String, Float64: Number, Int64: (value) => new Typed(int64Type, BigInt(String(value))) },
};

export function listTypeOf(element: GoType): ListType {
  return { kind: 'list', name: `[]${element.name}`, element };
}

export function mapTypeOf(element: GoType): MapType {
  return { kind: 'map', name: `map[string]${element.name}`, element };
}

export function pointerTypeTo(to: StructType): PointerType {
  return { kind: 'pointer', name: `*${to.name}`, to };
}

export function structTypeOf(name: string, fields: readonly GoField[]): StructType {
  return { kind: 'struct', name, fields };
}

/** A field under its own name in JSON, there whether it is empty or not. */
export function field(name: string, type: GoType, json = name): GoField {
  return { name, type, json, omitEmpty: false, embedded: false };
}

/** A field that JSON does not show where it is empty. */
export function optional(name: string, type: GoType): GoField {
  return { ...field(name, type), omitEmpty: true };
}

export function embedded(name: string, type: StructType): GoField {
  return { name, type, json: null, omitEmpty: false, embedded: true };
}

/** What a variable of the type is before anything is put into it. */
export function zeroOf(type: GoType): unknown {
  switch (type.kind) {
    case 'any':
      return null;
    case 'struct':
      return new Typed(type, Object.fromEntries(type.fields.map((item) => [item.name, zeroOf(item.type)])));
    case 'list':
    case 'map':
    case 'pointer':
      return new Typed(type, null);
    default:
      return named(type, type.kind === 'string' ? '' : type.kind === 'bool' ? false : 0);
  }
}

/** Go's own types need no mark: a plain value is one of them. */
const ownNames: ReadonlySet<string> = new Set(['string', 'bool', 'int']);

function named(type: BasicType, value: unknown): unknown {
  return ownNames.has(type.name) ? value : new Typed(type, value);
}

/** Plain data of JSON as a value of the type: null is nil or zero, keys of an object that no field has are left out. */
export function typed(type: GoType, data: unknown): unknown {
  if (data === null && 'keepsNull' in type && type.keepsNull === true) return null;
  if (data === null || data === undefined) return zeroOf(type);
  switch (type.kind) {
    case 'any':
      return data;
    case 'list':
      return Array.isArray(data)
        ? new Typed(
            type,
            data.map((item) => typed(type.element, item)),
          )
        : data;
    case 'map':
      return isObject(data)
        ? new Typed(
            type,
            mapValues(data, (item) => typed(type.element, item)),
          )
        : data;
    case 'pointer':
      return isObject(data) ? new Typed(type, typed(type.to, data)) : data;
    case 'struct':
      if (type.isText === true) return typeof data === 'string' ? new Typed(type, { text: data }) : data;
      return isObject(data) ? new Typed(type, structFields(type, data)) : data;
    default:
      return basic(type, data);
  }
}

function structFields(type: StructType, data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    type.fields.map(({ name, json, type: own }) => [name, typed(own, json === null ? data : ownValue(data, json))]),
  );
}

function ownValue(data: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(data, key) ? data[key] : undefined;
}

function basic(type: BasicType, data: unknown): unknown {
  switch (type.kind) {
    case 'int':
      return typeof data === 'bigint' || Number.isSafeInteger(data) || isWhole(data) ? named(type, intOf(data)) : data;
    case 'bool':
      return typeof data === 'boolean' ? named(type, data) : data;
    case 'string':
      return typeof data === 'string' ? named(type, data) : data;
  }
}

function isWhole(data: unknown): data is ExactNumber {
  return data instanceof ExactNumber && /^-?\d{1,19}$/.test(data.text);
}

function intOf(data: unknown): number | bigint {
  return data instanceof ExactNumber ? BigInt(data.text) : (data as number | bigint);
}

function isObject(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data) && !(data instanceof ExactNumber);
}

function mapValues(
  data: Readonly<Record<string, unknown>>,
  change: (value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, change(value)]));
}

/** The same data with its numbers as Go keeps them where no type is asked for. */
export function withJsonNumbers(data: unknown): unknown {
  if (typeof data === 'number' || typeof data === 'bigint') return new Typed(jsonNumberType, String(data));
  if (data instanceof ExactNumber) return new Typed(jsonNumberType, data.text);
  if (Array.isArray(data)) return data.map(withJsonNumbers);
  return isObject(data) ? mapValues(data, withJsonNumbers) : data;
}

/** A field of a struct, its own before those of the structs in it; undefined where there is none. */
export function structField({ type, value }: Typed, name: string): unknown {
  if (type.kind !== 'struct') return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(fields, name)) return fields[name];
  for (const item of type.fields) {
    const inner = item.embedded ? fields[item.name] : undefined;
    const found = inner instanceof Typed ? structField(inner, name) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
