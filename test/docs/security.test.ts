/** The command of SECURITY.md for fewer rights runs, in the ways in which the package comes to be installed. */

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { fencesOf, readPage } from './page.js';

const { folder } = temporaryFolder();

beforeAll(() => {
  mkdirSync(join(folder, 'bin'));
  for (const root of ['linked', 'copied']) mkdirSync(join(folder, root));
  for (const name of ['images', 'others']) cpSync('samples/mirror', join(folder, name), { recursive: true });
  // As npm install --global makes it of a folder, and of a package.
  symlinkSync(resolve('.'), join(folder, 'linked/varve'));
  const { packages } = JSON.parse(readPage('package-lock.json')) as { packages: Record<string, { dev?: boolean }> };
  const needed = Object.keys(packages).filter(
    (path) => path !== '' && packages[path]?.dev !== true && existsSync(path),
  );
  for (const part of ['dist/src', 'dist/workers', 'package.json', ...needed]) {
    cpSync(part, join(folder, 'copied/varve', part), { recursive: true });
  }
});

/** Runs the lines of the page, with a global folder and images of our own. */
function run(root: string, allowed: string, verified = allowed) {
  const [fence] = fencesOf(readPage('SECURITY.md')).filter(({ mark }) => mark === 'permission');
  const text = (fence?.lines ?? []).join('\n').replace('=/srv/images', `=${allowed}`).replace('/srv/images', verified);
  const npm = `#!/bin/sh\n[ "$*" = 'root --global' ] && echo '${join(folder, root)}'\n`;
  writeFileSync(join(folder, 'bin/npm'), npm, { mode: 0o755 });
  const major = Number(process.versions.node.split('.')[0]);
  const script = major < 22 ? text.replace('--permission', '--experimental-permission') : text;
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH']}` };
  return spawnSync('bash', ['-c', script], { cwd: folder, env, encoding: 'utf8' });
}

describe('the command for fewer rights', () => {
  it.each(['linked', 'copied'])('verifies what it may read, where varve is %s', (root) => {
    const { status, stdout } = run(root, join(folder, 'images'));
    expect([status, stdout.includes('no fault')]).toEqual([0, true]);
  });

  it('reads nothing else', () => {
    const { status, stdout } = run('linked', join(folder, 'images'), join(folder, 'others'));
    expect([status, stdout.includes('no fault')]).toEqual([3, false]);
  });
});
