/** Whether a body begins as a tar: by its bytes at hand, or by what was observed of it in passing. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startsTar, wasTar } from '../../src/observe/tar-start.js';
import { directory, file, rawTar } from '../helpers/archive-builder.js';

const tarOf = (name: string) => rawTar([file(name, 'content')]);

describe('the start of a body', () => {
  it.each([
    ['a tar', tarOf('bin/sh').subarray(0, 512)],
    ['a tar whose first name begins as JSON', tarOf('{"a": 1}').subarray(0, 512)],
    ['a tar of one folder', rawTar([directory('bin/')]).subarray(0, 512)],
    ['the end blocks of an empty tar', Buffer.alloc(512)],
    ['a compressed tar', gzipSync(tarOf('bin/sh'))],
    ['nothing at all, which is a tar without entries', Buffer.alloc(0)],
  ])('is that of a tar: %s', (_, start) => {
    expect(startsTar(start)).toBe(true);
  });

  it.each([
    ['JSON', Buffer.from('{"a": 1}')],
    ['much JSON', Buffer.from(JSON.stringify({ text: 'x'.repeat(1000) })).subarray(0, 512)],
    ['a header with another checksum', Buffer.from(tarOf('bin/sh')).subarray(0, 512).fill('x', 0, 1)],
    ['a tar that is shorter than a header', tarOf('bin/sh').subarray(0, 511)],
  ])('is that of something else: %s', (_, start) => {
    expect(startsTar(start)).toBe(false);
  });
});

describe('a body that was observed', () => {
  const facts = { digests: {}, storedBytes: 600, compression: 'none', layer: null } as const;
  const tar = {
    entries: 1,
    problem: null,
    duplicatePath: null,
    pathsUnchecked: false,
    endBlocks: true,
    trailingData: false,
    disagreements: [],
  };
  const layer = { ok: true, diffIds: {}, sizeBytes: 600, tar } as const;
  const problemAt = (offsetBytes: number) => ({ ...layer, tar: { ...tar, problem: { detail: '', offsetBytes } } });

  it('was a tar where it was read as one, from its first block at least', () => {
    expect([wasTar({ ...facts, layer }), wasTar({ ...facts, layer: problemAt(512) })]).toEqual([true, true]);
    expect(wasTar({ ...facts, layer: problemAt(0) })).toBe(false);
  });

  it('was one for loaders where it is compressed or empty', () => {
    expect([wasTar({ ...facts, compression: 'zstd' }), wasTar({ ...facts, storedBytes: 0 })]).toEqual([true, true]);
  });

  it('is not known where nobody looked into it', () => {
    expect([wasTar(facts), wasTar(undefined)]).toEqual([null, null]);
  });
});
