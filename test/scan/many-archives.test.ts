/** What a scan without bodies reads of many archives, told by what can be counted: calls, bytes, headers and tar blocks. */

import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TarCursor } from '../../src/archive/tar/tar-cursor.js';
import { scan } from '../../src/scan/scan.js';
import { writeArchives } from '../helpers/archive-builder.js';
import { changedFs } from '../helpers/changed-fs.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

/** One call of readSync. */
interface Read {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

const reads = { paths: new Map<number, string>(), calls: [] as Read[] };

changedFs((real) => ({
  openSync: (...args: Parameters<typeof real.openSync>) => {
    const fd = real.openSync(...args);
    reads.paths.set(fd, String(args[0]));
    return fd;
  },
  readSync: (fd: number, target: Uint8Array, offset: number, length: number, position: number) => {
    const n = real.readSync(fd, target, offset, length, position);
    reads.calls.push({ path: reads.paths.get(fd) ?? '', from: position, to: position + n });
    return n;
  },
}));

const blockBytes = 512;
const counts = [50, 100, 200] as const;
const { at } = temporaryFolder();
const accept = vi.spyOn(TarCursor.prototype, 'accept');
/** Of every archive alike. */
let headers: readonly number[] = [];

/** Where the headers of a tar are, by the size fields alone. */
function headerOffsets(tar: Buffer): number[] {
  const offsets: number[] = [];
  for (let position = 0; tar[position] !== 0; ) {
    offsets.push(position);
    const sizeBytes = Number.parseInt(tar.toString('latin1', position + 124, position + 135), 8);
    position += blockBytes * (1 + Math.ceil(sizeBytes / blockBytes));
  }
  return offsets;
}

/** What a scan of the folder of `count` archives reads, and how much its inventory lists. */
async function measure(count: number) {
  reads.calls = [];
  accept.mockClear();
  const { archives } = await scan([at(`${count}`)], { workers: 0, verify: false });
  return {
    archives: archives.length,
    images: archives.reduce((sum, { images }) => sum + images.length, 0),
    entries: archives.reduce((sum, { entries }) => sum + entries.length, 0),
    bytes: reads.calls.reduce((sum, { from, to }) => sum + to - from, 0),
    calls: reads.calls.length,
    blocks: accept.mock.calls.length,
  };
}

beforeAll(() => {
  for (const count of counts) headers = headerOffsets(writeArchives(at(`${count}`), count));
});

beforeEach(() => {
  reads.calls = [];
});

describe('a scan without bodies, of many archives', () => {
  it('grows with their number, exactly', async () => {
    const [one, two, four] = [await measure(50), await measure(100), await measure(200)];
    expect(one).toMatchObject({ archives: 50, images: 50 });
    const times = (factor: number) => Object.fromEntries(Object.entries(one).map(([key, n]) => [key, n * factor]));
    expect(two).toEqual(times(2));
    expect(four).toEqual(times(4));
  });

  it('looks at each header of each archive once, and at one end block', async () => {
    const { blocks } = await measure(50);
    expect(blocks).toBe(50 * (headers.length + 2));
  });

  it('reads each header once, and the first of them once more to tell what the file is', async () => {
    await measure(50);
    const paths = [...new Set(reads.calls.map(({ path }) => path))];
    const seen = paths.map((archive) =>
      headers.map(
        (header) =>
          reads.calls.filter(({ path, from, to }) => path === archive && from < header + blockBytes && to > header)
            .length,
      ),
    );
    expect(seen).toEqual(Array.from({ length: 50 }, () => [2, ...headers.slice(1).map(() => 1)]));
  });
});
