/**
 * A layer in the form in which an archive or registry stores it: compressed or not, with the digest of those bytes, which is
 * another one than the diffID as soon as something was compressed. Two forms of one layer are twins.
 */
import { type GzipOptions, gzip, type ZstdOptions, zstd } from './compression.js';
import { type DigestAlgorithm, digestOf } from './digests.js';
import type { LayerSpec } from './layer.js';

/** How the stored bytes are compressed. */
export type Compression = 'none' | 'gzip' | 'zstd';

/** Whose media types a manifest uses. */
export type MediaTypeFamily = 'oci' | 'docker';

/** How a layer is stored. */
export interface StoreOptions extends GzipOptions, ZstdOptions {
  /** Default: sha256. */
  readonly algorithm?: DigestAlgorithm;
  /** Makes it a foreign layer: its media type says so, these addresses stand in the descriptor, its bytes are in no archive. */
  readonly urls?: readonly string[];
  /** A media type that is written instead of the one that follows from the compression. */
  readonly mediaType?: string;
}

/** The stored bytes of a layer and their digest. */
export interface StoredLayer {
  readonly layer: LayerSpec;
  readonly content: Buffer;
  readonly digest: string;
  readonly compression: Compression;
  readonly urls?: readonly string[];
  readonly mediaType?: string;
}

/** Picks the stored form of each layer of an image: one compression for all, or a choice by layer. */
export type CompressionChoice = Compression | ((layer: LayerSpec, index: number) => StoredLayer);

/** The layer in a stored form. */
export function compress(layer: LayerSpec, compression: Compression, options: StoreOptions = {}): StoredLayer {
  const content = storedBytes(layer.tar, compression, options);
  const { algorithm, urls, mediaType } = options;
  return {
    layer,
    content,
    digest: digestOf(content, algorithm),
    compression,
    ...(urls === undefined ? {} : { urls }),
    ...(mediaType === undefined ? {} : { mediaType }),
  };
}

function storedBytes(tar: Buffer, compression: Compression, options: StoreOptions): Buffer {
  if (compression === 'gzip') return gzip(tar, options);
  if (compression === 'zstd') return zstd(tar, options);
  return tar;
}

/** The stored forms of a list of layers, base first. */
export function storeLayers(layers: readonly LayerSpec[], choice: CompressionChoice): StoredLayer[] {
  return layers.map((layer, index) => (typeof choice === 'function' ? choice(layer, index) : compress(layer, choice)));
}

/** The media type of a stored layer. */
export function layerMediaType(stored: StoredLayer, family: MediaTypeFamily): string {
  if (stored.mediaType !== undefined) return stored.mediaType;
  const foreign = stored.urls !== undefined;
  const suffix = stored.compression === 'none' ? '' : stored.compression;
  if (family === 'docker') {
    const base = `application/vnd.docker.image.rootfs.${foreign ? 'foreign.diff' : 'diff'}.tar`;
    return suffix === '' ? base : `${base}.${suffix}`;
  }
  const base = `application/vnd.oci.image.layer.${foreign ? 'nondistributable.v1' : 'v1'}.tar`;
  return suffix === '' ? base : `${base}+${suffix}`;
}
