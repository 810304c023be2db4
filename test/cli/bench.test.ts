import { describe, expect, it } from 'vitest';
import { benchSchema } from '../../src/model/results/bench.js';
import { varve } from './console.js';

describe('varve bench', () => {
  it('prints its document, and says on a terminal how long it will take', async () => {
    const { code, stdout, stderr } = await varve(['bench', 'samples', '--time', '1', '--format', 'json'], {
      columns: 80,
    });
    expect([code, stderr]).toEqual([0, 'varve: measuring for about 1 s\n']);
    const bench = benchSchema.parse(JSON.parse(stdout));
    expect(bench.machine.node).toBe(process.versions.node);
    expect(bench.read.map(({ path, pass }) => [path, pass])).toEqual([
      [null, 'again'],
      ['samples', 'first'],
      ['samples', 'again'],
    ]);
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
