/** Which names are those of parts: in an order, from the first, of one file. */
import { describe, expect, it } from 'vitest';
import { seriesAmong } from '../../src/discover/part-series.js';

/** Each series among the names, once. */
function found(...names: readonly string[]) {
  return [...new Set(seriesAmong(names).values())].map(({ stem, names: own, missing, beyond }) => ({
    stem,
    names: own.join(' '),
    missing,
    beyond: beyond.join(' '),
  }));
}

describe('names of parts', () => {
  it.each([
    ['x.part000', 'x.part001'],
    ['x.part-000', 'x.part-001'],
    ['x.part_01', 'x.part_02'],
    ['x.part-aa', 'x.part-ab'],
    ['x.tar.aa', 'x.tar.ab'],
    ['x.tar.gz.aaa', 'x.tar.gz.aab'],
    ['x.tgz.00', 'x.tgz.01'],
    ['x.tar.001', 'x.tar.002'],
  ])('are a series of two: %s, %s', (...names) => {
    expect(found('other', ...names.toReversed())).toMatchObject([
      { names: names.join(' '), missing: null, beyond: '' },
    ]);
  });

  it('without zeros before them come in the order of their numbers', () => {
    const names = Array.from({ length: 12 }, (_, at) => `x.part${at + 1}`);
    expect(found(...names.toSorted())).toEqual([{ stem: 'x', names: names.join(' '), missing: null, beyond: '' }]);
  });

  it('are those of one file each, by all that stands before the number', () => {
    expect(found('a.tar.part000', 'b.tar.part000', 'a.tar.part001')).toMatchObject([
      { stem: 'a.tar', names: 'a.tar.part000 a.tar.part001' },
      { stem: 'b.tar', names: 'b.tar.part000' },
    ]);
  });

  it('end at a gap, whose first name is told with what lies behind it', () => {
    expect(found('x.part000', 'x.part001', 'x.part003', 'x.part009')).toEqual([
      { stem: 'x', names: 'x.part000 x.part001', missing: 'x.part002', beyond: 'x.part003 x.part009' },
    ]);
    expect(found('x.tar.aa', 'x.tar.ab', 'x.tar.ba')).toMatchObject([{ missing: 'x.tar.ac', beyond: 'x.tar.ba' }]);
  });

  it.each([
    ['a first part of an archive that only its number tells', ['x.tar.aa']],
    ['what does not begin at the first', ['x.part002', 'x.part003', 'x.tar.ab', 'x.tar.ac']],
    ['archives whose endings are two letters', ['x.tar.gz', 'x.tar.xz', 'x.tar']],
    ['copies that are numbered by one digit', ['x.tar.1', 'x.tar.2']],
    ['what is no archive by its name', ['x.log.000', 'x.log.001']],
    ['words', ['a.particle', 'b.parts', 'x.party']],
  ])('are not %s', (_, names) => {
    expect(found(...names)).toEqual([]);
  });
});
