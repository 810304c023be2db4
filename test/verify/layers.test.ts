/**
 * What is inside a layer: every member and frame is decoded, every diffID compared, and what is odd about its tar is told.
 */
import { describe, expect, it } from 'vitest';
import * as codec from '../codec/fixtures.js';
import { rawBlock, zstdFrame } from '../codec/zstd-frame-builder.js';
import { program, shell } from '../formats/images.js';
import {
  blobPath,
  compress,
  describe as describeNode,
  digestOf,
  dockerSave,
  file,
  flipByte,
  gzip,
  image,
  type LayerSpec,
  layer,
  layerFromTar,
  ociIndex,
  ociLayout,
  ociManifest,
  randomLayer,
  rawTar,
  replaceContent,
  seededRandom,
  tagged,
  withoutPlatform,
  zstd,
} from '../helpers/archive-builder.js';
import { codesOf, recordOfEntries } from './scan-bytes.js';

const content = randomLayer(seededRandom(11), { sizeBytes: 300_000 });
const stored = (bytes: Buffer, mediaType: string) =>
  recordOfEntries(
    ociLayout([
      withoutPlatform(
        ociManifest(image({ layers: [content] }), {
          compression: (of) => ({ ...compress(of, 'none', { mediaType }), content: bytes, digest: digestOf(bytes) }),
        }),
      ),
    ]),
  );
const gzipType = 'application/vnd.oci.image.layer.v1.tar+gzip';
const zstdType = 'application/vnd.oci.image.layer.v1.tar+zstd';
const withDictionary = zstdFrame({ window: 0, dictionaryId: 7, blocks: [rawBlock(Buffer.from('varve'))] });

const unnamed = Buffer.from(codec.zstdTrainedDictionary);

const plainType = 'application/vnd.oci.image.layer.v1.tar';
const startOf = (hex: string): Buffer => Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(2000, 7)]);

describe('a compressed layer', () => {
  it.each([
    ['one gzip member', gzip(content.tar), gzipType],
    ['many gzip members, as eStargz', gzip(content.tar, { members: 40 }), gzipType],
    ['one zstd frame', zstd(content.tar), zstdType],
    ['several zstd frames', zstd(content.tar, { frames: 7 }), zstdType],
    [
      'skippable frames, as zstd:chunked',
      zstd(content.tar, { frames: 3, skippable: [Buffer.from('table')] }),
      zstdType,
    ],
    ['a zstd frame without its size', zstd(content.tar, { contentSize: false }), zstdType],
    ["docker's media type for zstd", zstd(content.tar), 'application/vnd.docker.image.rootfs.diff.tar.zstd'],
  ])('is decoded to its end: %s', async (_, bytes, mediaType) => {
    const record = await stored(bytes, mediaType);
    expect([record.status, codesOf(record)]).toEqual(['ok', []]);
    expect(record.entries.filter(({ role }) => role === 'layer')).toMatchObject([
      { diffId: content.diffId, uncompressedBytes: content.tar.length, intact: true },
    ]);
  });

  it.each([
    ['gzip', gzip(content.tar), gzipType],
    ['gzip of many members', gzip(content.tar, { members: 40 }), gzipType],
    ['zstd', zstd(content.tar), zstdType],
  ])('cannot be decoded where its end is cut off: %s', async (_, bytes, mediaType) => {
    const record = await stored(bytes.subarray(0, bytes.length - 5), mediaType);
    expect(codesOf(record)).toEqual(['layer-undecodable']);
    expect(record.entries.filter(({ role }) => role === 'layer')).toMatchObject([
      { diffId: null, uncompressedBytes: null, intact: false },
    ]);
  });

  it.each([
    ['xz with SHA-256 checks', codec.xzSha256, 'application/vnd.oci.image.layer.v1.tar+xz', 'a SHA-256 check'],
    ['xz with a filter', codec.xzBranchFilter, 'application/vnd.oci.image.layer.v1.tar+xz', 'the x86 (BCJ) filter'],
    ['zstd with a dictionary', withDictionary, zstdType, 'needs a dictionary'],
    ['zstd with a dictionary without an ID', unnamed, zstdType, 'it needs a dictionary, which is not there, or it is'],
    ['lz4', startOf('04224d18'), plainType, 'lz4'],
    ['old lz4', startOf('02214c18'), plainType, 'lz4'],
    ['lzma without a container', startOf('5d00008000ffffffffffffffff'), plainType, 'lzma'],
    ['lzma with a small dictionary', startOf('5d000001000010000000000000'), plainType, 'lzma'],
    ['lzip', startOf('4c5a4950'), plainType, 'lzip'],
    ['compress', startOf('1f9d90'), plainType, 'compress'],
    ['7z', startOf('377abcaf271c'), plainType, '7z'],
    ['zip', startOf('504b0304'), plainType, 'zip'],
    ['snappy', startOf('ff060000734e61507059'), plainType, 'snappy'],
  ])('is not checked where it is a legal variant that is not decoded here: %s', async (_, bytes, mediaType, name) => {
    const record = await stored(Buffer.from(bytes), mediaType);
    expect([record.status, codesOf(record)]).toEqual(['ok', []]);
    const reason = expect.stringContaining(name);
    expect(record.notChecked).toMatchObject([{ subject: blobPath(digestOf(Buffer.from(bytes))), reason }]);
    expect(record.entries.filter(({ role }) => role === 'layer')).toMatchObject([
      { diffId: null, uncompressedBytes: null, intact: true },
    ]);
  });

  it('that is a tar is one, whatever the name of its first file looks like', async () => {
    for (const name of ['\u0004"M\u0018', 'LZIP', 'PK\u0003\u0004', 'LRZI']) {
      const bytes = rawTar([file(name, 'x')]);
      expect((await stored(bytes, plainType)).notChecked).toEqual([]);
    }
  });

  it('of such a variant has nothing that was compared where no digest names it', async () => {
    const entries = dockerSave([image({ layers: [content] })], { variant: 'legacy' });
    const name = entries.find((entry) => entry.name.endsWith('/layer.tar'))?.name ?? '';
    const record = await recordOfEntries(replaceContent(entries, name, Buffer.from(codec.xzSha256)));
    expect(codesOf(record).filter((code) => code === 'layer-undecodable' || code === 'diffid-mismatch')).toEqual([]);
    expect(record.notChecked.map(({ reason }) => reason).join()).toContain('a SHA-256 check');
    expect(record.entries.find((entry) => entry.name === name)).toMatchObject({ diffId: null, intact: null });
  });

  it('that needs a dictionary or is damaged is an error where no digest says that it is as it was stored', async () => {
    const saved = dockerSave([image({ layers: [content] })], { variant: 'legacy' });
    const name = saved.find((entry) => entry.name.endsWith('/layer.tar'))?.name ?? '';
    const unsaid = await recordOfEntries(replaceContent(saved, name, unnamed));
    expect(codesOf(unsaid)).toContain('layer-undecodable');
    expect(unsaid.findings.find(({ code }) => code === 'layer-undecodable')?.message).toMatch(
      /dictionary.* or it is damaged/,
    );
    const other = await recordOfEntries(
      ociLayout([
        ociManifest(image({ layers: [content] }), {
          compression: (of) => ({ ...compress(of, 'none', { mediaType: zstdType }), content: unnamed }),
        }),
      ]),
    );
    expect(codesOf(other)).toEqual(expect.arrayContaining(['digest-mismatch', 'layer-undecodable']));
  });

  it('has another diffID where a member is missing', async () => {
    const half = gzip(content.tar.subarray(0, 100 * 1024), { members: 2 });
    expect(codesOf(await stored(half, gzipType))).toEqual(['diffid-mismatch', 'layer-not-tar']);
  });

  it('is a warning where it is another compression than its type says', async () => {
    expect(codesOf(await stored(zstd(content.tar), gzipType))).toEqual(['compression-mismatch']);
    expect(codesOf(await stored(content.tar, zstdType))).toEqual(['compression-mismatch']);
  });
});

describe('a layer of no byte', () => {
  it('has no compression that could be another than its type says', async () => {
    expect(codesOf(await stored(Buffer.alloc(0), gzipType))).toEqual(['diffid-mismatch', 'layer-empty']);
  });
});

describe('the tar of a layer', () => {
  const codesOfLayer = async (spec: LayerSpec): Promise<string[]> =>
    codesOf(await recordOfEntries(dockerSave([image({ layers: [spec] })], { variant: 'podman' })));

  it('may be that of an empty layer', async () => {
    expect(await codesOfLayer(layerFromTar(Buffer.alloc(1024)))).toEqual([]);
  });

  it('may hold whiteouts, devices, links and directories', async () => {
    const spec = layer({
      files: [
        { path: 'dev/null', type: 'character-device', device: [1, 3] },
        { path: 'etc/.wh.passwd' },
        { path: 'var/.wh..wh..opq' },
        { path: 'bin/', type: 'directory' },
        { path: 'bin/sh', type: 'symlink', linkname: '/bin/busybox' },
        { path: 'bin/ls', type: 'link', linkname: 'bin/busybox' },
      ],
    });
    expect(await codesOfLayer(spec)).toEqual([]);
  });

  it('may name a directory twice', async () => {
    const spec = layer({
      files: [
        { path: 'a/', type: 'directory' },
        { path: 'a/', type: 'directory' },
      ],
    });
    expect(await codesOfLayer(spec)).toEqual([]);
  });

  it.each([
    ['the same path', 'a', 'a'],
    ['a path that is only written differently', 'a/b', './a//b'],
  ])('is a warning with a file twice: %s', async (_, first, second) => {
    const spec = layer({ files: [{ path: first }, { path: second }] });
    expect(await codesOfLayer(spec)).toEqual(['layer-path-duplicate']);
  });

  it('is none where a header is damaged', async () => {
    const spec = layerFromTar(flipByte(shell.tar, 3));
    expect(await codesOfLayer(spec)).toEqual(['layer-not-tar']);
  });

  it('is none where it ends inside a file', async () => {
    expect(await codesOfLayer(layerFromTar(shell.tar.subarray(0, 900)))).toEqual(['layer-not-tar']);
  });
});

describe('an image', () => {
  it('may have a layer twice, which is verified once and counted twice', async () => {
    const spec = image({ layers: [shell, program, shell] });
    const record = await recordOfEntries(ociLayout([withoutPlatform(ociManifest(spec))]));
    expect([record.status, codesOf(record)]).toEqual(['ok', []]);
    expect(record.images[0]?.layers.map(({ diffId }) => diffId)).toEqual([shell.diffId, program.diffId, shell.diffId]);
    expect(record.entries.filter(({ role }) => role === 'layer')).toHaveLength(2);
  });
});

describe('images of one tag', () => {
  const windows = (version: string) =>
    image({
      layers: [layer({ files: [{ path: version }] })],
      platform: { os: 'windows', architecture: 'amd64' },
      overrides: { 'os.version': version },
    });

  it('may be of several builds of Windows', async () => {
    const index = ociIndex(['10.0.17763.1', '10.0.20348.2'].map((version) => ociManifest(windows(version))));
    expect(codesOf(await recordOfEntries(ociLayout(tagged(index, ['a.example/x:1']))))).toEqual([]);
  });

  it('are ambiguous where one platform is spelled in two ways', async () => {
    const arm = (variant: string | undefined, path: string) =>
      ociManifest(
        image({
          layers: [layer({ files: [{ path }] })],
          platform: { os: 'linux', architecture: 'arm64', ...(variant === undefined ? {} : { variant }) },
        }),
      );
    const index = ociIndex([arm('v8', 'a'), arm(undefined, 'b')].map((node) => describeNode(node, {})));
    expect(codesOf(await recordOfEntries(ociLayout(tagged(index, ['a.example/x:1']))))).toEqual(['tag-ambiguous']);
  });
});
