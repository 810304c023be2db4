/**
 * Bytes that become very many more: as a layer and around the whole archive. What deflate can do at most is decoded to its
 * end in bounded memory; what goes beyond a named limit is not followed. The limits are lowered here, so that a test does not
 * write gigabytes; how much they are in earnest is for the documents to say.
 */
import { describe, expect, it } from 'vitest';
import {
  compress,
  digestOf,
  dockerSave,
  type Entry,
  gzip,
  image,
  layerFromTar,
  ociLayout,
  ociManifest,
  randomLayer,
  rawTar,
  seededRandom,
  withoutPlatform,
  zstd,
} from '../helpers/archive-builder.js';
import { errorsOf, limitsHit, scanBytes, scanEntries } from './hostile.js';

const megabyte = 1024 * 1024;

/** A limit that a test reaches. */
const lowered = { freeExpansionBytes: 32 * megabyte };
const scanLow = (entries: readonly Entry[]) => scanEntries(entries, lowered);
const scanLowBytes = (bytes: Buffer) => scanBytes(bytes, lowered);

const bomb = layerFromTar(Buffer.alloc(64 * megabyte));
const normal = randomLayer(seededRandom(8), { sizeBytes: 2000 });
const archiveOf = (stored: Buffer, mediaType: string) =>
  ociLayout([
    withoutPlatform(
      ociManifest(image({ layers: [bomb] }), {
        compression: (layer) => ({
          ...compress(layer, 'none', { mediaType }),
          content: stored,
          digest: digestOf(stored),
        }),
      }),
    ),
  ]);
const gzipType = 'application/vnd.oci.image.layer.v1.tar+gzip';
const zstdType = 'application/vnd.oci.image.layer.v1.tar+zstd';

describe('a layer that is a bomb', () => {
  it('is not followed beyond the limit: zstd', async () => {
    const record = await scanLow(archiveOf(zstd(bomb.tar), zstdType));
    expect([errorsOf(record), limitsHit(record)]).toEqual([['limit-exceeded'], ['expansionRatio']]);
    expect(record.entries.filter(({ role }) => role === 'layer')).toMatchObject([
      { digest: digestOf(zstd(bomb.tar)), intact: false, diffId: null, uncompressedBytes: null },
    ]);
  });

  it('is decoded to its end where it is what deflate can do at most', async () => {
    const record = await scanLow(archiveOf(gzip(bomb.tar, { level: 9 }), gzipType));
    expect(errorsOf(record)).toEqual([]);
    expect(record.entries.filter(({ role }) => role === 'layer')).toMatchObject([
      { diffId: bomb.diffId, uncompressedBytes: bomb.tar.length },
    ]);
  });

  it('is none below the limit, whatever its ratio', async () => {
    const small = layerFromTar(Buffer.alloc(16 * megabyte));
    const record = await scanLow(dockerSave([image({ layers: [small] })], { variant: 'crane', compression: 'zstd' }));
    expect(errorsOf(record)).toEqual([]);
  });

  it('does not keep the other layers from being verified', async () => {
    const spec = image({ layers: [bomb, normal] });
    const record = await scanLow(dockerSave([spec], { variant: 'crane', compression: 'zstd' }));
    expect(errorsOf(record)).toEqual(['limit-exceeded']);
    expect(record.entries.filter(({ diffId }) => diffId === normal.diffId)).toHaveLength(1);
  });
});

describe('an archive that is a bomb as a whole', () => {
  const entries = dockerSave([image({ layers: [normal] })], { variant: 'crane' });
  const large = Buffer.concat([rawTar(entries), Buffer.alloc(64 * megabyte)]);

  it('is not followed beyond the limit', async () => {
    const record = await scanLowBytes(zstd(large));
    // What came before the limit is whole, and is verified.
    expect(record.images).toHaveLength(1);
    expect(limitsHit(record)).toEqual(['expansionRatio']);
    expect(record.status).toBe('failed');
  });

  it('is one inside the other', async () => {
    const record = await scanLowBytes(gzip(rawTar(archiveOf(zstd(bomb.tar), zstdType))));
    expect([errorsOf(record), limitsHit(record)]).toEqual([['limit-exceeded'], ['expansionRatio']]);
  });

  it('is none where it only ends in zeros', async () => {
    const record = await scanLowBytes(gzip(Buffer.concat([rawTar(entries), Buffer.alloc(megabyte)])));
    expect([record.status, errorsOf(record)]).toEqual(['ok', []]);
  });
});

describe('compression inside compression', () => {
  it('is taken off once: a gzip in a gzip is no tar', async () => {
    const twice = gzip(gzip(rawTar(dockerSave([image({ layers: [normal] })], { variant: 'crane' }))));
    expect((await scanLowBytes(twice)).status).toBe('unreadable');
  });

  it('is taken off once: a layer in two is no tar', async () => {
    const stored = gzip(gzip(normal.tar));
    const record = await scanLow(archiveOf(stored, gzipType));
    expect(errorsOf(record)).toEqual(['diffid-mismatch', 'layer-not-tar']);
  });
});
