/** The program under Node's permission model: it reads its inputs and itself, starts threads where it may, writes nothing. */
import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { beforeAll, expect, it } from 'vitest';
import { count, type Ended, folder, program, runCommand, varve } from './faulty-run.js';
import { writeLargeArchives, writeSharedArchive } from './large-archives.js';

const large = realpathSync(join(folder));
beforeAll(() => writeLargeArchives(join(large, 'large')));

const flag = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
// Where the packages of a checkout are may be behind a link.
const own = [resolve('.'), realpathSync('node_modules')].map((path) => `--allow-fs-read=${path}`);

function restricted(allowed: readonly string[], words: readonly string[], input?: string): Promise<Ended> {
  count('rights that are missing');
  return runCommand(process.execPath, ['--no-warnings', flag, ...own, ...allowed, program, ...words], {
    ...(input === undefined ? {} : { input }),
  });
}

it.each([[['--allow-worker']], [[]]])(
  'a program without rights gives the same result with %j beside its reads',
  async (allowed) => {
    const words = ['verify', join(large, 'large'), '--workers', '2'];
    const result = await restricted([`--allow-fs-read=${large}`, ...allowed], words);
    expect(result).toEqual(await varve(words));
    expect(result.code).toBe(0);
  },
);

it.each([[['--allow-worker']], [[]]])(
  'a program without rights gives the same result of standard input with %j',
  async (allowed) => {
    const input = join(large, 'input.tar.gz');
    writeSharedArchive(input);
    const words = ['verify', '-', '--workers', '2'];
    const result = await restricted(allowed, words, input);
    expect(result).toEqual(await varve(words, { input }));
    expect(result.code).toBe(0);
  },
);

it('a program without rights says of an input that it may not read that it cannot', async () => {
  const { code, stderr } = await restricted([], ['verify', join(large, 'large', 'a.tar')]);
  expect(code).toBe(3);
  expect(stderr).not.toContain('bug');
});

it('a program without rights tells that an output may not be written, and leaves nothing of it', async () => {
  const words = ['scan', join(large, 'large'), '-o', join(large, 'out.json')];
  const { code, stderr } = await restricted([`--allow-fs-read=${large}`], words);
  expect(code).toBe(4);
  expect(stderr).toContain('out.json was not written');
  expect(existsSync(join(large, 'out.json'))).toBe(false);
});
