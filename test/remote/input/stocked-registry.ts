/** Images of the builder of archives in the registry of the tests, which speaks HTTP on this machine. */
import type { OciNode } from '../../helpers/archive-builder.js';
import type { RegistryContent } from '../servers/registry-content.js';
import { manifestTypeOf } from './memory-registry.js';

/** Puts what a node reaches into a repository, and its own document under a tag. */
export function stock(content: RegistryContent, repository: string, tag: string, node: OciNode): void {
  for (const { digest, content: bytes } of node.blobs) {
    const mediaType = manifestTypeOf(bytes, node);
    if (mediaType === null) content.addBlob(repository, bytes);
    else content.addManifest(repository, bytes, mediaType, digest === node.descriptor.digest ? tag : undefined);
  }
}
