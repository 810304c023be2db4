/** The entry table of a folder: files in the order of their bytes, links listed and not followed, faults as findings. */

import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { indexFolder } from '../../src/archive/folder-table.js';
import { limits } from '../../src/model/limits.js';
import { fileAt } from '../../src/sources/location.js';
import { changedFs } from '../helpers/changed-fs.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const fs = { failures: new Map<string, Error>() };

// A file that goes away, or may not be looked at, between two calls: what a test cannot do to root on a real disk.
changedFs((real) => {
  const failing = <T extends (path: string, ...rest: never[]) => unknown>(name: string, call: T): T =>
    ((path: string, ...rest: never[]) => {
      const failure = fs.failures.get(`${name} ${path}`);
      if (failure !== undefined) throw failure;
      return call(path, ...rest);
    }) as T;
  return {
    lstatSync: failing('lstat', real.lstatSync as never),
    readdirSync: failing('readdir', real.readdirSync as never),
    readlinkSync: failing('readlink', real.readlinkSync as never),
  };
});

const { folder } = temporaryFolder();

afterEach(() => fs.failures.clear());

/** A new folder with these files; a name that ends in a slash is a folder. */
function tree(name: string, files: Readonly<Record<string, string>>): string {
  const root = join(folder, name);
  mkdirSync(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, path.endsWith('/') ? '.' : '..'), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(join(root, path), content);
  }
  return root;
}

describe('the table of a folder', () => {
  it('lists files and folders in the order of the bytes of their names, each file in place', () => {
    const root = tree('order', {
      'b/z': 'zz',
      'b/a': 'a',
      B: 'b',
      é: '',
      'b.c': 'x',
      '\u{1f600}': '',
      '\uffee': '',
      '.h': 'h',
    });
    const table = indexFolder(root, limits.entries);
    expect(table.entries.map(({ name }) => name)).toEqual([
      '.h',
      'B',
      'b',
      'b/a',
      'b/z',
      'b.c',
      'é',
      '\uffee',
      '\u{1f600}',
    ]);
    expect(table.entries[4]).toMatchObject({ index: 4, sourceIndex: 4, type: 'file', sizeBytes: 2, storedBytes: 2 });
    expect(table.entries[4]?.location).toEqual(fileAt(join(root, 'b/z')));
    expect(table.findings).toEqual([]);
  });

  it('counts the bytes of its files and nothing else', () => {
    const root = tree('sizes', { a: '12345', 'sub/b': '123', 'empty/': '' });
    const overhead = { headerBytes: 0, paddingBytes: 0, endBytes: 0, trailingBytes: 0 };
    expect(indexFolder(root, limits.entries)).toMatchObject({
      container: 'folder',
      sizeBytes: 8,
      tarBytes: 8,
      overhead,
      path: root,
    });
  });

  it('counts a file with two names once, and lists the second name as a link', () => {
    const root = tree('hard', { 'a/first': '12345' });
    linkSync(join(root, 'a/first'), join(root, 'second'));
    const table = indexFolder(root, limits.entries);
    expect(table.entries.map(({ name, type, linkName }) => [name, type, linkName])).toEqual([
      ['a', 'directory', null],
      ['a/first', 'file', null],
      ['second', 'link', 'a/first'],
    ]);
    expect(table.tarBytes).toBe(5);
  });

  it('lists symlinks with their targets and follows none', () => {
    const root = tree('soft', { 'd/f': 'x' });
    symlinkSync('d', join(root, 'to-folder'));
    symlinkSync('../nothing', join(root, 'dangling'));
    symlinkSync('loop', join(root, 'loop'));
    const links = indexFolder(root, limits.entries).entries.filter(({ type }) => type === 'symlink');
    expect(links.map(({ name, linkName, storedBytes }) => [name, linkName, storedBytes])).toEqual([
      ['dangling', '../nothing', 0],
      ['loop', 'loop', 0],
      ['to-folder', 'd', 0],
    ]);
  });

  it('lists what is neither file nor folder without opening it', async () => {
    const root = tree('socket', { a: 'x' });
    const server = createServer().listen(join(root, 's'));
    await new Promise((resolve) => server.once('listening', resolve));
    const table = indexFolder(root, limits.entries);
    server.close();
    expect(table.entries.map(({ name, type, location }) => [name, type, location === null])).toEqual([
      ['a', 'file', false],
      ['s', 'other', true],
    ]);
  });
});

describe('a folder that changes or cannot be read', () => {
  const gone = (): Error => Object.assign(new Error('ENOENT: gone meanwhile'), { code: 'ENOENT' });

  it.each([
    ['a file that went away', 'lstat', 'sub/f', ['a', 'sub', 'z']],
    ['a subfolder that cannot be listed', 'readdir', 'sub', ['a', 'sub', 'z']],
    ['a link that went away', 'readlink', 'z', ['a', 'sub', 'sub/f']],
  ])('is listed without %s, which is a finding', (_, call, path, names) => {
    const root = tree(call, { a: 'x', 'sub/f': 'y' });
    symlinkSync('a', join(root, 'z'));
    fs.failures.set(`${call} ${join(root, path)}`, gone());
    const table = indexFolder(root, limits.entries);
    expect(table.entries.map(({ name }) => name)).toEqual(names);
    expect(table.findings).toMatchObject([{ code: 'input-unreadable', severity: 'error', subject: path }]);
  });

  it('that is not there at all is an empty table with a finding', () => {
    const table = indexFolder(join(folder, 'nowhere'), limits.entries);
    expect([table.entries, table.findings.map(({ code, subject }) => [code, subject])]).toEqual([
      [],
      [['input-unreadable', null]],
    ]);
  });
});

describe('the limit of entries', () => {
  it('lets as many pass as it says', () => {
    const root = tree('limit', { a: '', 'b/c': '', 'b/d/e': '', f: '' });
    expect(indexFolder(root, 6)).toMatchObject({ entries: { length: 6 }, findings: [] });
  });

  it('ends the listing at one more, with one finding however deep that is', () => {
    const root = tree('limit-hit', { a: '', 'b/c': '', 'b/d/e': '', f: '' });
    const table = indexFolder(root, 4);
    expect(table.entries.map(({ name }) => name)).toEqual(['a', 'b', 'b/c', 'b/d']);
    expect(table.findings).toMatchObject([{ code: 'limit-exceeded', subject: 'b/d' }]);
    expect(indexFolder(root, 0).findings).toMatchObject([{ code: 'limit-exceeded', subject: null }]);
  });
});
