/**
 * Which layers of an image can be stored in another form, and what its descriptor then says (OCI image spec, media-types.md;
 * docker's image manifest v2.2, of which containerd knows a zstd layer too).
 */
import { type Compression, parseLayerType } from '../../model/media-type.js';

/** The compressions that a layer in a manifest may have. */
export type LayerCompression = Extract<Compression, 'none' | 'gzip' | 'zstd'>;

/** Why a layer of that type stays as it is; null where it may have another form. */
export function unchangedReason(mediaType: string): string | null {
  const { tar, encrypted, foreign } = parseLayerType(mediaType);
  if (foreign) return 'it is non-distributable';
  if (encrypted) return 'it is encrypted';
  return tar ? null : 'its media type promises no tar';
}

/** The type of the same layer in another form: of the family of the type that it has. */
export function layerTypeOf(mediaType: string, compression: LayerCompression): string {
  const isDocker = mediaType.startsWith('application/vnd.docker.');
  const plain = isDocker ? 'application/vnd.docker.image.rootfs.diff.tar' : 'application/vnd.oci.image.layer.v1.tar';
  return compression === 'none' ? plain : `${plain}${isDocker ? '.' : '+'}${compression}`;
}

/** Whether somebody else may turn a form into the one with that compression. */
export function isLayerCompression(compression: Compression | null): compression is LayerCompression {
  return compression === 'none' || compression === 'gzip' || compression === 'zstd';
}

const formAnnotations = [
  // eStargz: the table of contents in its last member.
  'containerd.io/snapshot/stargz/',
  'io.containers.estargz.',
  // zstd:chunked: the table of contents in its last frames.
  'io.github.containers.zstd-chunked.',
  // Where a registry has the blob of that digest.
  'containerd.io/distribution.source.',
];

/** Whether an annotation of a descriptor is about the bytes of one form. */
export function isAboutForm(key: string): boolean {
  return formAnnotations.some((prefix) => key.startsWith(prefix));
}
