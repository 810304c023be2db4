/**
 * What Go's own archive/tar reads in 4,000 tars that readers may take differently, recorded, against what we read: the same
 * entries, or an error where Go stops; and where GNU tar, bsdtar, Python or BusyBox read others, an error too, for an archive
 * as for a layer. `npm run fuzz:tars` asks all of them anew, for as many tars as one wants.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatedTar } from '../../fuzz/tar-generator.js';
import { answerOf, differenceFrom, ownReading, type SeenEntry } from '../../fuzz/tar-readings.js';

const answers = readFileSync(new URL('../../fuzz/tar-readings.txt', import.meta.url), 'latin1')
  .trimEnd()
  .split('\n');
const chunk = 500;

describe('a tar that readers may take differently', () => {
  it.each(Array.from({ length: answers.length / chunk }, (_, i) => i * chunk))(
    'is read as Go reads it, or has a finding: 500 seeds from %d',
    (first) => {
      const differences = answers
        .slice(first, first + chunk)
        .map((answer, i) => [first + i, differenceFrom(answer, ownReading(generatedTar(first + i)))])
        .filter(([, difference]) => difference !== null);
      expect(differences).toEqual([]);
    },
  );

  it('has answers of every kind: the end, a damaged header, a cut', () => {
    expect(answers.length).toBe(4000);
    for (const end of ['e', 'h', 'c'])
      expect(answers.filter((each) => each.startsWith(end)).length).toBeGreaterThan(50);
    for (const reader of 'glpb')
      expect(answers.filter((each) => each.slice(8).includes(reader)).length).toBeGreaterThan(50);
  });
});

describe('the comparison', () => {
  const entry: SeenEntry = { name: '61', type: '30', link: '', size: 1, body: 'ca978112' };
  const own = { entries: [entry], archiveErrors: [], layerFault: false };
  const answer = answerOf({ entries: [entry], end: 'end' });

  it('passes the same entries, and a target where there is no link', () => {
    expect(differenceFrom(answer, own)).toBe(null);
    expect(differenceFrom(answer, { ...own, entries: [{ ...entry, link: '62' }] })).toBe(null);
  });

  it.each([
    ['another name', [{ ...entry, name: '62' }]],
    ['another type', [{ ...entry, type: '35' }]],
    ['another size', [{ ...entry, size: 2 }]],
    ['another body', [{ ...entry, body: '00000000' }]],
    ['one entry more', [entry, entry]],
    ['one entry less', []],
  ])('fails for %s, finding or not', (_, entries) => {
    expect(differenceFrom(answer, { ...own, entries })).toEqual(expect.any(String));
    expect(differenceFrom(answer, { entries, archiveErrors: ['x'], layerFault: true })).toEqual(expect.any(String));
  });

  it('fails where another reader sees others and nothing says so, in an archive or in a layer', () => {
    const disputed = answerOf({ entries: [entry], end: 'end' }, 'gp');
    expect(differenceFrom(disputed, { ...own, archiveErrors: ['x'], layerFault: true })).toBe(null);
    expect(differenceFrom(disputed, { ...own, layerFault: true })).toEqual(expect.any(String));
    expect(differenceFrom(disputed, { ...own, archiveErrors: ['x'] })).toEqual(expect.any(String));
  });

  it('fails where Go stops and nothing says so, in an archive or in a layer', () => {
    const stopped = answerOf({ entries: [entry, entry], end: 'header' });
    expect(differenceFrom(stopped, { ...own, archiveErrors: ['x'], layerFault: true })).toBe(null);
    expect(differenceFrom(stopped, { ...own, layerFault: true })).toEqual(expect.any(String));
    expect(differenceFrom(stopped, { ...own, archiveErrors: ['x'] })).toEqual(expect.any(String));
  });
});
