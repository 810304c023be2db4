/**
 * What was observed of one archive, by entry index, ready to be laid beside its claims.
 */

import type { Digest } from '../model/digest.js';
import type { Finding } from '../model/finding.js';
import type { BlobObservation } from '../observe/observation.js';

export interface ObservedArchive {
  /** Whether all bodies came by in one pass, before it was known who claims what of them. */
  readonly streamed: boolean;
  /** The path of a file that was written to or replaced while it was read, or null. */
  readonly changed: string | null;
  /** What is wrong with the files that the archive was cut into; none of one that is one file. */
  readonly parts: readonly Finding[];
  readonly bodies: ReadonlyMap<number, BlobObservation>;
  /** Entries whose reading failed, with the reason. */
  readonly failed: ReadonlyMap<number, string>;
  /** Digests of the inline data of descriptors, in the order of the claims; null where the algorithm is unknown. */
  readonly inline: readonly (Digest | null)[];
}
