/**
 * Tars that are nearly well formed: the index by position, the stream in pieces and the scan inside a layer take whatever
 * comes, agree with each other, and account for every byte.
 */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LayerScan } from '../../src/archive/layer-scan.js';
import { indexTar } from '../../src/archive/tar/tar-index.js';
import { limits } from '../../src/model/limits.js';
import { accounted, equalPieces, imageTars, randomTar, rawTars, streamTar } from '../archive/tar/tars.js';
import { type RawEntry, rawTar } from '../helpers/archive-builder.js';
import { memorySource } from '../helpers/byte-sources.js';
import { fuzz, timeout } from './budget.js';
import { mutated } from './mutations.js';
import { generatedTar } from './tar-generator.js';

const wholeTars = [
  ...rawTars.map(([, bytes]) => bytes),
  ...(await imageTars()).map(([, bytes]) => bytes),
  ...Array.from({ length: 40 }, (_, seed) => randomTar(seed)),
];

/** Headers that say what no writer means, in an order that no writer makes. */
const oddEntry: fc.Arbitrary<RawEntry> = fc
  .record(
    {
      name: fc.string({ maxLength: 40 }),
      typeflag: fc.constantFrom('0', '\0', '1', '2', '3', '4', '5', '6', '7', 'x', 'g', 'L', 'K', 'S', 'V', 'M', 'z'),
      linkname: fc.string({ maxLength: 40 }),
      content: fc.oneof(
        fc.uint8Array({ maxLength: 1500 }).map((bytes) => Buffer.from(bytes)),
        fc
          .tuple(
            fc.constantFrom(
              'path',
              'linkpath',
              'size',
              'mtime',
              'uid',
              'SCHILY.xattr.a',
              'GNU.sparse.name',
              '__proto__',
            ),
            fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('-1', '1e9', '9007199254740993', '0x10', '007')),
            fc.constantFrom(0, 0, 0, 1, -1, 100, -100),
          )
          .map(([key, value, lie]) => {
            const rest = ` ${key}=${value}\n`;
            return Buffer.from(`${Buffer.byteLength(rest) + 2 + lie}${rest}`);
          }),
      ),
      claimedSizeBytes: fc.oneof(fc.nat(3000), fc.constantFrom(0, 511, 512, 513, 8 ** 11 - 1)),
      format: fc.constantFrom('ustar' as const, 'gnu' as const, 'v7' as const),
      checksum: fc.constantFrom(
        'right' as const,
        'right' as const,
        'right' as const,
        'signed' as const,
        'wrong' as const,
      ),
    },
    { requiredKeys: ['name', 'typeflag', 'content', 'checksum'] },
  )
  .map(
    (entry): RawEntry => ({ ...entry, name: Buffer.from(entry.name).subarray(0, 90).toString('latin1').slice(0, 45) }),
  );
const oddTar = fc
  .tuple(fc.array(oddEntry, { maxLength: 8 }), fc.integer({ min: 0, max: 3 }))
  .map(([entries, endBlocks]) => rawTar(entries.map(bounded), { endBlocks }));

/** Names and links in as many bytes as their fields have. */
function bounded(entry: RawEntry): RawEntry {
  const cut = (text: string): string =>
    Buffer.from(text, 'latin1')
      .map((byte) => byte & 0x7f || 0x3f)
      .toString();
  return {
    ...entry,
    name: cut(entry.name),
    ...(entry.linkname === undefined ? {} : { linkname: cut(entry.linkname) }),
  };
}

const anyTar = fc.oneof({ weight: 3, arbitrary: mutated(wholeTars) }, { weight: 2, arbitrary: oddTar });

it('the index of a tar accounts for every byte of whatever it is given', { timeout }, () =>
  fuzz('tar index', 20_000, anyTar, (bytes) => {
    const index = indexTar(memorySource(bytes), limits);
    expect(accounted(index)).toBe(bytes.length);
    expect(index.tarBytes).toBe(bytes.length);
  }),
);

it('a tar that comes in pieces is read as by position', { timeout }, () =>
  fuzz('tar stream', 6000, fc.tuple(anyTar, fc.integer({ min: 1, max: 1500 })), ([bytes, pieceBytes]) => {
    const { index } = streamTar(equalPieces(bytes, pieceBytes));
    expect(index).toEqual(indexTar(memorySource(bytes), limits));
  }),
);

it('the scan of a layer says the same of any pieces', { timeout }, () =>
  fuzz('layer scan', 6000, fc.tuple(anyTar, fc.integer({ min: 1, max: 1500 })), ([bytes, pieceBytes]) => {
    const verdictOf = (pieces: Iterable<Buffer>) => {
      const scan = new LayerScan(limits);
      for (const piece of pieces) scan.push(Buffer.from(piece));
      return scan.finish();
    };
    expect(verdictOf(equalPieces(bytes, pieceBytes))).toEqual(verdictOf([bytes]));
  }),
);

it('a layer means the same whether its headers are passed by in one go or read one by one', { timeout }, () =>
  fuzz('tar, headers passed by', 20_000, fc.nat(0x7fffffff), (seed) => {
    const layer = Buffer.concat([generatedTar(seed, seed % 3 === 0), generatedTar(seed + 1)]);
    const [whole, cut] = [[layer], equalPieces(layer, 500)].map((parts) => {
      const scan = new LayerScan(limits);
      for (const part of parts) scan.push(part);
      return JSON.stringify(scan.finish());
    });
    if (whole !== cut) throw new Error(`layer ${seed}:\n  ${whole}\n  ${cut}`);
  }),
);
