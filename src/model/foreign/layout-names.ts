/** The names of files in an OCI image layout (image-layout.md), as far as they say something. Pure. */
import { type Digest, digestOf } from '../digest.js';

const blobName = /^blobs\/([a-z0-9]+)\/([0-9a-f]+)$/;

/** The digest that the name of a blob says; null for what is none by its name. */
export function digestOfBlobName(name: string): Digest | null {
  const [, algorithm = '', hex = ''] = blobName.exec(name) ?? [];
  return digestOf(algorithm, hex);
}
