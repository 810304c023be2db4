/** Pulled images as an archive that every loader takes: the documents of a pack, made of what the registry says. */
import { tryParseDigest } from '../../model/digest.js';
import { isImageConfigType } from '../../model/media-type.js';
import { layoutDocuments } from '../../pack/layout-documents.js';
import type { Root } from '../../pack/roots/image-roots.js';
import type { RootManifest } from '../../pack/roots/root-tree.js';
import { type ArchivePlan, planArchive } from '../archive/archive-plan.js';
import type { PulledImage } from './pulled-image.js';

/** The archive of these images, each root once with all its names. */
export async function archiveOf(images: readonly PulledImage[]): Promise<ArchivePlan> {
  const roots = new Map<string, Root>();
  for (const image of images) {
    const root = roots.get(image.graph.root.digest) ?? rootOf(image);
    root.references.add(image.name);
    roots.set(root.digest, root);
  }
  const ordered = [...roots.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  const references = new Map(ordered.map((root) => [root, [...root.references].sort()]));
  const names = { references, localTags: new Map(), superseded: new Map(), contested: [] };
  const blobs = new Map(images.flatMap(({ graph }) => [...graph.nodes]));
  return planArchive(layoutDocuments(ordered, names), blobs.values());
}

function rootOf({ graph }: PulledImage): Root {
  const { root, nodes, manifests } = graph;
  return {
    digest: root.digest,
    mediaType: root.mediaType,
    sizeBytes: root.sizeBytes,
    artifactType: null,
    platform: null,
    made: null,
    texts: new Map(),
    origins: [root.digest],
    annotations: new Map(),
    blobs: new Map([...nodes.values()].map(({ digest, sizeBytes }) => [digest, sizeBytes])),
    manifests: manifests.flatMap(imageManifest),
    references: new Set(),
    localTags: new Set(),
    archives: new Set(),
    problems: new Set(),
  };
}

/** None of what is no image. */
function imageManifest({ digest, document, descriptor }: PulledImage['graph']['manifests'][number]): RootManifest[] {
  const config = tryParseDigest(document.config?.digest);
  if (config === null || !isImageConfigType(document.config?.mediaType ?? null)) return [];
  const listed = (document.layers ?? []).flatMap((layer) => {
    const own = tryParseDigest(layer.digest);
    return own === null ? [] : [{ digest: own, mediaType: layer.mediaType ?? '' }];
  });
  return [
    {
      digest,
      before: digest,
      imageId: config,
      config,
      layers: listed.map((layer) => layer.digest),
      layerTypes: listed.map(({ mediaType }) => mediaType),
      platform: descriptor?.platform ?? null,
    },
  ];
}
