/** When a file that is being written is flushed, by which descriptor, and what becomes of that one. */
import fs from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { backgroundFlush } from '../../src/content/background-flush.js';
import { changedFs } from '../helpers/changed-fs.js';
import { inTemporaryFolder } from '../helpers/temporary-folder.js';

const mebibyte = 1024 * 1024;
const answers: (() => void)[] = [];
const closed: number[] = [];
const flushed: number[] = [];

changedFs((real) => ({
  fdatasync: (fd: number, done: () => void) => {
    flushed.push(fd);
    answers.push(done);
  },
  closeSync: (fd: number) => {
    closed.push(fd);
    real.closeSync(fd);
  },
}));

beforeEach(() => {
  for (const list of [answers, closed, flushed]) list.length = 0;
});

describe('a file that is being written', () => {
  it('is flushed after 64 MiB, and not again before the answer', () =>
    inTemporaryFolder(({ writeFile, at }) => {
      writeFile('out', '');
      const flush = backgroundFlush(at('out'));
      flush.wrote(64 * mebibyte - 1);
      expect(flushed).toHaveLength(0);
      flush.wrote(1);
      flush.wrote(100 * mebibyte);
      expect(flushed).toHaveLength(1);
      answers[0]?.();
      flush.wrote(1);
      expect(flushed).toHaveLength(2);
      answers[1]?.();
      flush.end();
      expect(closed).toEqual([flushed[0]]);
    }));

  it('keeps the descriptor of its flush until the answer, though it ends before', () =>
    inTemporaryFolder(({ writeFile, at }) => {
      writeFile('out', '');
      const flush = backgroundFlush(at('out'));
      flush.wrote(64 * mebibyte);
      flush.end();
      flush.wrote(64 * mebibyte);
      expect([flushed.length, closed.length]).toEqual([1, 0]);
      answers[0]?.();
      expect(closed).toEqual(flushed);
    }));

  it('goes on where it cannot be opened once more', () => {
    const flush = backgroundFlush('/nowhere/at/all');
    flush.wrote(64 * mebibyte);
    flush.end();
    expect([flushed.length, closed.length]).toEqual([0, 0]);
    expect(fs.existsSync('/nowhere/at/all')).toBe(false);
  });
});
