/**
 * What a decoder may be asked for: members without end, windows and dictionaries of gigabytes, content that is not there.
 * Each is decoded in bounded memory or refused by name, and the other layers of the archive are verified.
 */
import { describe, expect, it } from 'vitest';
import * as codec from '../codec/fixtures.js';
import { rawBlock, zstdFrame } from '../codec/zstd-frame-builder.js';
import {
  compress,
  digestOf,
  gzip,
  image,
  layerFromTar,
  ociLayout,
  ociManifest,
  randomLayer,
  seededRandom,
  withoutPlatform,
  xz,
} from '../helpers/archive-builder.js';
import { errorsOf, scanBytes, scanEntries } from './hostile.js';

const other = randomLayer(seededRandom(5), { sizeBytes: 2000 });
/** A layout whose first layer is stored as these bytes. */
const archiveOf = (stored: Buffer, codec: 'gzip' | 'zstd' | 'xz', tar = Buffer.alloc(1024)) => {
  const first = layerFromTar(tar);
  const mediaType = `application/vnd.oci.image.layer.v1.tar+${codec}`;
  return ociLayout([
    withoutPlatform(
      ociManifest(image({ layers: [first, other] }), {
        compression: (layer) =>
          layer === first
            ? { ...compress(layer, 'none', { mediaType }), content: stored, digest: digestOf(stored) }
            : compress(layer, 'gzip'),
      }),
    ),
  ]);
};
const intact = async (entries: ReturnType<typeof archiveOf>) => {
  const record = await scanEntries(entries);
  return { errors: errorsOf(record), others: record.entries.filter(({ diffId }) => diffId === other.diffId).length };
};
/** The descriptor byte of a window of so many powers of two above a kibibyte (RFC 8878, section 3.1.1.1.2). */
const window = (power: number): number => (power - 10) << 3;

describe('a gzip of many members', () => {
  const tar = Buffer.alloc(1024);

  it('is decoded to its end with 200,000 empty ones', async () => {
    const stored = Buffer.concat([...Array.from({ length: 200_000 }, () => gzip(Buffer.alloc(0))), gzip(tar)]);
    expect(await intact(archiveOf(stored, 'gzip', tar))).toEqual({ errors: [], others: 1 });
  });

  it('is decoded to its end with one for each byte', async () => {
    const stored = Buffer.concat(Array.from(tar, (byte) => gzip(Buffer.from([byte]))));
    expect(await intact(archiveOf(stored, 'gzip', tar))).toEqual({ errors: [], others: 1 });
  });

  it('is an error where one in the middle is damaged', async () => {
    const members = Array.from({ length: 1000 }, () => gzip(Buffer.from('x')));
    const damaged = Buffer.concat(members);
    damaged[500 * (members[0]?.length ?? 0) + 12] = 0xff;
    expect(await intact(archiveOf(damaged, 'gzip'))).toEqual({ errors: ['layer-undecodable'], others: 1 });
  });
});

describe('a zstd', () => {
  const small = Buffer.alloc(1024);
  const framed = (power: number) => Buffer.from(zstdFrame({ window: window(power), blocks: [rawBlock(small)] }));

  it.each([28, 31, 41])('with a window of 2^%d bytes is not decoded', async (power) => {
    expect(await intact(archiveOf(framed(power), 'zstd'))).toEqual({ errors: ['limit-exceeded'], others: 1 });
  });

  it.each([10, 23, 27])('is accepted with a window of 2^%d bytes', async (power) => {
    expect(await intact(archiveOf(framed(power), 'zstd'))).toEqual({ errors: [], others: 1 });
  });

  it('that declares 2^60 bytes and has a thousand is an error', async () => {
    const frame = zstdFrame({ window: window(20), contentBytes: 2 ** 60, blocks: [rawBlock(small)] });
    expect(await intact(archiveOf(Buffer.from(frame), 'zstd'))).toEqual({ errors: ['layer-undecodable'], others: 1 });
  });

  it('with a window of 2^41 bytes around the whole archive is not decoded', async () => {
    expect((await scanBytes(framed(41))).status).toBe('unreadable');
  });
});

describe('an xz', () => {
  it('with a dictionary beyond the limit is not decoded', async () => {
    const { errors, others } = await intact(archiveOf(Buffer.from(codec.xzLargeDictionary), 'xz'));
    expect([errors.includes('limit-exceeded'), others]).toEqual([true, 1]);
  });

  it('is accepted as xz writes it', async () => {
    const tar = Buffer.alloc(1024);
    expect((await intact(archiveOf(xz(tar), 'xz', tar))).errors).toEqual([]);
  });
});
