/** Lists of files as the cache packs them: the same when they come back, and none where columns do not fit each other. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packContents, unpackContents } from '../../src/cache/packed-contents.js';
import { type FileList, filesOf, fileTypes } from '../../src/model/file-list.js';

const file = fc.record({
  texts: fc.tuple(fc.string(), fc.string(), fc.string()),
  type: fc.nat({ max: fileTypes.length - 1 }),
  mode: fc.nat({ max: 0o7777 }),
  owners: fc.tuple(fc.nat(), fc.nat()),
  size: fc.maxSafeNat(),
  digest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
});

function listOf(files: readonly (typeof file extends fc.Arbitrary<infer T> ? T : never)[]): FileList {
  const texts = files.flatMap(({ texts }) => texts.map((text) => Buffer.from(text)));
  let end = 0;
  return {
    count: files.length,
    texts: new Uint8Array(Buffer.concat(texts)),
    ends: Uint32Array.from(texts, ({ length }) => (end += length)),
    types: Uint8Array.from(files, ({ type }) => type),
    modes: Uint16Array.from(files, ({ mode }) => mode),
    owners: Float64Array.from(files.flatMap(({ owners }) => owners)),
    sizes: Float64Array.from(files, ({ size }) => size),
    digests: new Uint8Array(Buffer.concat(files.map(({ digest }) => digest))),
  };
}

const packed = (list: FileList) => packContents(list) ?? { count: 0, textBytes: 0, columns: '' };

it('a packed list of any files comes back as it was', () => {
  fc.assert(
    fc.property(fc.array(file), (files) => {
      const list = listOf(files);
      const again = unpackContents(packed(list));
      expect(again).toEqual(list);
      expect([...filesOf(again)]).toEqual([...filesOf(list)]);
    }),
  );
});

const one = listOf([
  { texts: ['bin/sh', '', ''], type: 0, mode: 0o755, owners: [1, 2], size: 5, digest: new Uint8Array(32) },
]);

it('a list of files that is too large is not packed', () => {
  expect(packContents({ ...one, texts: new Uint8Array(64 * 1024 * 1024) })).toBeNull();
});

it.each([
  ['more files than columns', { count: 2 }, 'another length'],
  ['fewer texts than columns', { textBytes: 5 }, 'another length'],
  ['more than a list may have', { count: 1_000_000 }, 'too large'],
])('a packed list with %s is none', (_, facts, reason) => {
  expect(() => unpackContents({ ...packed(one), ...facts })).toThrow(reason);
});

it.each([
  ['a text that ends before it begins', (bytes: Buffer) => bytes.writeUInt32LE(7, 6), 'in order'],
  ['texts that end behind the last one', (bytes: Buffer) => bytes.writeUInt32LE(9, 14), 'in order'],
  ['a type that there is not', (bytes: Buffer) => bytes.writeUInt8(99, 18), 'no type'],
])('a packed list whose columns have %s is none', (_, change, reason) => {
  const { columns, ...rest } = packed(one);
  const bytes = inflateRawSync(Buffer.from(columns, 'base64'));
  change(bytes);
  expect(() => unpackContents({ ...rest, columns: deflateRawSync(bytes).toString('base64') })).toThrow(reason);
});
