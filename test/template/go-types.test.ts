/** Values with types: what their types change in printing, in JSON and in comparisons, and what they leave as it is. */
import { describe, expect, it } from 'vitest';
import { ExactNumber } from '../../src/model/json/exact-number.js';
import { parseTemplate } from '../../src/template/template.js';
import { TemplateError } from '../../src/template/template-error.js';
import {
  field,
  int64Type,
  intType,
  listTypeOf,
  mapTypeOf,
  optional,
  pointerTypeTo,
  stringType,
  structTypeOf,
  Typed,
  typed,
  withJsonNumbers,
} from '../../src/template/values/go-types.js';
import { durationType, timeType } from '../../src/template/values/named-types.js';
import { plainData } from '../../src/template/values/struct-json.js';

const inner = structTypeOf('test.Inner', [optional('Wait', durationType), optional('Tries', intType)]);
const outer = structTypeOf('test.Outer', [
  field('Name', stringType, 'name'),
  optional('Texts', listTypeOf(stringType)),
  field('ByKey', mapTypeOf(stringType)),
  optional('Inner', pointerTypeTo(inner)),
  field('Count', int64Type),
]);

function print(template: string, data: unknown): string {
  try {
    return parseTemplate(template).execute(typed(outer, data));
  } catch (error) {
    if (error instanceof TemplateError) return `error: ${error.kind}`;
    throw error;
  }
}

describe('durations', () => {
  it.each([
    [0, '0s'],
    [1, '1ns'],
    [1500, '1.5µs'],
    [-2_000_000, '-2ms'],
    [1_000_000_000, '1s'],
    [61_500_000_000, '1m1.5s'],
    [3_600_000_000_000, '1h0m0s'],
    [new ExactNumber('9223372036854775807'), '2562047h47m16.854775807s'],
    [new ExactNumber('-9223372036854775808'), '-2562047h47m16.854775808s'],
  ])('of %s print as %s', (wait, text) => {
    expect(print('{{.Inner.Wait}}', { Inner: { Wait: wait } })).toBe(text);
  });

  it('are numbers in JSON, in %d and in comparisons', () => {
    const data = { Inner: { Wait: 2_000_000_000 } };
    expect(print('{{json .Inner}} {{printf "%d" .Inner.Wait}} {{gt .Inner.Wait 1}}', data)).toBe(
      '{"Wait":2000000000} 2000000000 true',
    );
    expect(print('{{.Inner.Wait.Seconds}} {{.Inner.Wait.Minutes}}', data)).toBe('2 0.03333333333333333');
  });
});

describe('structs', () => {
  it('print their fields in order, and in JSON those that are not empty', () => {
    const data = { Count: 3, name: '<x>', Texts: [], unknown: 1 };
    expect(print('{{.}} {{json .}}', data)).toBe('{<x> [] map[] <nil> 3} {"name":"<x>","ByKey":null,"Count":3}');
    expect(print('{{printf "%+v" .}}', data)).toBe('{Name:<x> Texts:[] ByKey:map[] Inner:<nil> Count:3}');
  });

  it('have no other fields, unlike maps', () => {
    expect(print('{{.name}}', { name: 'x' })).toBe('error: no-field');
    expect(print('{{.ByKey.nothing}} [{{index .ByKey "nothing"}}]', {})).toBe('<no value> []');
    expect(print('{{.Inner.Wait}}', {})).toBe('error: no-field');
    expect(print('{{range .}}{{end}}', {})).toBe('error: wrong-type');
  });

  it('are true whatever is in them, and a nil pointer to one is not', () => {
    expect(print('{{if .}}yes{{end}} {{if .Inner}}yes{{else}}no{{end}}', {})).toBe('yes no');
    expect(print('{{if .Inner}}yes{{end}}', { Inner: {} })).toBe('yes');
  });
});

describe('nil', () => {
  it('is no empty list in JSON and in comparisons, and one everywhere else', () => {
    expect(print('{{json .Texts}} {{eq .Texts nil}} {{len .Texts}} {{.Texts}}', {})).toBe('null true 0 []');
    expect(print('{{json .Texts}} {{eq .Texts nil}} {{len .Texts}} {{.Texts}}', { Texts: [] })).toBe('[] false 0 []');
  });
});

describe('named types', () => {
  it('are no arguments of functions that take ints', () => {
    expect(print('{{truncate .Name .Count}}', { name: 'abc', Count: 2 })).toBe('error: wrong-type');
    expect(print('{{truncate .Name .Inner.Tries}}', { name: 'abc', Inner: { Tries: 2 } })).toBe('ab');
  });
});

describe('data of another type', () => {
  it('stays as it is', () => {
    expect(print('{{.Texts}} {{.Count}}', { Texts: 'a', Count: 1.5 })).toBe('a 1.5');
    expect(print('{{.Inner}}', { Inner: [1] })).toBe('[1]');
  });

  it('stays null where null says that a value is not known', () => {
    expect(typed({ ...int64Type, keepsNull: true }, null)).toBe(null);
    expect(typed(int64Type, null)).toEqual(new Typed(int64Type, 0));
  });
});

describe('JSON read without types', () => {
  it('has its numbers as texts', () => {
    const data = withJsonNumbers({ a: [1, { b: 2.5 }], c: new ExactNumber('1e400') });
    const template = parseTemplate('{{.a}} {{json .}} {{printf "%T %d" .c .c}} {{len .c}}');
    expect(template.execute(data)).toBe(
      '[1 map[b:2.5]] {"a":[1,{"b":2.5}],"c":1e400} json.Number %!d(json.Number=1e400) 5',
    );
  });
});

describe('plain data', () => {
  it('is what would be read from the JSON of a value', () => {
    const data = { name: 'x', Texts: [], ByKey: { a: null }, Inner: { Wait: 0, Tries: 2 }, Count: 1 };
    expect(plainData(typed(outer, data))).toEqual({ name: 'x', ByKey: { a: '' }, Inner: { Tries: 2 }, Count: 1 });
    expect(plainData(typed(timeType, '2024-01-01T00:00:00Z'))).toBe('2024-01-01T00:00:00Z');
  });
});
