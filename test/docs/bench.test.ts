/** bench/README.md shows what bench/results holds, and its commands are there. */
import { describe, expect, it } from 'vitest';
import { goals } from '../../bench/peers/goals.js';
import { withTables } from '../../bench/readme.js';
import { type Comparison, growthSchema, hotSchema, peersSchema, readResult } from '../../bench/results.js';
import { growthExponent, median, rounded } from '../../bench/statistics.js';
import { readPage, rowsOf } from './page.js';

const page = readPage('bench/README.md');

describe('bench/README.md', () => {
  it('has the tables that its results make', () => {
    expect(withTables(page)).toBe(page);
  });

  it('names commands that there are', () => {
    const { scripts } = JSON.parse(readPage('package.json')) as { scripts: Record<string, string> };
    const named = rowsOf(page).flatMap(([command = '']) => /^npm run (\S+)/.exec(command)?.[1] ?? []);
    expect(named.sort()).toEqual(
      Object.keys(scripts)
        .filter((name) => name.startsWith('bench'))
        .sort(),
    );
  });
});

describe('the results', () => {
  const peers = readResult('peers', peersSchema);

  it('are what their schemas say', () => {
    expect(readResult('hot', hotSchema).tasks.length).toBeGreaterThan(5);
    expect(readResult('growth', growthSchema).series.length).toBeGreaterThan(3);
    expect(peers.comparisons.length).toBeGreaterThan(8);
  });

  it('have goals that follow from their medians', () => {
    const { comparisons, rates, sets } = peers;
    const setBytes = sets.find(({ name }) => name === 'SET')?.sizeBytes ?? 0;
    const small = sets.find(({ name }) => name === 'SMALL')?.files ?? 0;
    const { processors } = peers.machine;
    expect(goals({ comparisons, rates, setBytes, small, processors })).toEqual(peers.goals);
  });

  it('have exponents that follow from their medians', () => {
    for (const { points, exponent } of readResult('growth', growthSchema).series) {
      expect(rounded(growthExponent(points.map(({ size, medianMs }) => [size, medianMs])))).toBe(exponent);
    }
  });
});

describe('a goal', () => {
  const { comparisons, rates } = readResult('peers', peersSchema);
  const facts = { rates, setBytes: 1e9, small: 2000, processors: 2 };
  const withTimes = (times: Readonly<Record<string, number | null>>): Comparison[] =>
    comparisons.map((item) => ({
      ...item,
      cases: item.cases.map((one) => {
        const key = `${item.name}/${one.name}`;
        return Object.hasOwn(times, key) ? { ...one, medianMs: times[key] ?? null } : one;
      }),
    }));
  const versionGoal = (times: Readonly<Record<string, number | null>>) =>
    goals({ ...facts, comparisons: withTimes(times) }).find(({ what }) => what === 'start, --version');

  it('is met at its target and missed one step beyond', () => {
    expect(versionGoal({ 'start/node': 100, 'start/version': 140 })).toMatchObject({ measured: 1.4, met: true });
    expect(versionGoal({ 'start/node': 100, 'start/version': 141 })).toMatchObject({ measured: 1.41, met: false });
  });

  it('is neither where a command was not run', () => {
    expect(versionGoal({ 'start/version': null })).toMatchObject({ measured: null, met: null });
  });

  it('of all cores says beside it what as many commands give that share nothing', () => {
    const times = { 'small/varve, one core': 100, 'small/varve': 60, 'small/varve, one on each core': 110 };
    const rows = goals({ ...facts, comparisons: withTimes(times) });
    const row = rows.find(
      ({ what, figure }) => what.startsWith('report on 2,000 small') && figure.startsWith('one core'),
    );
    expect(row).toMatchObject({ measured: 1.67, met: false, remark: 'one on each core, at once: 1.82 ×' });
  });

  it('cannot name a command that is not compared', () => {
    expect(() => goals({ ...facts, comparisons: comparisons.slice(1) })).toThrow(RangeError);
  });
});

describe('the statistics', () => {
  it('take the middle, or the mean of the two in the middle', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, Number.NaN]);
  });

  it.each([0.5, 1, 2])('find the exponent %f', (exponent) => {
    const points = [10, 20, 40, 80].map((size) => [size, 3 * size ** exponent] as const);
    expect(growthExponent(points)).toBeCloseTo(exponent, 10);
  });
});
