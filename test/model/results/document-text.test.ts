/** Our own documents read back: a text that is no JSON and a value of another shape are refused in one sentence. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { VarveError } from '../../../src/model/error.js';
import { parseExactJson } from '../../../src/model/json/exact-json.js';
import { firstFault, parseItems, parseJsonText } from '../../../src/model/results/document-text.js';
import { parsePartsList } from '../../../src/model/results/parts.js';
import { finished } from '../../../src/model/work/work.js';

describe('the JSON of a text', () => {
  const refusal = (reason: string): string => `not a plan: ${reason}`;

  it('is its value, by the parser that was named', () => {
    expect(parseJsonText('{"a":[1]}', refusal)).toEqual({ a: [1] });
    expect(parseJsonText('{"a":[1]}', refusal, parseExactJson)).toEqual({ a: [1] });
  });

  it('is refused by a sentence with the reason where there is none', () => {
    const parse = () => parseJsonText('{"a":', refusal);
    expect(parse).toThrow(VarveError);
    expect(parse).toThrow(expect.objectContaining({ code: 'document-invalid', cause: expect.any(SyntaxError) }));
    expect(parse).toThrow(/^not a plan: \S/);
  });
});

describe('the first fault of a document', () => {
  const schema = z.object({ archives: z.array(z.object({ path: z.string() })) });
  const faultIn = (value: unknown): string => {
    const { error } = schema.safeParse(value);
    return error === undefined ? 'none' : firstFault(error);
  };

  it.each([
    ['inside of it', { archives: [{ path: 'a' }, { path: 1 }, {}] }, /^at archives\.1\.path: .*string/],
    ['at its top', [], /^at the top: .*object/],
    ['nowhere', { archives: [] }, /^none$/],
  ])('is told with its place: %s', (_, value, text) => {
    expect(faultIn(value)).toMatch(text);
  });
});

describe('the items of a list', () => {
  const item = z.object({ path: z.string() });

  it('are what the schema makes of each', () => {
    const found = finished(parseItems('files', [{ path: 'a', more: 1 }, { path: 'b' }], item));
    expect(found).toEqual({ ok: true, items: [{ path: 'a' }, { path: 'b' }] });
  });

  it('end with the first that is wrong, told with its place, whatever comes after it', () => {
    const looked: unknown[] = [];
    const counting = {
      safeParse: (value: unknown) => {
        looked.push(value);
        return item.safeParse(value);
      },
    };
    expect(finished(parseItems('files', [{ path: 'a' }, {}, 1, 2, 3], counting))).toEqual({
      ok: false,
      fault: expect.stringMatching(/^at files\.1\.path: /),
    });
    expect(looked.length).toBe(2);
    const first = finished(parseItems('files', [1], item));
    expect(first).toEqual({ ok: false, fault: expect.stringMatching(/^at files\.0: /) });
  });
});

describe('a list of parts', () => {
  it('is refused by its first fault, however many there are', () => {
    const parts = Array.from({ length: 100_000 }, () => ({}));
    const text = JSON.stringify({ kind: 'varve.parts', schemaVersion: 1, name: 'a', sizeBytes: 0, parts });
    expect(() => parsePartsList(text)).toThrow(/^no list of parts: at parts\.0\.name: /);
    expect(() => parsePartsList(text.replace(/\[.*\]/, '[]'))).toThrow(/^no list of parts: at parts: /);
  });
});
