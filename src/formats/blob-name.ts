/**
 * What the name of a blob file claims. `blobs/<algorithm>/<encoded>` is the layout's own rule (OCI image spec,
 * image-layout.md, "Content"); older rules_oci put `.tar.gz` behind it. Shared by all readers, so that no two of them
 * disagree whether a name claims a digest.
 */
import { type Digest, tryParseDigest } from '../model/digest.js';

const blobName = /^blobs[/\\]([^/\\]+)[/\\]([^/.\\]+)(?:\.tar(?:\.gz)?)?$/;

/** Whether an entry lies where a layout has its blobs. */
export function isBlobName(name: string): boolean {
  return blobName.test(name);
}

/** The digest that a blob's name claims, or null. */
export function blobNameDigest(name: string): Digest | null {
  const match = blobName.exec(name);
  return match === null ? null : tryParseDigest(`${match[1]}:${match[2]}`);
}
