/** What lies beside an output and was never finished: it is told, and left where it is. */
import { describe, expect, it } from 'vitest';
import { newFile, newFolder } from '../../src/content/new-output.js';
import { leftBehind } from '../../src/pack/left-behind.js';
import { inTemporaryFolder } from '../helpers/temporary-folder.js';

describe('what was begun beside an output', () => {
  it('is told with its size, be it a file or a folder, and with when it was written to', async () => {
    await inTemporaryFolder(({ at }) => {
      const before = Date.now();
      const outputs = [newFile(at('out.tar')), newFolder(at('out.tar')), newFile(at('other.tar'))];
      for (const output of outputs) {
        output.write('a', Buffer.alloc(1000), 0);
        output.write('b', Buffer.alloc(500), 1000);
      }
      const found = leftBehind(at('out.tar'));
      expect(found.map(({ sizeBytes }) => sizeBytes).sort()).toEqual([1500, 2500]);
      // The clock of a file system may be a tick behind.
      expect(found.every(({ writtenMs }) => writtenMs > before - 1000 && writtenMs < before + 60_000)).toBe(true);
      for (const output of outputs) output.abandon();
      expect(leftBehind(at('out.tar'))).toEqual([]);
    });
  });

  it('is told of a name that is too long to have another behind it, and of no other such name', async () => {
    await inTemporaryFolder(({ at }) => {
      const output = newFile(at(`${'a'.repeat(250)}1`));
      expect(leftBehind(at(`${'a'.repeat(250)}1`))).toHaveLength(1);
      expect(leftBehind(at(`${'a'.repeat(250)}2`))).toEqual([]);
      output.abandon();
    });
  });

  it('is none of the files that only look like it', async () => {
    await inTemporaryFolder(({ at, write }) => {
      write({
        '.out.tar.tmp': '',
        '.out.tar.0123456789AB.tmp': '',
        '.out.tar.0123456789ab.tmp2': '',
        'out.tar.0123456789ab.tmp': '',
        '.out.tar.old.0123456789ab.tmp': '',
      });
      expect(leftBehind(at('out.tar'))).toEqual([]);
      expect(leftBehind(at('nowhere/out.tar'))).toEqual([]);
    });
  });
});
