/**
 * The table of keys that the help is made of, and the words that are offered for one that is not there.
 */
import { describe, expect, it } from 'vitest';
import { filterKeys } from '../../src/query/filters.js';
import { nearWords } from '../../src/words/near-words.js';

describe('the keys', () => {
  it('are those of docker and those beyond it', () => {
    const keys = (docker: boolean): string[] => filterKeys.filter((one) => one.docker === docker).map(({ key }) => key);
    expect(keys(true)).toEqual(['before', 'dangling', 'label', 'label!', 'reference', 'since', 'until']);
    expect(keys(false)).toEqual([
      ...['archive', 'layer', 'max-size', 'min-size', 'platform', 'reference!', 'shared', 'superseded'],
    ]);
  });

  it.each(filterKeys.map((one) => [one.key, one] as const))(
    '%s has a form and one line of help',
    (key, { form, help }) => {
      expect(form.startsWith(`${key}=`)).toBe(true);
      expect(help).toMatch(/^[^\n]{10,120}$/);
    },
  );
});

describe('near words', () => {
  const keys = filterKeys.map(({ key }) => key);

  it.each([
    ['refrence', 'reference'],
    ['labels', 'label'],
    ['dangling!', 'dangling'],
    ['minsize', 'min-size'],
    ['super', 'superseded'],
    ['seded', 'superseded'],
  ])('%s is near to %s', (written, meant) => {
    expect(nearWords(written, keys, 1)).toEqual([meant]);
  });

  it.each(['', 'x', 'format', 'q'.repeat(300)])('%j is near to none', (written) => {
    expect(nearWords(written, keys, 3)).toEqual([]);
  });

  it('come nearest first, each once, as many as are asked for', () => {
    const words = ['debian:11', 'debian:12', 'debain', 'debian', 'debian:12', 'nginx'];
    expect(nearWords('debian', words, 3)).toEqual(['debian', 'debian:11', 'debian:12']);
    expect(nearWords('debin', words, 9)).toEqual(['debain', 'debian']);
  });
});
