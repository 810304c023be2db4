/** Media types: what they say of a document and of a layer, for every type that writers use and for what is none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dockerManifest,
  dockerManifestList,
  documentKind,
  isImageConfigType,
  isJsonLayerType,
  ociIndex,
  ociManifest,
  parseLayerType,
} from '../../src/model/media-type.js';

describe('the media type of a document', () => {
  it.each([
    [ociManifest, 'manifest'],
    [dockerManifest, 'manifest'],
    [ociIndex, 'index'],
    [dockerManifestList, 'index'],
    ['application/vnd.oci.descriptor.v1+json', 'unknown'],
    ['application/vnd.docker.distribution.manifest.v1+prettyjws', 'unknown'],
    [`${ociManifest};charset=utf-8`, 'unknown'],
    ['', 'unknown'],
    [null, 'unknown'],
  ])('%s is that of: %s', (mediaType, kind) => {
    expect(documentKind(mediaType)).toBe(kind);
  });

  it('tells an image config from others', () => {
    expect(
      [
        'application/vnd.oci.image.config.v1+json',
        'application/vnd.docker.container.image.v1+json',
        'application/vnd.oci.empty.v1+json',
        'application/vnd.cncf.helm.config.v1+json',
        null,
      ].map(isImageConfigType),
    ).toEqual([true, true, false, false, false]);
  });
});

describe('the media type of a layer', () => {
  const plain = { tar: true, compression: 'none', encrypted: false, foreign: false };

  it.each([
    ['application/vnd.oci.image.layer.v1.tar', plain],
    ['application/vnd.oci.image.layer.v1.tar+gzip', { ...plain, compression: 'gzip' }],
    ['application/vnd.oci.image.layer.v1.tar+zstd', { ...plain, compression: 'zstd' }],
    ['application/vnd.docker.image.rootfs.diff.tar', plain],
    ['application/vnd.docker.image.rootfs.diff.tar.gzip', { ...plain, compression: 'gzip' }],
    ['application/vnd.docker.image.rootfs.diff.tar.zstd', { ...plain, compression: 'zstd' }],
    ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', { ...plain, compression: 'gzip', foreign: true }],
    ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', { ...plain, compression: 'gzip', foreign: true }],
    ['application/vnd.oci.image.layer.v1.tar+gzip+encrypted', { ...plain, compression: 'gzip', encrypted: true }],
    ['application/vnd.oci.image.layer.v1.tar+encrypted', { ...plain, encrypted: true }],
  ])('%s', (mediaType, expected) => {
    expect(parseLayerType(mediaType)).toEqual(expected);
  });

  it.each([
    '',
    'application/octet-stream',
    'application/vnd.oci.image.layer.v1.tar+brotli',
    'application/vnd.oci.image.layer.v1.tar+',
    'application/vnd.oci.image.layer.v2.tar',
    'application/vnd.oci.image.layer.v1.tar+gzip ',
    'application/vnd.oci.image.layer.nydus.blob.v1',
    'application/vnd.sylabs.image.layer.v1.squashfs',
  ])('says nothing of a tar: %j', (mediaType) => {
    expect(parseLayerType(mediaType)).toEqual({ tar: false, compression: null, encrypted: false, foreign: false });
  });

  it('tells documents from file systems', () => {
    expect(
      [
        'application/vnd.in-toto+json',
        'application/vnd.dev.cosign.simplesigning.v1+json',
        'application/json',
        'application/vnd.oci.image.layer.v1.tar',
        '',
      ].map(isJsonLayerType),
    ).toEqual([true, true, true, false, false]);
  });

  it('never throws, and names no compression where it is no tar', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const type = parseLayerType(text);
        expect(type.tar).toBe(type.compression !== null);
      }),
    );
  });
});
