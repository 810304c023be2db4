/**
 * What a media type says about a blob (OCI image spec, media-types.md; docker's image manifest v2.2).
 * A media type is a claim: the magic bytes of the blob decide, and a difference is a finding.
 */

/** How bytes are compressed; `none` is a plain tar or anything that no magic number marks. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2';

export type MediaTypeKind = 'index' | 'manifest' | 'unknown';

export const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
export const ociIndex = 'application/vnd.oci.image.index.v1+json';
export const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';
export const dockerManifestList = 'application/vnd.docker.distribution.manifest.list.v2+json';

const configTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

/**
 * A delta is an OCI artifact (manifest.md, "Guidelines for Artifact Usage"): this is its `artifactType`. Its first part says how
 * the whole is put together, the others are bodies that the base lacks.
 */
export const deltaArtifactType = 'application/vnd.varve.delta.v1';
/** Of the part of a delta that says how the whole is put together. */
export const recipeType = 'application/vnd.varve.delta.recipe.v1+json';
/** Of a body in a delta, whatever it is to the images. */
export const addedType = 'application/octet-stream';
/** Of the config of an artifact that has none; its bytes are `{}`. */
export const emptyConfigType = 'application/vnd.oci.empty.v1+json';

/** Whether a document of that media type is an index, a manifest, or not told by it. */
export function documentKind(mediaType: string | null): MediaTypeKind {
  if (mediaType === ociIndex || mediaType === dockerManifestList) return 'index';
  if (mediaType === ociManifest || mediaType === dockerManifest) return 'manifest';
  return 'unknown';
}

/** Whether a config descriptor of that media type holds an image config. */
export function isImageConfigType(mediaType: string | null): boolean {
  return mediaType !== null && configTypes.has(mediaType);
}

/** What the media type of a layer says. `tar: false`: the type does not promise a tar. */
export interface LayerType {
  readonly tar: boolean;
  /** Compression that the type names; null where it names none that we know. */
  readonly compression: Compression | null;
  readonly encrypted: boolean;
  /** Non-distributable: expected to be absent from an archive. */
  readonly foreign: boolean;
}

/** Reads the media type of a layer descriptor. Unknown types give `tar: false`: only the digest of such a blob is checked. */
export function parseLayerType(mediaType: string): LayerType {
  const encrypted = mediaType.endsWith('+encrypted');
  const plain = encrypted ? mediaType.slice(0, -'+encrypted'.length) : mediaType;
  const foreign = plain.includes('nondistributable') || plain.includes('.foreign.');
  const match =
    /^application\/vnd\.(?:oci\.image\.layer(?:\.nondistributable)?\.v1\.tar|docker\.image\.rootfs\.(?:foreign\.)?diff\.tar)(?:[+.](gzip|zstd|xz|bzip2))?$/.exec(
      plain,
    );
  if (match === null) return { tar: false, compression: null, encrypted, foreign };
  return { tar: true, compression: (match[1] ?? 'none') as Compression, encrypted, foreign };
}

/** Whether a layer of that type is a JSON document (a signature, an attestation), so no part of a file system. */
export function isJsonLayerType(mediaType: string): boolean {
  return mediaType.endsWith('+json') || mediaType === 'application/json';
}
