/**
 * ChainIDs: what a layer is together with all layers below it (OCI image spec, config.md, "Layer ChainID"). Two images
 * share a base exactly as far as their chainIDs are equal.
 */
import type { Digest } from './digest.js';
import type { Sha256 } from './hashing.js';

/**
 * The chainID of each layer, base first: that of the first is its diffID, of every other the SHA-256 of the chainID
 * below it, a blank and its own diffID. From the first layer without a diffID on there is none. `below`: the chainID of
 * what these layers lie on; without it, on nothing.
 */
export function chainIds(
  diffIds: readonly (Digest | null)[],
  sha256: Sha256,
  below?: Digest | null,
): (Digest | null)[] {
  let chain = below;
  return diffIds.map((diffId) => {
    if (diffId === null || chain === null) chain = null;
    else chain = chain === undefined ? diffId : sha256([`${chain} ${diffId}`], 'utf8');
    return chain;
  });
}
