/**
 * Digests as the builder computes them: node:crypto over a whole Buffer, and nothing of `src/`, so that tests compare the
 * program's results with a second source.
 */
import { createHash } from 'node:crypto';

/** The digest algorithms of the OCI image specification. */
export type DigestAlgorithm = 'sha256' | 'sha512';

/** `<algorithm>:<lower-case hex>` of the content. */
export function digestOf(content: Buffer | string, algorithm: DigestAlgorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
}

/** The part of a digest behind the colon. */
export function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** The chainID of each layer, base first, from the diffIDs: sha256 of "<chainID below> <diffID>". */
export function chainIdsOf(diffIds: readonly string[]): string[] {
  const chainIds: string[] = [];
  for (const diffId of diffIds) {
    const below = chainIds.at(-1);
    chainIds.push(below === undefined ? diffId : digestOf(`${below} ${diffId}`));
  }
  return chainIds;
}
