/** What is expected of values of JSON: the same values and the same sentences as the same schema of zod, which is the oracle. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  aFlag,
  aListOf,
  aMapOf,
  anInteger,
  anObject,
  aText,
  type Demand,
  Misfit,
  maybe,
  objectAsWritten,
} from '../../../src/model/json/demand.js';
import '../../helpers/property-seed.js';

const pairs: readonly [string, Demand<unknown>, z.ZodType][] = [
  ['a text', aText, z.string()],
  ['an integer', anInteger, z.int()],
  ['a flag or nothing', maybe(aFlag), z.nullish(z.boolean())],
  [
    'an object',
    anObject({ a: aText, b: maybe(anInteger), c: maybe(anObject({ d: aFlag })) }),
    z.object({ a: z.string(), b: z.nullish(z.int()), c: z.nullish(z.object({ d: z.boolean() })) }),
  ],
];

const value = fc.oneof(
  fc.jsonValue(),
  fc.record(
    { a: fc.jsonValue(), b: fc.jsonValue(), c: fc.record({ d: fc.jsonValue() }), e: fc.jsonValue() },
    { requiredKeys: [] },
  ),
  fc.record({ a: fc.string(), b: fc.integer(), c: fc.option(fc.record({ d: fc.boolean() })) }, { requiredKeys: ['a'] }),
  fc.constantFrom(
    2 ** 53,
    -(2 ** 53),
    2 ** 53 - 1,
    1.5,
    1e300,
    -1e300,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    undefined,
  ),
);

/** What came of it: the value, or the first fault with its place. */
const madeBy = (demand: Demand<unknown>, given: unknown) => {
  const made = demand(given);
  return made instanceof Misfit ? { message: made.message, path: made.path } : { made };
};
const madeByZod = (schema: z.ZodType, given: unknown) => {
  const { success, data, error } = schema.safeParse(given);
  return success ? { made: data } : { message: error.issues[0]?.message, path: error.issues[0]?.path };
};

describe.each(pairs)('%s', (_, demand, schema) => {
  it('is what zod makes of the same value, and is refused in the same words at the same place', () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(madeBy(demand, given)).toEqual(madeByZod(schema, given));
      }),
      { numRuns: 500 },
    );
  });
});

describe('a list', () => {
  it('ends at the first item that does not fit, and names its place', () => {
    const demand = aListOf(anObject({ size: anInteger }));
    expect(madeBy(demand, [{ size: 1 }, { size: 'x' }, 7])).toEqual({
      message: 'Invalid input: expected number, received string',
      path: [1, 'size'],
    });
    expect(madeBy(demand, [{ size: 1 }])).toEqual({ made: [{ size: 1 }] });
    expect([null, undefined].map((given) => demand(given))).toEqual([null, undefined]);
  });

  it.each([
    [{}, 'object'],
    ['x', 'string'],
    [1, 'number'],
  ])('is not %j', (given, kind) => {
    expect(madeBy(aListOf(aText), given)).toEqual({ message: `expected a list, found ${kind}`, path: [] });
  });
});

describe('a map', () => {
  it('leaves out what is null, keeps any key, and names the key of what does not fit', () => {
    const given: unknown = JSON.parse('{"a": "x", "b": null, "__proto__": "y"}');
    expect(aMapOf(aText)(given)).toEqual(
      new Map([
        ['a', 'x'],
        ['__proto__', 'y'],
      ]),
    );
    expect(madeBy(aMapOf(aMapOf(aText)), { a: { b: 1 } })).toEqual({
      message: 'Invalid input: expected string, received number',
      path: ['a', 'b'],
    });
    expect(madeBy(aMapOf(aText), [])).toEqual({ message: 'expected an object, found a list', path: [] });
  });
});

describe('an object as it is written', () => {
  it('is handed on unchanged unless something is wrong with it', () => {
    const given = { a: { b: [1] } };
    expect(objectAsWritten(() => null)(given)).toBe(given);
    const refused = new Misfit('too deep', [], true);
    expect(objectAsWritten(() => refused)(given)).toBe(refused);
    expect(
      madeBy(
        objectAsWritten(() => null),
        'x',
      ),
    ).toEqual({ message: 'expected an object, found string', path: [] });
  });
});
