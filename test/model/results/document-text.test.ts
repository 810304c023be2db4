/** Our own documents read back: a text that is no JSON and a value of another shape are refused in one sentence. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { VarveError } from '../../../src/model/error.js';
import { parseExactJson } from '../../../src/model/json/exact-json.js';
import { firstFault, parseJsonText } from '../../../src/model/results/document-text.js';

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
