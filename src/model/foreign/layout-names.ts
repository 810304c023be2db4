/** The names of files in an OCI image layout (image-layout.md), as far as they say something. Pure. */
import { type Digest, digestOf, isAlgorithm } from '../digest.js';

const blobName = /^blobs\/([a-z0-9]+)\/([0-9a-f]+)$/;

/** The digest that the name of a blob says; null for what is none by its name, and for one that nobody here can check. */
export function digestOfBlobName(name: string): Digest | null {
  const [, algorithm = '', hex = ''] = blobName.exec(name) ?? [];
  return isAlgorithm(algorithm) ? digestOf(algorithm, hex) : null;
}
