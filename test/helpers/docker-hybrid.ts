/**
 * `docker save` since version 25: an OCI layout that carries `manifest.json` and `repositories` as well. Layers are not
 * compressed, each tag has a descriptor of its own in `index.json`, and for every layer a v1 config lies among the blobs that
 * no document refers to.
 */
import { type Entry, replaceContent, sortEntries } from './archive-entry.js';
import { hexOf } from './digests.js';
import { derivedV1Chain, familiarName, repositories, saveManifest } from './docker-documents.js';
import { createdSeconds, type ImageSpec } from './image.js';
import { blobPath, ociLayout, tagged, withoutPlatform } from './oci-layout.js';
import { ociManifest } from './oci-node.js';

/** The entries of a hybrid archive of these images. */
export function dockerHybrid(images: readonly ImageSpec[]): Entry[] {
  const roots = images.flatMap((image) => {
    const node = withoutPlatform(ociManifest(image, { compression: 'none' }));
    return image.tags.length === 0 ? [node] : tagged(node, image.tags);
  });
  const orphans = images.flatMap((image) => derivedV1Chain(image).map(({ json }) => json));
  const mtime = Math.max(0, ...images.map(createdSeconds));
  const records = images.map((image) => ({
    Config: blobPath(image.id),
    RepoTags: image.tags.length === 0 ? null : image.tags.map(familiarName),
    Layers: image.layers.map((layer) => blobPath(layer.diffId)),
    LayerSources: Object.fromEntries(
      image.layers.map(({ diffId, tar }) => [
        diffId,
        { mediaType: 'application/vnd.oci.image.layer.v1.tar', size: tar.length, digest: diffId },
      ]),
    ),
  }));
  const tops = images.flatMap((image) =>
    image.tags.map((tag) => ({ reference: familiarName(tag), id: hexOf(image.layers.at(-1)?.diffId ?? '') })),
  );
  const layout = replaceContent(ociLayout(roots, { orphans, mtime }), 'oci-layout', '{"imageLayoutVersion": "1.0.0"}');
  return sortEntries([...layout, saveManifest(records), ...(tops.length === 0 ? [] : [repositories(tops)])]);
}
