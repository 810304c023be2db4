/**
 * What a tar may cost: headers and not bodies, a limited number of entries and names, one extended header at a time;
 * and whatever the blocks are, nothing throws and every byte is accounted for.
 */

import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TarIndex } from '../../../src/archive/entry-table.js';
import { indexTar } from '../../../src/archive/tar/tar-index.js';
import { limits } from '../../../src/model/limits.js';
import { openFile } from '../../../src/sources/file-source.js';
import { file, rawHeader, rawTar, symlink } from '../../helpers/archive-builder.js';
import { memorySource } from '../../helpers/byte-sources.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { accounted, codesOf, equalPieces, globalPax, longName, streamTar } from './tars.js';

const gibibyte = 1024 ** 3;
const { folder } = temporaryFolder();

/** A tar on disk whose bodies are holes. */
function sparseTar(entries: number, bodyBytes: number): string {
  const path = join(folder, `${entries}-${bodyBytes}.tar`);
  const fd = openSync(path, 'w');
  let at = 0;
  for (let i = 0; i < entries; i++) {
    writeSync(fd, rawHeader({ name: `body-${i}`, claimedSizeBytes: bodyBytes, sizeEncoding: 'base-256' }), 0, 512, at);
    at += 512 + Math.ceil(bodyBytes / 512) * 512;
  }
  ftruncateSync(fd, at + 1024);
  closeSync(fd);
  return path;
}

function indexOnDisk(path: string): { index: TarIndex; readBytes: number } {
  const opened = openFile(path);
  try {
    return { index: indexTar(opened, limits), readBytes: opened.readBytes };
  } finally {
    opened.close();
  }
}

describe('the index of a plain tar', () => {
  it('reads the headers of 20 GiB and no body', () => {
    const { index, readBytes } = indexOnDisk(sparseTar(20, gibibyte));
    expect([index.entries.length, codesOf(index), accounted(index)]).toEqual([20, [], 20 * gibibyte + 20 * 512 + 1024]);
    expect(readBytes).toBeLessThanOrEqual(20 * 4096 + 64 * 1024);
  });

  it('reads as much of a large archive as of a small one with as many entries', () => {
    const small = indexOnDisk(sparseTar(50, 1024 ** 2)).readBytes;
    expect(indexOnDisk(sparseTar(50, gibibyte)).readBytes).toBe(small);
  });

  it('reads twice as much for twice as many entries, whatever their size', () => {
    for (const bodyBytes of [0, 1000, 5000, 30_000, 200_000]) {
      const [some, twice] = [300, 600].map((entries) => indexOnDisk(sparseTar(entries, bodyBytes)).readBytes);
      expect(twice, `bodies of ${bodyBytes} bytes`).toBeLessThan(2.2 * (some ?? 0) + 64 * 1024);
      expect(twice, `bodies of ${bodyBytes} bytes`).toBeLessThan(600 * 9 * 1024);
    }
  });
});

describe('a limit of the table', () => {
  const names = (index: TarIndex): string[] => index.entries.map(({ name }) => name);
  const tar = rawTar(['a', 'b', 'c', 'd'].map((name) => file(name, name)));

  it('lets as many entries pass as it says', () => {
    const index = indexTar(memorySource(tar), { ...limits, entries: 4 });
    expect([names(index), codesOf(index)]).toEqual([['a', 'b', 'c', 'd'], []]);
  });

  it('ends the reading at the first entry beyond it, with its name and place', () => {
    const index = indexTar(memorySource(tar), { ...limits, entries: 3 });
    expect(index.findings).toMatchObject([{ code: 'limit-exceeded', severity: 'error', offsetBytes: 3072 }]);
    expect(index.findings[0]?.message).toContain(
      'entries: the archive has more, and the limit is 3; set the limit entries higher to go on',
    );
    expect(accounted(index)).toBe(tar.length);
  });

  it('counts the bytes of names and link targets', () => {
    const at = (entryNamesBytes: number) => indexTar(memorySource(tar), { ...limits, entryNamesBytes });
    expect(codesOf(at(4))).toEqual([]);
    expect(at(3).findings).toMatchObject([{ code: 'limit-exceeded', offsetBytes: 3072 }]);
    expect(at(3).findings[0]?.message).toContain('entryNamesBytes');
  });

  it.each([{ entries: 3 }, { entryNamesBytes: 3 }])('is the same for a tar that comes in pieces: %o', (changed) => {
    const tableLimits = { ...limits, ...changed };
    const { index } = streamTar(equalPieces(tar, 100), tableLimits);
    expect(index).toEqual(indexTar(memorySource(tar), tableLimits));
  });

  it('says of so many entries under names of folders what they are, and counts the others', () => {
    const links = rawTar(['a/', 'b/', 'c/'].map((name) => ({ name, typeflag: '2', linkName: 'x' })));
    const found = (findings: number) => indexTar(memorySource(links), { ...limits, findings }).findings;
    const ambiguous = (most: number) => found(most).filter(({ code }) => code === 'entry-ambiguous');
    expect(ambiguous(3)).toMatchObject([{ subject: 'a/' }, { subject: 'b/' }, { subject: 'c/' }]);
    expect(ambiguous(2)).toMatchObject([{ subject: 'a/' }, { subject: 'b/' }, { count: 1 }]);
  });

  it('holds where a stream ends inside the entry that is one too many', () => {
    const cut = tar.subarray(0, 3072 + 512);
    const tableLimits = { ...limits, entries: 3 };
    expect(streamTar([cut], tableLimits).index).toEqual(indexTar(memorySource(cut), tableLimits));
  });

  it('is 250,000 entries and 32 MiB of names unless told otherwise', () => {
    expect(limits).toMatchObject({ entries: 250_000, entryNamesBytes: 32 * 1024 ** 2 });
    const long = { name: 'L', typeflag: 'L', content: Buffer.from(longName(4096)) };
    const bytes = rawTar(Array.from({ length: 8194 }, () => [long, file('a', '')]).flat());
    const index = indexTar(memorySource(bytes), limits);
    expect([index.entries.length, codesOf(index), accounted(index)]).toEqual([8193, ['limit-exceeded'], bytes.length]);
  });

  it.each([
    ['a name', (sizeBytes: number) => ({ ...file(longName(sizeBytes), 'x'), longNames: 'gnu' as const })],
    ['a link target', (sizeBytes: number) => ({ ...symlink('a', longName(sizeBytes)), longNames: 'gnu' as const })],
  ])('is 4 KiB of %s', (_, made) => {
    const tarOf = (sizeBytes: number) => rawTar([made(sizeBytes), file('b', '')]);
    expect(codesOf(indexTar(memorySource(tarOf(4096)), limits))).toEqual([]);
    const [at, beyond] = [indexTar(memorySource(tarOf(4096)), limits), indexTar(memorySource(tarOf(4097)), limits)];
    expect([at.entries.length, beyond.entries.length, codesOf(beyond)]).toEqual([2, 1, ['limit-exceeded']]);
    expect(beyond.findings[0]?.message).toContain('entryNameBytes');
    expect(streamTar(equalPieces(tarOf(4097), 100)).index).toEqual(beyond);
  });
});

describe('an extended header', () => {
  const body = (sizeBytes: number): Buffer => Buffer.alloc(sizeBytes, 'n');
  const withName = (sizeBytes: number) =>
    rawTar([{ name: 'L', typeflag: 'L', content: body(sizeBytes) }, file('a', 'x')]);

  it('may have 1 MiB', () => {
    const tableLimits = { ...limits, entryNameBytes: limits.extendedHeaderBytes };
    const index = indexTar(memorySource(withName(limits.extendedHeaderBytes)), tableLimits);
    expect([index.entries[0]?.name.length, codesOf(index)]).toEqual([1024 ** 2, []]);
  });

  it('of one byte more ends the reading with the name of the limit', () => {
    const bytes = withName(limits.extendedHeaderBytes + 1);
    const index = indexTar(memorySource(bytes), limits);
    expect(index.findings).toMatchObject([{ code: 'limit-exceeded', offsetBytes: 0 }]);
    expect(index.findings[0]?.message).toContain('extendedHeaderBytes');
    expect([index.entries, accounted(index)]).toEqual([[], bytes.length]);
    expect(streamTar(equalPieces(bytes, 100_000)).index).toEqual(index);
  });
});

describe('any blocks at all', () => {
  const header = fc
    .record({
      name: fc.constantFrom('a', './a', 'a/', '../a', '/a', 'b'.repeat(90)),
      typeflag: fc.constantFrom('0', '1', '2', '3', '5', '7', 'x', 'g', 'L', 'K', 'N', 'V', 'S', 'M', 'D', '?'),
      claimedSizeBytes: fc.constantFrom(0, 1, 511, 512, 513, 2000, 1024 ** 2, 1024 ** 2 + 1, 8 * gibibyte - 1),
      format: fc.constantFrom('ustar' as const, 'gnu' as const, 'v7' as const),
      checksum: fc.constantFrom('right' as const, 'right' as const, 'signed' as const, 'wrong' as const),
    })
    .map((fields) => rawHeader(fields));
  const records = fc
    .array(fc.tuple(fc.constantFrom('path', 'size', 'linkpath', 'x'), fc.constantFrom('', '0', '7', 'a/b', '-1', 'é')))
    .map((pairs) => padded(globalPax(Object.fromEntries(pairs)).content ?? Buffer.alloc(0)));
  const noise = fc.uint8Array({ minLength: 512, maxLength: 512 }).map((bytes) => Buffer.from(bytes));
  const block = fc.oneof(
    { arbitrary: header, weight: 6 },
    { arbitrary: fc.constant(Buffer.alloc(512)), weight: 2 },
    records,
    noise,
  );
  const tars = fc.array(block, { maxLength: 24 }).map((blocks) => Buffer.concat(blocks));

  it('never throw, are accounted for to the byte, and mean the same in a file and in pieces', () => {
    fc.assert(
      fc.property(tars, fc.nat(511), fc.integer({ min: 1, max: 1500 }), (blocks, cut, pieceBytes) => {
        const bytes = blocks.subarray(0, Math.max(0, blocks.length - cut));
        const index = indexTar(memorySource(bytes), limits);
        expect(accounted(index)).toBe(bytes.length);
        expect(index.entries.reduce((sum, entry) => sum + entry.structureBytes.headerBytes, 0)).toBeLessThanOrEqual(
          index.overhead.headerBytes,
        );
        expect(Object.values(index.overhead).every((part) => part >= 0)).toBe(true);
        expect(streamTar(equalPieces(bytes, pieceBytes)).index).toEqual(index);
      }),
      { numRuns: 3000 },
    );
  });
});

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}
