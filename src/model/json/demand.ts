/**
 * What a value of JSON is expected to be, and what is wrong with it where it is not: the first fault ends the look, whatever
 * the value is made of. For the documents inside archives, which every run reads: a schema of zod would take longer to load
 * and to set up than such a document takes to read. The sentences are those of zod, which reads our own documents, and
 * `test/model/json/demand.test.ts` compares both. Hostile input: any value of JSON; what is built of it is no larger
 * than it, and the path of a fault as long as demands are nested.
 */

/** What is wrong with a value, and where in it. */
export class Misfit {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Whether a named limit was hit, which the message begins with. */
  readonly isLimit: boolean;

  constructor(message: string, path: readonly (string | number)[], isLimit: boolean) {
    this.message = message;
    this.path = path;
    this.isLimit = isLimit;
  }

  /** The same, seen from whatever holds the value under that key. */
  under(key: string | number): Misfit {
    return new Misfit(this.message, [key, ...this.path], this.isLimit);
  }
}

/** Makes of a value what is expected, or says what is wrong with it. */
export type Demand<T> = (value: unknown) => T | Misfit;

/** What an demand makes of a value that fits. */
export type Demanded<E> = E extends Demand<infer T> ? T : never;

type Fields = Readonly<Record<string, Demand<unknown>>>;
type OptionalKeys<F extends Fields> = { [K in keyof F]: undefined extends Demanded<F[K]> ? K : never }[keyof F];
type Plain<T> = { [K in keyof T]: T[K] };
type ObjectOf<F extends Fields> = Plain<
  { [K in Exclude<keyof F, OptionalKeys<F>>]: Demanded<F[K]> } & { [K in OptionalKeys<F>]?: Demanded<F[K]> }
>;

export const aText: Demand<string> = (value) => (typeof value === 'string' ? value : wrongType('string', value));
export const aFlag: Demand<boolean> = (value) => (typeof value === 'boolean' ? value : wrongType('boolean', value));

/** An integer that a double holds exactly. */
export const anInteger: Demand<number> = (value) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) return wrongType('number', value);
  if (!Number.isInteger(value)) return wrongType('int', value);
  if (Number.isSafeInteger(value)) return value;
  const { MAX_SAFE_INTEGER: most, MIN_SAFE_INTEGER: least } = Number;
  return misfit(value > 0 ? `Too big: expected int to be <=${most}` : `Too small: expected int to be >=${least}`);
};

/** The same, or null, or nothing at all. */
export function maybe<T>(inner: Demand<T>): Demand<T | null | undefined> {
  return (value) => (value === null || value === undefined ? value : inner(value));
}

/** An object with these fields, of which those may be absent that may be undefined; others are left out. */
export function anObject<F extends Fields>(fields: F): Demand<ObjectOf<F>> {
  const expected = Object.entries(fields);
  return (value) => {
    if (!isObject(value)) return wrongType('object', value);
    const made: Record<string, unknown> = {};
    for (const [key, field] of expected) {
      const item = field(value[key]);
      if (item instanceof Misfit) return item.under(key);
      if (item !== undefined) made[key] = item;
    }
    return made as ObjectOf<F>;
  };
}

/** A list, null or absent. */
export function aListOf<T>(item: Demand<T>): Demand<T[] | null | undefined> {
  return maybe((value) => {
    if (!Array.isArray(value)) return unexpected('a list', value);
    const items: T[] = [];
    for (const [i, element] of value.entries()) {
      const made = item(element);
      if (made instanceof Misfit) return made.under(i);
      items.push(made);
    }
    return items;
  });
}

/** An object with any keys, as a Map; null or absent. A null value counts as absent. */
export function aMapOf<T>(item: Demand<T>): Demand<Map<string, T> | null | undefined> {
  return maybe((value) => {
    if (!isObject(value)) return unexpected('an object', value);
    const items = new Map<string, T>();
    for (const [key, element] of Object.entries(value)) {
      if (element === null) continue;
      const made = item(element);
      if (made instanceof Misfit) return made.under(key);
      items.set(key, made);
    }
    return items;
  });
}

/** An object as it is, null or absent; `problemOf` may refuse it. */
export function objectAsWritten(
  problemOf: (value: Record<string, unknown>) => Misfit | null,
): Demand<Record<string, unknown> | null | undefined> {
  return maybe((value) => (isObject(value) ? (problemOf(value) ?? value) : unexpected('an object', value)));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `null`, `a list`, else the type of the language. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}

function unexpected(expected: string, value: unknown): Misfit {
  return misfit(`expected ${expected}, found ${kindOf(value)}`);
}

function wrongType(expected: string, value: unknown): Misfit {
  return misfit(`Invalid input: expected ${expected}, received ${typeName(value)}`);
}

function misfit(message: string): Misfit {
  return new Misfit(message, [], false);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && !Number.isFinite(value)
    ? Number.isNaN(value)
      ? 'NaN'
      : 'Infinity'
    : typeof value;
}
