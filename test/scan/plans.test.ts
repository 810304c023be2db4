/** Plans as input: what varve plan prints is read again, and everything else is refused for what it is. */
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../src/library/read-plan.js';
import type { VarveError } from '../../src/model/error.js';
import { varve } from '../cli/console.js';

const printed = async (...words: readonly string[]) =>
  (await varve([...words, 'samples', '--format', 'json', '--quiet'])).stdout;

function refusalOf(text: string): string {
  try {
    parsePlan(text);
  } catch (error) {
    expect(error).toMatchObject({ code: 'document-invalid' });
    return (error as VarveError).message;
  }
  throw new RangeError('it was taken');
}

describe('a plan', () => {
  it('is read as it was printed', async () => {
    const text = await printed('plan', '--remove', 'dangling');
    expect(parsePlan(text)).toEqual(JSON.parse(text));
  });

  it('may have fields of a later program', async () => {
    const document = JSON.parse(await printed('plan', '--remove', 'dangling')) as object;
    expect(parsePlan(JSON.stringify({ ...document, later: 1 }))).toEqual(document);
  });

  it('is told from a document of another kind', async () => {
    expect(refusalOf(await printed('df'))).toContain('a document of the kind "varve.df"');
  });

  it.each([
    ['no JSON', '{"kind":"varve.plan"', 'not a plan: '],
    ['no object', 'null', 'another document'],
    ['a list', '[]', 'another document'],
    ['a kind that is no text', '{"kind":7}', 'another document'],
    ['another version', '{"kind":"varve.plan","schemaVersion":2}', 'version 2'],
    ['no version', '{"kind":"varve.plan"}', 'version none'],
    ['missing fields', '{"kind":"varve.plan","schemaVersion":1,"verified":true}', 'at totalBytes'],
  ])('is refused where there is %s', (_, text, says) => {
    expect(refusalOf(text)).toContain(says);
  });
});
