/** The scan of the tar inside a layer: what it counts and finds, in whatever pieces it comes, in bounded memory. */
import { describe, expect, it } from 'vitest';
import type { LayerTar } from '../../src/archive/entry-table.js';
import { LayerScan } from '../../src/archive/layer-scan.js';
import { limits } from '../../src/model/limits.js';
import { directory, file, rawHeader, rawTar, symlink } from '../helpers/archive-builder.js';
import { equalPieces, globalPax, pieces, rawTars } from './tar/tars.js';

function scan(parts: Iterable<Buffer>, layerPaths: number = limits.layerPaths): LayerTar {
  const scanner = new LayerScan({ ...limits, layerPaths });
  for (const part of parts) scanner.push(part);
  return scanner.finish();
}

const sound = {
  problem: null,
  disagreements: [],
  duplicatePath: null,
  pathsUnchecked: false,
  endBlocks: true,
  trailingData: false,
};

describe('the scan of a layer', () => {
  it.each(rawTars)('finds no fault in a good one: %s', (_, bytes) => {
    expect(scan([bytes])).toMatchObject(sound);
  });

  it.each(rawTars)('says the same wherever it is cut in two: %s', (_, bytes) => {
    const whole = JSON.stringify(scan([bytes]));
    for (let at = 0; at <= bytes.length; at += 1 + (at % 3)) {
      expect(JSON.stringify(scan(pieces(bytes, at))) === whole, `cut at ${at}`).toBe(true);
    }
  });

  it('counts entries of every type, but no extended headers', () => {
    const entries = [directory('d'), file('d/f', 'x'), symlink('d/s', 'f'), globalPax({ comment: 'c' })];
    expect(scan([rawTar([...entries, { ...file('n'.repeat(200), ''), longNames: 'gnu' }])]).entries).toBe(4);
  });

  it.each([
    ['a wrong checksum', rawTar([file('a', 'x'), { ...file('b', 'y'), checksum: 'wrong' }]), 1024],
    ['a single zero block', Buffer.concat([rawTar([file('a', 'x')], { endBlocks: 1 }), rawTar([file('b', '')])]), 1024],
    ['a text', Buffer.from('no tar at all, but long enough to be looked at. '.repeat(20)), 0],
  ])('says where it is no tar: %s', (_, bytes, offsetBytes) => {
    expect(scan([bytes]).problem).toMatchObject({ offsetBytes });
    expect(scan(equalPieces(bytes, 1))).toEqual(scan([bytes]));
  });

  it('says where it ends too early', () => {
    const bytes = rawTar([file('a', 'x'), file('b', Buffer.alloc(1000))]);
    const problemAt = (end: number): unknown => scan([bytes.subarray(0, end)]).problem;
    expect([1, 511, 1025, 1535, 1536, 2535].map(problemAt)).toEqual(
      [1, 511, 1025, 1535, 1536, 2535].map((offsetBytes) => ({ detail: expect.any(String), offsetBytes })),
    );
    expect([0, 513, 1024, 2536, 2560, 3072, 3584].map(problemAt)).toEqual(Array(7).fill(null));
  });

  it('tells end blocks that are missing from end blocks that are there', () => {
    expect(scan([rawTar([file('a', 'x')], { endBlocks: 0 })]).endBlocks).toBe(false);
    expect(scan([rawTar([file('a', 'x')], { endBlocks: 1 })]).endBlocks).toBe(false);
    expect(scan([rawTar([file('a', 'x')], { endBlocks: 2 })]).endBlocks).toBe(true);
  });

  it('tells data behind the end blocks from the padding of a record', () => {
    expect(scan([rawTar([], { blockingFactor: 20 })]).trailingData).toBe(false);
    expect(scan([rawTar([], { trailing: Buffer.from('x') })]).trailingData).toBe(true);
    expect(scan([rawTar([], { trailing: Buffer.alloc(1024 ** 2 + 1) })]).trailingData).toBe(true);
  });
});

describe('a path that comes twice', () => {
  const first = (entries: Parameters<typeof rawTar>[0]): string | null => scan([rawTar(entries)]).duplicatePath;

  it('is found however it is written', () => {
    expect(first([file('a/b', '1'), file('./a//b', '2')])).toBe('a/b');
    expect(first([file('größe', '1'), file('größe', '2')])).toBe('größe');
    expect(first([symlink('s', 'x'), file('s', '2')])).toBe('s');
  });

  it('is the first one where there are several', () => {
    expect(first([file('a', ''), file('b', ''), file('b', ''), file('a', '')])).toBe('b');
  });

  it('is no fault where it is the same folder', () => {
    expect(first([directory('d'), file('d/f', ''), directory('d'), directory('./d')])).toBeNull();
  });

  it('is a fault where a folder and a file take turns', () => {
    expect(first([directory('d'), file('d', '')])).toBe('d');
    expect(first([file('d', ''), directory('d')])).toBe('d');
  });

  it('is not found in names that differ in bytes that are no UTF-8', () => {
    const named = (byte: number): Buffer => {
      const block = rawHeader(file('x', ''));
      block[0] = byte;
      block.fill(' ', 148, 156);
      block.write(
        `${block
          .reduce((sum, value) => sum + value, 0)
          .toString(8)
          .padStart(6, '0')}\0 `,
        148,
      );
      return block;
    };
    expect(scan([named(0xfe), named(0xff)]).duplicatePath).toBeNull();
    expect(scan([named(0xff), named(0xff)]).duplicatePath).toBe('�');
  });
});

describe('the limit of remembered paths', () => {
  const paths = (count: number) => Array.from({ length: count }, (_, i) => file(`f${i}`, ''));

  it('is not reached by as many paths as it says', () => {
    expect(scan([rawTar(paths(10))], 10)).toMatchObject({ entries: 10, pathsUnchecked: false });
  });

  it('is reached by one more, and that is said', () => {
    expect(scan([rawTar(paths(11))], 10)).toMatchObject({ entries: 11, pathsUnchecked: true, duplicatePath: null });
  });

  it('does not hide a repeated path that came before it', () => {
    const result = scan([rawTar([...paths(10), file('f3', ''), ...paths(20)])], 10);
    expect(result).toMatchObject({ duplicatePath: 'f3', pathsUnchecked: false });
  });
});

describe('the memory of a scan', () => {
  const buffers = (): number => process.memoryUsage().arrayBuffers;

  it('does not grow with the bytes of a body', () => {
    const scanner = new LayerScan(limits);
    const zeros = Buffer.alloc(1024 ** 2);
    scanner.push(rawHeader({ name: 'big', claimedSizeBytes: 2048 * zeros.length, sizeEncoding: 'base-256' }));
    const before = buffers();
    for (let i = 0; i < 2048; i++) scanner.push(zeros);
    expect(buffers() - before).toBeLessThan(1024 ** 2);
    expect(scanner.finish()).toMatchObject({ entries: 1, problem: null });
  });

  it('stays at 16 to 32 bytes a path, and stops to grow at the limit', () => {
    const scanner = new LayerScan({ ...limits, layerPaths: 50_000 });
    const headers = Buffer.alloc(1000 * 512);
    const before = buffers();
    for (let i = 0; i < 200; i++) {
      for (let j = 0; j < 1000; j++) rawHeader(file(`some/path/${i}/${j}`, '')).copy(headers, j * 512);
      scanner.push(headers);
    }
    // The tables that it grew out of may not be collected yet: together they are as large as the last one.
    expect(buffers() - before).toBeLessThan(2 * 32 * 65_536 + 2 * 1024 ** 2);
    expect(scanner.finish()).toMatchObject({ entries: 200_000, pathsUnchecked: true });
  });
});
