/** What a disk answers when it fails, in words, also where the runtime has none. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { discard, diskCode, diskMessage, isFull } from '../../src/content/disk.js';
import { OutputError } from '../../src/model/error.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { at } = temporaryFolder();

/** An error as the runtime makes it of a number that it has no name for. */
function unnamed(errno: number): Error {
  const text = `Unknown system error -${errno}`;
  return Object.assign(new Error(`${text}: ${text}, write '/a, b/c'`), { code: text, errno: -errno });
}

const { EDQUOT } = constants.errno;
const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28 });

describe('an error of a disk', () => {
  it('is called by its name where the runtime knows none', () => {
    expect(diskCode(unnamed(EDQUOT))).toBe('EDQUOT');
    expect(diskMessage(unnamed(EDQUOT))).toBe("EDQUOT: the quota of the disk is used up, write '/a, b/c'");
    expect(diskMessage(unnamed(9999))).toContain('Unknown system error -9999');
    expect(diskMessage(full)).toBe('ENOSPC: no space left on device, write');
    expect([diskCode(new Error('other')), diskCode('text')]).toEqual([null, null]);
  });

  it('says that a disk is full, or that its quota is used up, also as the cause of another', () => {
    for (const error of [full, unnamed(EDQUOT)]) {
      expect([isFull(error), isFull(new OutputError('not written', { cause: error }))]).toEqual([true, true]);
    }
    expect([isFull(new Error('other')), isFull('ENOSPC')]).toEqual([false, false]);
  });
});

describe('what nobody needs any more', () => {
  it('goes, a file or a folder, and where it cannot that is no error', () => {
    mkdirSync(at('folder'));
    writeFileSync(at('folder/file'), 'left');
    discard(at('folder'));
    discard(at('nothing'));
    discard(`${at('name')}\u0000`);
    expect(existsSync(at('folder'))).toBe(false);
  });
});
