/** `varve bench`: what is measured and for how long; the measuring itself has tests in its room, and one in test/docs/json.test.ts. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as measuring from '../../src/machine/measure.js';
import { bench } from '../report/bench/measured-machine.js';
import { varve } from './console.js';

describe('varve bench', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('measures this machine and the path for the time that was asked for, which it says on a terminal, and prints the document', async () => {
    const measured = vi.spyOn(measuring, 'measureMachine').mockResolvedValue(bench);
    const argv = ['bench', 'samples', '--time', '7', '--format', 'json'];
    const { code, stdout, stderr } = await varve(argv, { columns: 80 });
    expect([code, stderr]).toEqual([0, 'varve: measuring for about 7 s\n']);
    expect(measured.mock.calls).toMatchObject([[{ timeMs: 7000, path: 'samples', node: process.versions.node }]]);
    expect(JSON.parse(stdout)).toEqual(bench);
  });

  it.each([['0'], ['601'], ['1.5'], ['x']])('refuses --time %s with what it takes', async (time) => {
    const { code, stderr } = await varve(['bench', '--time', time]);
    expect([code, stderr]).toEqual([
      2,
      `varve: --time takes a number from 1 to 600, not "${time}"\nTry 'varve bench --help'.\n`,
    ]);
  });

  it.each([
    ['a path that is not there', ['bench', 'absent.tar']],
    ['two paths', ['bench', 'samples', 'docs']],
    ['an output that cannot be written', ['bench', '-o', 'absent/result.json']],
  ])('refuses %s before it measures', async (_, argv) => {
    const { code, stdout } = await varve(argv);
    expect([code, stdout]).toEqual([2, '']);
  });
});
