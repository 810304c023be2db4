/**
 * Headers that are passed by in one go: only those of which `TarCursor` would make the same. Pieces that cut every header are
 * never passed by, so a layer in such pieces tells what is right.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LayerTar } from '../../../src/archive/entry-table.js';
import { LayerScan } from '../../../src/archive/layer-scan.js';
import { TarFeed } from '../../../src/archive/tar/tar-feed.js';
import { type UsualHeader, usualHeader } from '../../../src/archive/tar/usual-header.js';
import { limits } from '../../../src/model/limits.js';
import { generatedTar } from '../../fuzz/tar-generator.js';
import { directory, file, hardLink, rawHeader, rawTar, seededRandom, symlink } from '../../helpers/archive-builder.js';
import { equalPieces } from './tars.js';

function scanned(parts: Iterable<Buffer>): LayerTar {
  const scan = new LayerScan(limits);
  for (const part of parts) scan.push(part);
  return scan.finish();
}

/** A layer means the same whether its headers are passed by or not. */
function expectSame(layer: Buffer, what: unknown): void {
  expect(scanned([layer]), `${what}`).toEqual(scanned(equalPieces(layer, 500)));
}

/** How many entries are passed by, and how many are not. */
function countsOf(layer: Buffer): { passed: number; others: number } {
  const counts = { passed: 0, others: 0 };
  const handler = {
    pass: () => void counts.passed++,
    entry: () => {
      counts.others++;
      return false;
    },
    body: () => {},
    zeros: () => {},
    bodyEnd: () => {},
  };
  new TarFeed('latin1', handler, limits.extendedHeaderBytes).push(layer);
  return counts;
}

function withChecksum(block: Buffer): Buffer {
  block.fill(0x20, 148, 156);
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

const usual = [directory('usr/'), file('usr/a', 'x'), symlink('usr/s', 'a'), hardLink('usr/h', 'usr/a')];

/** The same layer, the name of its first entry behind a prefix. */
function withPrefix(layer: Buffer, prefix: string): Buffer {
  const changed = Buffer.from(layer);
  changed.write(prefix, 345, 'latin1');
  return withChecksum(changed);
}

function* layersOfUsual(): Generator<[string, Buffer]> {
  for (const entry of usual) {
    for (const format of ['ustar', 'gnu'] as const) {
      yield [`${entry.name} ${format}`, rawTar([{ ...entry, format }, file('z', 'body')])];
    }
  }
  for (const entry of usual.slice(0, 2)) {
    yield [`${entry.name} with a prefix`, withPrefix(rawTar([entry, file('p/usr/a', '')]), 'p')];
  }
}

/** Layers whose first header has one byte that is another, under a checksum that fits where it is not one of that. */
function* oneByteChanged(): Generator<[string, Buffer]> {
  const values = [0, 1, 0x20, 0x2f, 0x2e, 0x30, 0x37, 0x38, 0x64, 0x80, 0xff];
  for (const [what, layer] of layersOfUsual()) {
    for (let at = 0; at < 512 * values.length; at++) {
      const place = Math.floor(at / values.length);
      const changed = Buffer.from(layer);
      changed[place] = values[at % values.length] ?? 0;
      yield [`${what} ${at}`, place < 148 || place >= 156 ? withChecksum(changed) : changed];
    }
  }
}

describe('a header as most are', () => {
  it.each(['ustar', 'gnu'] as const)('is passed by where it is of format %s', (format) => {
    expect(countsOf(rawTar(usual.map((entry) => ({ ...entry, format }))))).toEqual({ passed: 4, others: 0 });
  });

  it.each([
    ['./a', true],
    ['./a/b', true],
    ['a.b/..c', true],
    ['a/..', true],
    ['.', false],
    ['./', false],
    ['.a', false],
    ['./.a', false],
    ['././a', false],
    ['/a', false],
    ['.//a', false],
    ['a//b', false],
    ['a/./b', false],
    ['a/.', false],
    ['a//', false],
    ['etc/passwd', false],
    ['etc', false],
    ['a/.wh..wh..opq', false],
    ['n'.repeat(99), true],
  ])('is passed by, or is not, by its name, and means the same: %s', (name, passes) => {
    for (const type of ['0', '5', '2'] as const) {
      const header = withChecksum(rawHeader({ name: '', content: Buffer.alloc(0), typeflag: type, linkname: 't' }));
      header.fill(0, 0, 100).write(name, 'latin1');
      const layer = Buffer.concat([withChecksum(header), rawTar([file('b', 'x'), directory(name), file(name, '')])]);
      const { passed } = countsOf(layer.subarray(0, 512));
      expect(passed, type).toBe(passes ? 1 : 0);
      expectSame(layer, type);
    }
  });

  it.each([
    ['usr', 'a', true],
    ['usr/lib', 'a', true],
    ['./usr', 'a', true],
    ['p'.repeat(155), 'n'.repeat(100), true],
    ['usr/', 'a', false],
    ['/usr', 'a', false],
    ['.', 'a', true],
    ['usr', '/a', false],
    ['usr', './a', false],
    ['usr', '.', false],
    ['etc', 'passwd', false],
    ['.usr', 'a', false],
    ['usr', '', false],
  ])('is passed by, or is not, by its prefix and its name, and means the same: %s and %s', (prefix, name, passes) => {
    for (const type of ['0', '5', '2'] as const) {
      const header = rawHeader({ name: '', content: Buffer.alloc(0), typeflag: type, linkname: 't' });
      header.fill(0, 0, 100).write(name, 'latin1');
      const layer = Buffer.concat([withPrefix(header, prefix), rawTar([file(`${prefix}/${name}`, 'x')])]);
      expect(countsOf(layer.subarray(0, 512)).passed, type).toBe(passes ? 1 : 0);
      expectSame(layer, type);
    }
  });

  it('is read as it lies where its body ends anywhere in a piece, or behind it', () => {
    const random = seededRandom(20_261_129);
    const layer = rawTar(
      Array.from({ length: 400 }, (_, i) => file(`f${i}`, 'x'.repeat(random.integer(0, 3) * random.integer(0, 700)))),
    );
    const all = scanned(equalPieces(layer, 500));
    for (const sizeBytes of [512, 513, 1023, 1024, 1536, 2000, 4096, 65_536]) {
      expect(scanned(equalPieces(layer, sizeBytes)), `${sizeBytes}`).toEqual(all);
      for (const cut of [700, 5_000, 60_000, 60_001, 61_000]) {
        const part = layer.subarray(0, cut);
        expect(scanned(equalPieces(part, sizeBytes)), `${sizeBytes} ${cut}`).toEqual(scanned(equalPieces(part, 500)));
      }
    }
  });

  it('counts as the same path whatever way it is read', () => {
    const again = [file('./usr/a', ''), directory('./usr'), file('usr/b', ''), directory('usr/b')];
    for (const entry of again) expectSame(rawTar([...usual, entry]), entry.name);
    expect(scanned([rawTar([...usual, file('./usr/a', '')])]).duplicatePath).toBe('usr/a');
    expect(scanned([rawTar([file('\u00e9', ''), file('\u00e9', '')])]).duplicatePath).toBe('\u00e9');
    const twice = withPrefix(rawTar([file('a', ''), file('./p/a', '')]), 'p');
    expect(scanned([twice]).duplicatePath).toBe('p/a');
  });

  it('is left alone as soon as any byte of it is another', () => {
    const reader = usualHeader() as UsualHeader;
    let passed = 0;
    for (const [what, layer] of oneByteChanged()) {
      passed += reader.read(layer, 0) ? 1 : 0;
      const [fast, slow] = [scanned([layer]), scanned(equalPieces(layer, 500))];
      // To compare them as text is quicker, and there are a hundred thousand.
      if (JSON.stringify(fast) !== JSON.stringify(slow)) expect(fast, what).toEqual(slow);
    }
    // Bytes of names, and those that nobody reads.
    expect(passed).toBeGreaterThan(1000);
  });

  it('is taken as by the cursor in tars that readers take differently', () => {
    fc.assert(
      fc.property(fc.nat(0x7fffffff), fc.boolean(), (seed, sparse) => expectSame(generatedTar(seed, sparse), seed)),
      { numRuns: 2000, seed: 20_261_129 },
    );
  });
});
