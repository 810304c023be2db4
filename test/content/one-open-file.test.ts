/** Many files that are written by turns, and how many of them are open. */
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { writeAll } from '../../src/content/new-output.js';
import { OneOpenFile } from '../../src/content/one-open-file.js';
import { changedFs } from '../helpers/changed-fs.js';
import { inTemporaryFolder } from '../helpers/temporary-folder.js';

const open = new Set<number>();
let mostOpen = 0;
const synced: number[] = [];

changedFs((real) => ({
  openSync: (...given: Parameters<typeof real.openSync>) => {
    const fd = real.openSync(...given);
    open.add(fd);
    mostOpen = Math.max(mostOpen, open.size);
    return fd;
  },
  closeSync: (fd: number) => {
    open.delete(fd);
    real.closeSync(fd);
  },
  fsyncSync: (fd: number) => {
    synced.push(fd);
    real.fsyncSync(fd);
  },
}));

beforeEach(() => {
  open.clear();
  synced.length = 0;
  mostOpen = 0;
});

describe('files that are written by turns', () => {
  it('have all their bytes, are durable, and are open one at a time', () =>
    inTemporaryFolder(({ at }) => {
      const files = new OneOpenFile();
      const paths = Array.from({ length: 40 }, (_, i) => at(`${i}`));
      for (const [half, position] of [
        ['one', 0],
        ['two', 3],
      ] as const) {
        for (const path of paths) writeAll(files.at(path), Buffer.from(half), position);
      }
      files.finish();
      expect([mostOpen, open.size, synced.length]).toEqual([1, 0, 2 * paths.length]);
      expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(paths.map(() => 'onetwo'));
    }));

  it('do not take over a file that somebody else has made', () =>
    inTemporaryFolder(({ at }) => {
      writeFileSync(at('out'), 'theirs');
      expect(() => new OneOpenFile().at(at('out'))).toThrow('EEXIST');
      expect(readFileSync(at('out'), 'utf8')).toBe('theirs');
    }));

  it('that are abandoned are closed without being waited for', () =>
    inTemporaryFolder(({ at }) => {
      const files = new OneOpenFile();
      files.at(at('out'));
      files.abandon();
      files.abandon();
      expect([open.size, synced.length]).toEqual([0, 0]);
    }));
});
