/** What may not be looked at, or goes away while it is: listed, never a crash. Stubbed, since root may look at all. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discover } from '../../src/discover/discover.js';
import { limits } from '../../src/model/limits.js';
import { file, rawTar } from '../helpers/archive-builder.js';
import { changedFs } from '../helpers/changed-fs.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const fs = { failures: new Map<string, string>(), opened: [] as string[] };

changedFs((real) => {
  const failing = <T>(name: string, call: T): T =>
    ((...args: unknown[]) => {
      const code = fs.failures.get(`${name} ${String(args[0])}`);
      if (name === 'open') fs.opened.push(String(args[0]));
      if (code !== undefined) throw Object.assign(new Error(`${code}: stubbed`), { code });
      return (call as (...rest: unknown[]) => unknown)(...args);
    }) as T;
  return {
    openSync: failing('open', real.openSync),
    readdirSync: failing('readdir', real.readdirSync),
    lstatSync: failing('stat', real.lstatSync),
    statSync: failing('stat', real.statSync),
  };
});

const { newFolder } = temporaryFolder();
let folder = '';

beforeEach(() => {
  folder = newFolder();
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'a.tar'), rawTar([file('a', 'x')]));
  writeFileSync(join(folder, 'sub/b'), 'b');
  fs.opened = [];
});

afterEach(() => {
  fs.failures.clear();
});

const fail = (call: string, name: string, code: string): unknown =>
  fs.failures.set(`${call} ${join(folder, name)}`, code);

async function outcome(...inputs: string[]) {
  const { sources, unreadable, skipped } = await discover(
    inputs.map((name) => join(folder, name)),
    [],
    limits,
  );
  const below = ({ path }: { path: string }): string => path.slice(folder.length + 1);
  return { sources: sources.map(below), unreadable: unreadable.map(below), skipped: skipped.map(below) };
}

describe('without permission', () => {
  it('a file is refused, named or found', async () => {
    fail('open', 'a.tar', 'EACCES');
    expect(await outcome('a.tar')).toMatchObject({ sources: [], unreadable: ['a.tar'] });
    expect(await outcome('')).toMatchObject({ sources: [], unreadable: ['a.tar'] });
  });

  it('a file that is passed over otherwise is refused too: nobody knows what it is', async () => {
    fail('open', 'sub/b', 'EACCES');
    expect(await outcome('')).toMatchObject({ sources: ['a.tar'], unreadable: ['sub/b'] });
  });

  it('a folder is refused, and the others are searched', async () => {
    fail('readdir', 'sub', 'EACCES');
    expect(await outcome('')).toMatchObject({ sources: ['a.tar'], unreadable: ['sub'] });
    expect(await outcome('sub')).toMatchObject({ unreadable: ['sub'] });
  });

  it('a folder whose documents may not be looked at is searched as far as it goes', async () => {
    for (const name of ['oci-layout', 'manifest.json', 'repositories']) fail('stat', `sub/${name}`, 'EACCES');
    expect(await outcome('')).toMatchObject({ sources: ['a.tar'], unreadable: [] });
  });
});

describe('any error of a look', () => {
  it.each(['EACCES', 'EIO', 'ELOOP', 'ENAMETOOLONG'])('refuses the path, and is no skip: %s', async (code) => {
    fail('stat', 'a.tar', code);
    fail('readdir', 'sub', code);
    expect(await outcome('')).toEqual({ sources: [], unreadable: ['a.tar', 'sub'], skipped: [] });
  });
});

describe('to be told by its content', () => {
  it.each(['a.tar', ''])('a file is opened once, whether it is named or found: %j', async (input) => {
    expect(await outcome(input)).toMatchObject({ sources: ['a.tar'] });
    expect(fs.opened.filter((path) => path === join(folder, 'a.tar'))).toHaveLength(1);
  });
});

describe('while it is looked at', () => {
  it('a found file that goes away is refused, since nobody can say what it was', async () => {
    fail('stat', 'a.tar', 'ENOENT');
    expect(await outcome('')).toMatchObject({ unreadable: ['a.tar'], skipped: [] });
  });

  it('a named file that goes away is refused', async () => {
    fail('stat', 'a.tar', 'ENOENT');
    expect(await outcome('a.tar')).toMatchObject({ unreadable: ['a.tar'] });
  });

  it('a folder that goes away is refused', async () => {
    rmSync(join(folder, 'sub'), { recursive: true });
    expect(await outcome('sub', 'a.tar')).toEqual({ sources: ['a.tar'], unreadable: ['sub'], skipped: [] });
  });
});
