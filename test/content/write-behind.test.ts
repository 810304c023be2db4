/** A file that is written while more of it comes: all of it, in its order, whatever goes wrong. */
import { closeSync, openSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WriteBehind } from '../../src/content/write-behind.js';
import { seededRandom } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { at } = temporaryFolder();
const body = seededRandom(7).bytes(3_000_000);

async function within(name: string, flags: string, work: (fd: number) => Promise<void>): Promise<Buffer> {
  const fd = openSync(at(name), flags);
  try {
    await work(fd);
  } finally {
    closeSync(fd);
  }
  return readFileSync(at(name));
}

async function writeIn(written: WriteBehind, pieceBytes: number): Promise<void> {
  for (let start = 0; start < body.length; start += pieceBytes) {
    await written.write(body.subarray(start, start + pieceBytes));
  }
}

describe('a file that is written behind what comes', () => {
  it.each([1_000, 65_536, 524_288, 700_001])('has all of it, in pieces of %i bytes', async (pieceBytes) => {
    const found = await within(`pieces-${pieceBytes}`, 'w', async (fd) => {
      const written = new WriteBehind(fd, 0);
      await writeIn(written, pieceBytes);
      await written.end();
      await written.settle();
    });
    expect(found.equals(body)).toBe(true);
  });

  it('begins where it is told to', async () => {
    const found = await within('later', 'w', async (fd) => {
      const written = new WriteBehind(fd, 5);
      await writeIn(written, 65_536);
      await written.end();
    });
    expect(found.equals(Buffer.concat([Buffer.alloc(5), body]))).toBe(true);
  });

  it('has all that came where whoever brings it is cut off', async () => {
    const found = await within('cut', 'w', async (fd) => {
      const written = new WriteBehind(fd, 0);
      for (const [start, end] of [
        [0, 600_000],
        [600_000, 600_100],
      ]) {
        await written.write(body.subarray(start, end));
      }
      await written.settle();
    });
    expect(found.equals(body.subarray(0, 600_100))).toBe(true);
  });

  it('says that it could not be written, to the next who brings something or at the end', async () => {
    await within('whole', 'w', async () => {});
    const read = within('whole', 'r', async (fd) => {
      const written = new WriteBehind(fd, 0);
      try {
        await writeIn(written, 100_000);
        await written.end();
      } finally {
        await written.settle();
      }
    });
    await expect(read).rejects.toMatchObject({ code: 'EBADF' });
    expect(readFileSync(at('whole'))).toHaveLength(0);
  });
});
