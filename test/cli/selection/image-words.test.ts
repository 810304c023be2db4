/** Words that are no path but an image: which words are taken so, in which commands, and what is said where it means nothing. */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { inTemporaryFolder, temporaryFolder } from '../../helpers/temporary-folder.js';
import { varve } from '../console.js';

const api = 'registry.example.com/shop/api:1.0';

describe('a word that is no path', () => {
  it.each([
    ['inspect', api],
    ['inspect', 'shop/api:1.0'],
    ['inspect', 'api:1.0'],
    ['inspect', '737bda8dfd69'],
    ['inspect', 'sha256:737bda8dfd69'],
    ['history', 'api:1.0'],
    ['tree', 'api:1.0'],
  ])('is the image of varve %s: %s', async (command, word) => {
    const ended = await varve([command, 'samples', word, '--quiet']);
    expect(ended).toEqual(await varve([command, 'samples', '--image', api, '--quiet']));
    expect(ended.code).toBe(0);
  });

  it('may stand before the INPUT', async () => {
    expect(await varve(['inspect', 'api:1.0', 'samples', '--quiet'])).toEqual(
      await varve(['inspect', 'samples', '--image', api, '--quiet']),
    );
  });

  it('is looked for in this folder where no INPUT is left', () => {
    const program = resolve('dist/src/cli/main.cjs');
    const run = (...argv: string[]) =>
      spawnSync(process.execPath, [program, ...argv], {
        cwd: 'samples',
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    const { status, stdout } = run('inspect', 'shop/api:1.0', '--quiet', '--format', '{{.Id}}');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^sha256:737bda8dfd69/);
  });

  it.each([[['api:1.0', 'api:1.1']], [['shop/api:1.0', 'shop/api:1.1']]])(
    'is an image of varve diff: %j',
    async (words) => {
      const ended = await varve(['diff', 'samples', ...words, '--quiet', '--format', 'json']);
      const images = words.flatMap((word) => ['--image', word]);
      expect(ended).toEqual(await varve(['diff', 'samples', ...images, '--quiet', '--format', 'json']));
      expect(ended.code).toBe(0);
    },
  );
});

describe('a name of varve ls', () => {
  const listed = async (...words: readonly string[]) => {
    const format = ['--format', '{{.Repository}}:{{.Tag}}', '--quiet', '--sort', 'name'];
    const { code, stdout } = await varve(['ls', 'samples', ...words, ...format]);
    expect(code).toBe(0);
    return stdout.split('\n').slice(0, -1);
  };

  it('selects all tags of a repository, by its whole name or by its end', async () => {
    const whole = await listed('registry.example.com/shop/api');
    expect(whole.length).toBeGreaterThan(1);
    expect(new Set(whole.map((name) => name.replace(/:[^:]*$/, '')))).toEqual(
      new Set(['registry.example.com/shop/api']),
    );
    expect(await listed('shop/api')).toEqual(whole);
    expect(await listed('api')).toEqual(whole);
  });

  it('selects one tag, and of several names each', async () => {
    expect(new Set(await listed('api:1.0'))).toEqual(new Set([api]));
    expect(new Set(await listed('api:1.0', 'tidewater:12'))).toEqual(new Set([api, 'tidewater:12']));
  });

  it('selects the image of an ID', async () => {
    expect(new Set(await listed('737bda8dfd69'))).toEqual(new Set([api]));
  });

  it('that no image has is wrong usage and tells of names that are near', async () => {
    const { code, stdout, stderr } = await varve(['ls', 'samples', 'shop/apj', '--quiet']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('no file or folder is called "shop/apj", and as an image: no image has this name or ID');
    expect(stderr).not.toContain('latest');
    expect(stderr).toContain('registry.example.com/shop/api');
  });
});

describe('what an image word cannot mean', () => {
  it('is told with names that are near', async () => {
    const { code, stderr } = await varve(['inspect', 'samples', 'shop/api:1.9', '--quiet']);
    expect(code).toBe(2);
    expect(stderr).toContain(
      'no file or folder is called "shop/api:1.9", and as an image: no image has this name or ID',
    );
    expect(stderr).toContain(api);
  });

  it.each([['inspect'], ['ls']])('is told as a word by varve %s, however long it is', async (command) => {
    const { code, stderr } = await varve([command, 'samples', `${'a'.repeat(130)}:1`, '--quiet']);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^varve: no file or folder is called "a{120}…", and as an image: no image has this name or ID/,
    );
  });

  it('is told as the option where the option named it, though a word says the same', async () => {
    const { stderr } = await varve(['diff', 'samples', 'nope:1', '--image', 'nope:1', '--quiet']);
    expect(stderr).toMatch(/^varve: --image "nope:1": no image has this name or ID/);
  });

  it('is refused with the candidates where several names end so', async () => {
    await inTemporaryFolder(async ({ folder }) => {
      await varve(['scan', 'samples', '--quiet', '-o', join(folder, 'one.json')]);
      const { stdout } = await varve(['scan', 'samples', '--quiet']);
      writeFileSync(
        join(folder, 'two.json'),
        stdout
          .replaceAll('registry.example.com/shop/api', 'other.example.com/shop/api')
          .replaceAll('samples/', 'elsewhere/'),
      );
      const inputs = [join(folder, 'one.json'), join(folder, 'two.json')];
      const { code, stderr } = await varve(['inspect', ...inputs, 'api:1.0', '--quiet']);
      expect(code).toBe(2);
      expect(stderr).toContain('several names end so');
      expect(stderr).toContain('"other.example.com/shop/api:1.0", "registry.example.com/shop/api:1.0"');
    });
  });

  it.each([
    ['inspect', ['a:1', 'b:1'], 'inspect takes one image, and "b:1" is no file or folder'],
    ['history', ['a:1', 'b:1'], 'history takes one image, and "b:1" is no file or folder'],
    ['diff', ['a:1', 'b:1', 'c:1'], 'diff takes two images, and "c:1" is no file or folder'],
  ])('is refused where varve %s gets too many: %j', async (command, words, message) => {
    const { code, stderr } = await varve([command, 'samples', ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('a word that is meant as a path', () => {
  const { folder } = temporaryFolder();
  beforeAll(() => {
    mkdirSync(join(folder, 'shop'));
  });

  it.each([
    'missing.tar',
    'shop/missing.tar.gz',
    'shop/missing.tgz',
    'before.json',
    './missing',
    '../missing',
    '/missing',
    'missing/',
    'Missing',
    'samples/missing',
    '~/missing',
    'a//b',
  ])('%s is no image: exit 3, no such file', async (word) => {
    const { code, stderr } = await varve(['inspect', 'samples/api-1.0-docker24.tar', word]);
    expect(code).toBe(3);
    expect(stderr).toContain('no such file or folder');
  });

  it('a glob that matches nothing is no image', async () => {
    const { code, stderr } = await varve(['inspect', 'samples/api-1.0-docker24.tar', 'missing*']);
    expect(code).toBe(3);
    expect(stderr).toContain('no file or folder matches');
  });

  it('where --image is given already, it is no second one', async () => {
    const { code, stderr } = await varve(['inspect', 'samples', '--image', api, 'api:1.1']);
    expect(code).toBe(3);
    expect(stderr).toContain('api:1.1: no such file or folder');
  });

  it('of a command that has no --image stays an INPUT', async () => {
    const { code, stderr } = await varve(['df', 'samples', 'api:1.0']);
    expect(code).toBe(3);
    expect(stderr).toContain('api:1.0: no such file or folder');
  });

  it('a file that is called like an image is the file', async () => {
    const { stdout } = await varve(['scan', 'samples/api-1.0-docker24.tar', '--quiet']);
    const path = join(folder, 'shop', 'api:1.1');
    writeFileSync(path, stdout);
    chmodSync(path, 0o600);
    const { code, stdout: inspected } = await varve(['inspect', path, '--quiet']);
    expect(code).toBe(0);
    expect(inspected).toContain('sha256:737bda8dfd69');
  });
});
