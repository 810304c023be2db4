/** A file or folder that is whole or not there, whatever was there before. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newFile, newFolder } from '../../src/content/new-output.js';
import { inTemporaryFolder } from '../helpers/temporary-folder.js';

const hello = Buffer.from('hello');

describe('a new file', () => {
  it('is there when it is whole, and nothing is beside it', () =>
    inTemporaryFolder(({ at, folder }) => {
      const file = newFile(at('out'));
      file.write('', hello, 3);
      file.write('', Buffer.from('abc'), 0);
      expect(existsSync(at('out'))).toBe(false);
      file.commit();
      file.abandon();
      expect(readdirSync(folder)).toEqual(['out']);
      expect(readFileSync(at('out'), 'utf8')).toBe('abchello');
    }));

  it('leaves the old one where it is abandoned', () =>
    inTemporaryFolder(({ at, folder, writeFile }) => {
      writeFile('out', 'old');
      const file = newFile(at('out'));
      file.write('', hello, 0);
      file.abandon();
      expect(readdirSync(folder)).toEqual(['out']);
      expect(readFileSync(at('out'), 'utf8')).toBe('old');
    }));

  it('takes the place of what a link leads to, with its mode, and the link stays', () =>
    inTemporaryFolder(({ at, writeFile }) => {
      writeFile('old', 'old');
      chmodSync(at('old'), 0o640);
      symlinkSync('old', at('out'));
      const file = newFile(at('out'));
      file.write('', hello, 0);
      file.commit();
      expect(readlinkSync(at('out'))).toBe('old');
      expect(readFileSync(at('old'), 'utf8')).toBe('hello');
      expect(statSync(at('old')).mode & 0o777).toBe(0o640);
    }));

  it('in a folder that is not there is refused with the path', () =>
    inTemporaryFolder(({ at }) => {
      expect(() => newFile(at('nowhere/out'))).toThrow(/nowhere\/out was not written: ENOENT/);
    }));
});

describe('a name as long as names can be', () => {
  it('is one that a file and a folder can have, and nothing is beside it', () =>
    inTemporaryFolder(({ at, folder }) => {
      const names = ['f'.repeat(255), 'ü'.repeat(127)];
      const made = names.map((name, i) => (i === 0 ? newFile(at(name)) : newFolder(at(name))));
      for (const one of made) {
        one.write('inner', hello, 0);
        one.commit();
      }
      expect(readdirSync(folder).sort()).toEqual(names);
    }));
});

describe('a new file in the place of a pipe', () => {
  it('is refused, and the pipe stays', () =>
    inTemporaryFolder(({ at, folder }) => {
      spawnSync('sh', ['-c', 'mkfifo "$0"', at('out')]);
      symlinkSync('out', at('link'));
      for (const name of ['out', 'link'])
        expect(() => newFile(at(name))).toThrow('was not written: something is there');
      expect(statSync(at('out')).isFIFO()).toBe(true);
      expect(readdirSync(folder).sort()).toEqual(['link', 'out']);
    }));
});

describe('a new folder', () => {
  it('is there when all its files are', () =>
    inTemporaryFolder(({ at, folder }) => {
      const made = newFolder(at('out'));
      made.write('a', hello, 0);
      made.write('deep/er/b', hello, 0);
      made.write('empty', Buffer.alloc(0), 0);
      expect(existsSync(at('out'))).toBe(false);
      made.commit();
      expect(readdirSync(folder)).toEqual(['out']);
      expect(readdirSync(at('out'), { recursive: true }).sort()).toEqual([
        'a',
        'deep',
        'deep/er',
        'deep/er/b',
        'empty',
      ]);
      expect(readFileSync(at('out/deep/er/b'), 'utf8')).toBe('hello');
    }));

  it('takes the place of an empty one, and leaves nothing where it is abandoned', () =>
    inTemporaryFolder(({ at, folder }) => {
      mkdirSync(at('out'));
      const abandoned = newFolder(at('out'));
      abandoned.write('a', hello, 0);
      abandoned.abandon();
      expect(readdirSync(folder)).toEqual(['out']);
      expect(readdirSync(at('out'))).toEqual([]);
      const made = newFolder(at('out'));
      made.write('a', hello, 0);
      made.commit();
      expect(readdirSync(at('out'))).toEqual(['a']);
    }));

  it('takes the place of an empty one that a link leads to, and the link stays', () =>
    inTemporaryFolder(({ at, folder }) => {
      mkdirSync(at('old'));
      symlinkSync('old', at('out'));
      const made = newFolder(at('out'));
      made.write('a', hello, 0);
      made.commit();
      expect([readlinkSync(at('out')), readdirSync(at('old'))]).toEqual(['old', ['a']]);
      expect(readdirSync(folder).sort()).toEqual(['old', 'out']);
    }));

  it('takes no place of one that was filled meanwhile', () =>
    inTemporaryFolder(({ at, write, folder }) => {
      const made = newFolder(at('out'));
      made.write('a', hello, 0);
      write({ 'out/other': 'of somebody else' });
      expect(() => made.commit()).toThrow('was not written');
      made.abandon();
      expect(readdirSync(folder)).toEqual(['out']);
      expect(readdirSync(at('out'))).toEqual(['other']);
    }));
});
