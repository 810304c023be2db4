import { expect, it } from 'vitest';
import { runProgram } from '../../src/cli/run.js';
import { openConsole } from './console.js';

/** An environment that breaks in the middle of a run, as only a bug of ours would. */
function broken(env: Readonly<Record<string, string>>) {
  const { io, stdout, stderr } = openConsole({ env });
  const thrower = Object.defineProperty({ ...io }, 'pipedInput', {
    get() {
      throw new TypeError('cannot read \x1b[31mthis');
    },
  });
  return { io: thrower, stdout, stderr };
}

it('a bug is one line that asks for a report, and exit code 4', async () => {
  const { io, stdout, stderr } = broken({});
  expect(await runProgram(['verify'], io)).toBe(4);
  expect(stdout()).toBe('');
  expect(stderr()).toBe('varve: cannot read \\x1b[31mthis (this is a bug in varve, please report it)\n');
});

it('a system that has no more of something is named, and is no bug', async () => {
  const { io, stderr } = openConsole();
  const thrower = Object.defineProperty({ ...io }, 'pipedInput', {
    get() {
      throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
    },
  });
  expect(await runProgram(['verify'], thrower)).toBe(4);
  expect(stderr()).toBe('varve: EMFILE: too many open files\n');
});

it('a bug is told with its stack where VARVE_DEBUG is 1', async () => {
  const { io, stderr } = broken({ VARVE_DEBUG: '1' });
  await runProgram(['verify'], io);
  expect(stderr()).toMatch(/\n +at .*failures\.test/);
});
