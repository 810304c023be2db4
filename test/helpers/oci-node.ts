/**
 * The documents of an OCI layout, built from the leaves up: a node is a descriptor together with every blob that it reaches,
 * so indexes of indexes, attestations and referrers compose, and a blob is left out by leaving it out of the list.
 */
import { type DigestAlgorithm, digestOf } from './digests.js';
import type { ImageSpec } from './image.js';
import { type CompressionChoice, layerMediaType, type MediaTypeFamily, storeLayers } from './stored-layer.js';

/** A descriptor as it is written. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly urls?: readonly string[];
  readonly data?: string;
  readonly artifactType?: string;
  readonly platform?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Bytes and the digest under which they are filed. */
export interface Blob {
  readonly digest: string;
  readonly content: Buffer;
}

/** A descriptor and every blob that it reaches, its own first. */
export interface OciNode {
  readonly descriptor: Descriptor;
  readonly blobs: readonly Blob[];
}

/** What all documents have in common. */
export interface DocumentOptions {
  /** Default: oci. */
  readonly family?: MediaTypeFamily;
  /** Of this document's own digest. Default: sha256. */
  readonly algorithm?: DigestAlgorithm;
  /** Annotations inside the document; those of its descriptor come from `describe`. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** The document that this one refers to. */
  readonly subject?: OciNode;
  readonly artifactType?: string;
}

/** How the manifest of an image is written. */
export interface ManifestOptions extends DocumentOptions {
  /** Default: gzip. */
  readonly compression?: CompressionChoice;
  /** Puts the config into its descriptor as well. Default: false. */
  readonly inlineConfig?: boolean;
}

const MANIFEST_TYPES = {
  oci: 'application/vnd.oci.image.manifest.v1+json',
  docker: 'application/vnd.docker.distribution.manifest.v2+json',
};
const INDEX_TYPES = {
  oci: 'application/vnd.oci.image.index.v1+json',
  docker: 'application/vnd.docker.distribution.manifest.list.v2+json',
};
const CONFIG_TYPES = {
  oci: 'application/vnd.oci.image.config.v1+json',
  docker: 'application/vnd.docker.container.image.v1+json',
};
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';
const EMPTY_CONTENT = Buffer.from('{}');

/** A node for bytes that reach nothing else. */
export function blobNode(mediaType: string, content: Buffer, algorithm?: DigestAlgorithm): OciNode {
  const digest = digestOf(content, algorithm);
  return { descriptor: { mediaType, digest, size: content.length }, blobs: [{ digest, content }] };
}

/** The node with more fields in its descriptor. */
export function describe(node: OciNode, fields: Partial<Descriptor>): OciNode {
  return { ...node, descriptor: { ...node.descriptor, ...fields } };
}

/** The node with its own document in the descriptor's `data`. */
export function inlineData(node: OciNode): OciNode {
  return describe(node, { data: node.blobs[0]?.content.toString('base64') ?? '' });
}

/** The node with none of its blobs: a platform that was not saved. */
export function absent(node: OciNode): OciNode {
  return { ...node, blobs: [] };
}

/** The node without one of its blobs; throws RangeError where it has none of that digest. */
export function withoutBlob(node: OciNode, digest: string): OciNode {
  const blobs = node.blobs.filter((blob) => blob.digest !== digest);
  if (blobs.length === node.blobs.length) throw new RangeError(`no blob ${digest}`);
  return { ...node, blobs };
}

/** The manifest of an image with its config and layers; foreign layers have no blob. */
export function ociManifest(image: ImageSpec, options: ManifestOptions = {}): OciNode {
  const { family = 'oci', compression = 'gzip', inlineConfig = false } = options;
  const plainConfig = blobNode(CONFIG_TYPES[family], image.config);
  const config = inlineConfig ? inlineData(plainConfig) : plainConfig;
  const layers = storeLayers(image.layers, compression).map((stored): OciNode => {
    const { content, digest, urls } = stored;
    const descriptor = { mediaType: layerMediaType(stored, family), digest, size: content.length };
    return urls === undefined
      ? { descriptor, blobs: [{ digest, content }] }
      : { descriptor: { ...descriptor, urls }, blobs: [] };
  });
  const { os, architecture, variant } = image.platform;
  const platform = { architecture, os, ...(variant === undefined ? {} : { variant }) };
  return describe(manifestNode(config, layers, options), { platform });
}

/** The manifest of an artifact: files under an empty config, unless a config is given. */
export function artifact(
  files: readonly OciNode[],
  options: DocumentOptions & { readonly config?: OciNode } = {},
): OciNode {
  const node = manifestNode(options.config ?? blobNode(EMPTY_TYPE, EMPTY_CONTENT), files, options);
  return options.artifactType === undefined ? node : describe(node, { artifactType: options.artifactType });
}

/** BuildKit's attestation of an image: an in-toto statement under the platform unknown/unknown. */
export function attestation(target: OciNode, predicateType = 'https://slsa.dev/provenance/v0.2'): OciNode {
  const { digest } = target.descriptor;
  const statement = {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType,
    subject: [{ name: '_', digest: { sha256: digest.slice('sha256:'.length) } }],
    predicate: { builder: { id: '' }, buildType: 'https://mobyproject.org/buildkit@v1' },
  };
  const content = Buffer.from(JSON.stringify(statement));
  const layer = describe(blobNode('application/vnd.in-toto+json', content), {
    annotations: { 'in-toto.io/predicate-type': predicateType },
  });
  const rootfs = { type: 'layers', diff_ids: [layer.descriptor.digest] };
  const config = { architecture: 'unknown', os: 'unknown', config: {}, rootfs };
  const node = manifestNode(blobNode(CONFIG_TYPES.oci, Buffer.from(JSON.stringify(config))), [layer], {});
  return describe(node, {
    annotations: { 'vnd.docker.reference.digest': digest, 'vnd.docker.reference.type': 'attestation-manifest' },
    platform: { architecture: 'unknown', os: 'unknown' },
  });
}

/** An index over other nodes. */
export function ociIndex(children: readonly OciNode[], options: DocumentOptions = {}): OciNode {
  const { family = 'oci' } = options;
  return documentNode(INDEX_TYPES[family], { manifests: children.map((child) => child.descriptor) }, children, options);
}

function manifestNode(config: OciNode, layers: readonly OciNode[], options: DocumentOptions): OciNode {
  const fields = { config: config.descriptor, layers: layers.map((layer) => layer.descriptor) };
  return documentNode(MANIFEST_TYPES[options.family ?? 'oci'], fields, [config, ...layers], options);
}

function documentNode(
  mediaType: string,
  fields: Readonly<Record<string, unknown>>,
  children: readonly OciNode[],
  { artifactType, subject, annotations, algorithm }: DocumentOptions,
): OciNode {
  const document = {
    schemaVersion: 2,
    mediaType,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...fields,
    ...(subject === undefined ? {} : { subject: subject.descriptor }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  const own = blobNode(mediaType, Buffer.from(JSON.stringify(document)), algorithm);
  return { ...own, blobs: [...own.blobs, ...children.flatMap((child) => child.blobs)] };
}
