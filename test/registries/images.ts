/** Images to be sent: layers of random bytes that claim nothing of their content, so that only what registries look at is in them. */
import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Digest, parseDigest } from '../../src/model/digest.js';
import { ociIndex, ociManifest } from '../../src/model/media-type.js';
import type { RepositoryPlace } from '../../src/remote/place.js';
import type { RegistryClient } from '../../src/remote/registry-client.js';
import { rawTar } from '../helpers/raw-tar.js';

export interface MadeImage {
  readonly manifest: Buffer;
  readonly digest: Digest;
  readonly config: Buffer;
  readonly layers: readonly Buffer[];
}

export function digestOf(bytes: Buffer): Digest {
  return parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
}

export const blobOf = (bytes: Buffer) => ({ digest: digestOf(bytes), sizeBytes: bytes.length });
const descriptorOf = (mediaType: string, bytes: Buffer) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });

/** An image with layers of so many random bytes each. */
export function makeImage(layerBytes: readonly number[], more: object = {}): MadeImage {
  const tars = layerBytes.map((size, i) => rawTar([{ name: `file${i}`, content: randomBytes(size) }]));
  const layers = tars.map((tar) => gzipSync(tar, { level: 1 }));
  const diffIds = tars.map(digestOf);
  const config = Buffer.from(
    JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: diffIds } }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: ociManifest,
      config: descriptorOf('application/vnd.oci.image.config.v1+json', config),
      layers: layers.map((layer) => descriptorOf('application/vnd.oci.image.layer.v1.tar+gzip', layer)),
      ...more,
    }),
  );
  return { manifest, digest: digestOf(manifest), config, layers };
}

/** An index over images. */
export function makeIndex(images: readonly MadeImage[]): Buffer {
  const manifests = images.map(({ manifest }, i) => ({
    ...descriptorOf(ociManifest, manifest),
    platform: { os: 'linux', architecture: i === 0 ? 'amd64' : 'arm64' },
  }));
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests }));
}

/** The bytes in pieces, from any position. */
export const pieces = (bytes: Buffer) =>
  async function* (offsetBytes: number): AsyncGenerator<Buffer, void, void> {
    for (let at = offsetBytes; at < bytes.length; at += 65_536)
      yield bytes.subarray(at, Math.min(bytes.length, at + 65_536));
  };

/** Sends an image: what it is made of first, its manifest under the tag or its digest last. */
export async function send(
  client: RegistryClient,
  place: RepositoryPlace,
  image: MadeImage,
  tag?: string,
): Promise<void> {
  for (const blob of [image.config, ...image.layers]) await client.putBlob(place, blobOf(blob), pieces(blob));
  await client.putManifest(place, tag ?? image.digest, image.manifest, ociManifest);
}

export async function whole(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const found: Buffer[] = [];
  for await (const piece of body) found.push(piece);
  return Buffer.concat(found);
}
