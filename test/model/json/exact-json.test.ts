/** Numbers that no double holds, read and written as they stand; everything else as JSON.parse and JSON.stringify have it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, exactJsonText, hasInexactNumber, parseExactJson } from '../../../src/model/json/exact-json.js';
import { decimalOf, ExactNumber, isExact } from '../../../src/model/json/exact-number.js';
import { parseImageConfig } from '../../helpers/parsed-documents.js';

describe('a number of JSON', () => {
  it.each(['0', '-0', '1', '1.0', '1e3', '0.1', '1.50', '9007199254740992', '1e22', '5e-324', '-12.5E+2', '100e-2'])(
    'of a value that a double holds is exact: %s',
    (text) => {
      expect(isExact(text)).toBe(true);
    },
  );

  it.each([
    '9007199254740993',
    '-9007199254740993',
    '1e400',
    '-1e400',
    '1e-400',
    '0.1000000000000000055',
    '1e999999999999999999',
  ])('that a double changes is not: %s', (text) => {
    expect(isExact(text)).toBe(false);
  });

  it('has one text for all ways to write it', () => {
    const ways = ['12000', '12e3', '1.2E+4', '0.12e5', '120000e-1', '12000.000'].map(decimalOf);
    expect([...new Set(ways)]).toEqual(['12e3']);
    expect(['0', '-0', '0.00', '0e7'].map(decimalOf)).toEqual(['0', '0', '0', '0']);
    expect(decimalOf('-1200')).toBe('-12e2');
  });

  it('is what a double of it says, for every double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(isExact(JSON.stringify(value))).toBe(true);
      }),
    );
  });
});

describe('a text with a number that no double holds', () => {
  const source = '{"a":[1,9007199254740993,{"b":1e400}],"c":"9007199254740993","d":-0.5}';

  it('is written as it was read, in one line and in several', () => {
    const value = parseExactJson(source);
    expect(exactJsonText(value)).toBe(source);
    expect(exactJsonText(value, 2)).toBe(
      JSON.stringify(JSON.parse(source.replace('9007199254740993,', '1,').replace('1e400', '2')), null, 2)
        .replace('1,\n    1,', '1,\n    9007199254740993,')
        .replace('"b": 2', '"b": 1e400'),
    );
  });

  it('tells the number from a text of its digits, also where it is written by another', () => {
    const [number, text] = ['[9007199254740993]', '["9007199254740993"]'].map(parseExactJson);
    expect(canonicalJson(number)).not.toBe(canonicalJson(text));
    expect(JSON.stringify(number)).toBe('[{"exactNumber":"9007199254740993"}]');
  });

  it('is canonical by the value of the number', () => {
    const texts = ['[1e400]', '[10e399]', '[1.0e+400]', '[2e400]'].map((each) => canonicalJson(parseExactJson(each)));
    expect(texts).toEqual(['[1e400]', '[1e400]', '[1e400]', '[2e400]']);
  });

  it('is in all else what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), fc.constantFrom(0, 1, 2), (json, indent) => {
        const plain: unknown = JSON.parse(json);
        const spaced = JSON.stringify([plain, 'end'], null, indent);
        const read = parseExactJson(`[${spaced},1e400]`) as [unknown, ExactNumber];
        expect(read[0]).toEqual(JSON.parse(spaced));
        expect(read[1].text).toBe('1e400');
        expect(exactJsonText(read[0], indent)).toBe(spaced);
      }),
    );
  });

  it('keeps the last of two equal keys, and __proto__ as a plain key', () => {
    const value = parseExactJson('{"a":1e400,"a":2,"__proto__":{"x":1e400},"b\\"\\\\":[]}') as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['a', '__proto__', 'b"\\']);
    expect(value['a']).toBe(2);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it.each([
    ['in a string', '{"a":"x,1e400]"}'],
    ['behind an escaped quote', '{"a":"\\",1e400]"}'],
  ])('is not one where it only stands %s', (_, text) => {
    expect(parseExactJson(text)).toEqual(JSON.parse(text));
  });

  it('may be as deep and as long as a document may be', () => {
    const depth = 500_000;
    const deep = `${'['.repeat(depth)}1e400${']'.repeat(depth)}`;
    let value = parseExactJson(deep);
    for (let i = 0; i < depth; i++) value = (value as unknown[])[0];
    expect(value).toBeInstanceOf(ExactNumber);
    const digits = '7'.repeat(4_000_000);
    expect((parseExactJson(`[${digits}]`) as ExactNumber[])[0]?.text).toHaveLength(digits.length);
  });

  it('throws nothing but what JSON.parse throws', () => {
    expect(() => parseExactJson('[1e400')).toThrowError(SyntaxError);
  });
});

describe('a text without such a number', () => {
  it.each(['{"a":1,"b":[2.5,"sha256:12e5"]}', '[1e3,12345678901234567000]', '{}', '[]'])(
    'is seen to be one: %s',
    (text) => {
      expect(hasInexactNumber(text)).toBe(false);
    },
  );
});

describe('the run configuration of an image config', () => {
  const parsed = (config: string) => {
    const found = parseImageConfig(`{"architecture":"amd64","CONFIG":${config},"unknown":1e400}`);
    return found.ok ? found.value.config : found.problem;
  };

  it('keeps its numbers, whatever the case of its key', () => {
    const text = exactJsonText(parsed('{"healthcheck":{"Interval":9007199254740993},"Cmd":["a"]}'));
    expect(text).toContain('"Healthcheck":{"Interval":9007199254740993}');
  });

  it('is refused where it is a number itself, and where it is too deep', () => {
    expect(parsed('1e400')).toMatch(/expected an object/);
    expect(parsed(`{"a":${'['.repeat(200)}1e400${']'.repeat(200)}}`)).toMatch(/configDepth/);
  });
});
