/**
 * A tar that comes in pieces is the tar that lies in a file: whatever the pieces, the same table, the same account, the
 * same findings, and every body whole.
 */

import { describe, expect, it } from 'vitest';
import { readContent } from '../../../src/archive/entry-content.js';
import { indexTar } from '../../../src/archive/tar/tar-index.js';
import { contentBytesOf } from '../../../src/model/content-size.js';
import { limits } from '../../../src/model/limits.js';
import { file, rawTar, seededRandom } from '../../helpers/archive-builder.js';
import { memorySource } from '../../helpers/byte-sources.js';
import { range, sweep } from '../../helpers/sweep.js';
import { equalPieces, imageTars, pieces, randomTar, rawTars, streamTar } from './tars.js';

/** The table and the bodies as the file gives them. */
function fromFile(bytes: Buffer): ReturnType<typeof streamTar> {
  const index = indexTar(memorySource(bytes), limits);
  const whole = index.entries.filter(
    ({ type, sizeBytes, storedBytes }) => type === 'file' && sizeBytes === storedBytes,
  );
  return {
    index,
    bodies: whole.map((entry) => {
      const content = Buffer.alloc(contentBytesOf(entry));
      expect(readContent(memorySource(bytes), entry, content, 0)).toBe(content.length);
      return content;
    }),
  };
}

describe('a tar in pieces', async () => {
  const archives = [...rawTars, ...(await imageTars())];

  it.each(archives)('is the tar in a file, in one piece: %s', (_, bytes) => {
    expect(streamTar([bytes])).toEqual(fromFile(bytes));
  });

  it.each(archives)('is the tar in a file, byte by byte: %s', (_, bytes) => {
    expect(streamTar(equalPieces(bytes, 1))).toEqual(fromFile(bytes));
  });

  it.each(sweep([511, 64 * 1024, 1000, 512], 3))('is the tar in a file, in pieces of %d bytes', (sizeBytes) => {
    for (const [label, bytes] of archives) {
      expect(streamTar(equalPieces(bytes, sizeBytes)), label).toEqual(fromFile(bytes));
    }
  });

  it.each(rawTars)('is the tar in a file, wherever it is cut in two: %s', (_, bytes) => {
    const whole = JSON.stringify(fromFile(bytes));
    for (const at of sweep(range(0, bytes.length + 1), 60)) {
      expect(JSON.stringify(streamTar(pieces(bytes, at))) === whole, `cut at ${at}`).toBe(true);
    }
  });

  it('is the tar in a file, for tars of mixed entries in random pieces', () => {
    for (const seed of sweep(range(0, 100), 12)) {
      const rng = seededRandom(seed);
      const bytes = randomTar(seed);
      const cuts = Array.from({ length: rng.integer(0, 30) }, () => rng.integer(0, bytes.length)).sort((a, b) => a - b);
      expect(streamTar(pieces(bytes, ...cuts)), `seed ${seed}`).toEqual(fromFile(bytes));
    }
  });

  it('is the tar in a file, wherever it ends', () => {
    for (const [label, bytes] of rawTars) {
      for (const end of sweep(range(0, bytes.length + 1, 59), 12)) {
        const cut = bytes.subarray(0, end);
        expect(streamTar(equalPieces(cut, 300)), `${label} up to ${end}`).toEqual(fromFile(cut));
      }
    }
  });

  it('is the tar in a file, whichever header is damaged', () => {
    for (const [label, bytes] of rawTars) {
      for (let at = 0; at < bytes.length; at += 512) {
        const damaged = Buffer.from(bytes);
        damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
        const { index } = streamTar(equalPieces(damaged, 200));
        expect(index, `${label}, block at ${at}`).toEqual(indexTar(memorySource(damaged), limits));
      }
    }
  });

  it('is the tar in a file, whatever lies behind its end', () => {
    const end = rawTar([file('a', 'x')]);
    for (const tail of ['', '\0'.repeat(3000), 'data', `${'\0'.repeat(3000)}data`, '\0'.repeat(1024 * 1024 + 1)]) {
      const bytes = Buffer.concat([end, Buffer.from(tail)]);
      expect(streamTar(equalPieces(bytes, 700)).index, JSON.stringify(tail.slice(-8))).toEqual(
        indexTar(memorySource(bytes), limits),
      );
    }
  });
});
