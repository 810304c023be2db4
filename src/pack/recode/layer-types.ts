/**
 * Which layers of an image can be stored in another form, and what its descriptor then says (OCI image spec, media-types.md;
 * docker's image manifest v2.2). Docker's types have no zstd: containerd takes one, skopeo and podman refuse the whole
 * manifest. So an image that gets a zstd layer gets the types of OCI, as BuildKit gives it.
 */
import {
  type Compression,
  dockerManifest,
  dockerManifestList,
  ociIndex,
  ociManifest,
  parseLayerType,
} from '../../model/media-type.js';

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

const ociTypes: ReadonlyMap<string, string> = new Map([
  [dockerManifest, ociManifest],
  [dockerManifestList, ociIndex],
  ['application/vnd.docker.container.image.v1+json', 'application/vnd.oci.image.config.v1+json'],
]);

/** What OCI calls something of docker's; null where that is no type of docker's, or OCI has no name for it. */
export function ociTypeOf(mediaType: string): string | null {
  const known = ociTypes.get(mediaType);
  if (known !== undefined || !mediaType.startsWith('application/vnd.docker.image.rootfs.')) return known ?? null;
  const { tar, foreign, compression } = parseLayerType(mediaType);
  const suffix = compression === null || compression === 'none' ? '' : `+${compression}`;
  return tar ? `application/vnd.oci.image.layer.${foreign ? 'nondistributable.' : ''}v1.tar${suffix}` : null;
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
