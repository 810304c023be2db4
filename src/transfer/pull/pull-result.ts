/** What a pull has to say: its images and blobs, as the result document has them. Pure. */
import type { ContentNode, TransferPlan } from '../../content/transfer/transfer-plan.js';
import { type Digest, tryParseDigest } from '../../model/digest.js';
import { parseImageConfig } from '../../model/foreign/documents.js';
import { formatPlatform, normalizePlatform, type PlatformFields, platformFromFields } from '../../model/platform.js';
import type { Pull } from '../../model/results/registry/pull.js';
import { finished } from '../../model/work/work.js';
import type { PulledImage } from './pulled-image.js';

export type PullImage = Pull['images'][number];
export type PullBlob = Pull['blobs'][number];

/** An image as it is told before anything of it is fetched. */
export function imageRecord(
  { name, graph, config }: PulledImage,
  status: PullImage['status'],
  before: Digest | null,
): PullImage {
  const named = [...graph.manifests.map(({ descriptor }) => descriptor?.platform), configPlatform(config)];
  const platforms = named.flatMap((fields) => {
    const platform = platformFromFields(fields ?? {});
    return platform === null || platform.os === 'unknown' ? [] : [formatPlatform(normalizePlatform(platform))];
  });
  return {
    reference: name,
    digest: graph.root.digest,
    mediaType: graph.root.mediaType,
    status,
    before,
    platforms: [...new Set(platforms)],
    layers: pulledLayers({ graph }),
    bytes: [...graph.nodes.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

/** What a config says of the platform; one that cannot be read says nothing. */
function configPlatform(config: PulledImage['config']): PlatformFields | null {
  const parsed = config === null ? null : finished(parseImageConfig(config.bytes.toString('utf8')));
  return parsed?.ok === true ? parsed.value : null;
}

/** The layers of an image that are distributed, base first, each once. */
export function pulledLayers({ graph }: Pick<PulledImage, 'graph'>): Digest[] {
  const listed = graph.manifests.flatMap(({ document }) => [...(document.layers ?? []), ...(document.blobs ?? [])]);
  const digests = listed.flatMap(({ digest }) => tryParseDigest(digest) ?? []);
  return [...new Set(digests)].filter((digest) => graph.nodes.has(digest));
}

/** All blobs of a plan before it is carried out: those that are there, then those that come, in their order. */
export function blobRecords(
  { present, bodies, documents }: TransferPlan,
  resumedBytes: (node: ContentNode) => number,
): PullBlob[] {
  const record = (node: ContentNode, status: PullBlob['status']): PullBlob => ({
    digest: node.digest,
    role: node.role,
    bytes: node.sizeBytes,
    status,
    resumedBytes: status === 'planned' ? resumedBytes(node) : 0,
  });
  return [
    ...present.map((node) => record(node, 'already-exists')),
    ...[...bodies, ...documents].map((node) => record(node, 'planned')),
  ];
}
