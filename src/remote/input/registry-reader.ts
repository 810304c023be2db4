/** What is asked of a client of registries to read one as an INPUT. */
import type { Digest } from '../../model/digest.js';

/** A repository by the host that references name, and its path there. */
interface Place {
  readonly registry: string;
  readonly repository: string;
}

interface Blob {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** A client of registries, as far as it reads. All throw VarveError `remote` for what does not come. */
export interface RegistryReader {
  /** A manifest or index by tag or digest, its digest computed from its bytes; null where there is none. */
  manifest(
    place: Place,
    reference: string,
  ): Promise<(Blob & { readonly mediaType: string; readonly bytes: Buffer }) | null>;
  /** What the registry says that a tag or digest is, without its bytes: a claim. Null where there is none. */
  headManifest(place: Place, reference: string): Promise<(Blob & { readonly mediaType: string }) | null>;
  /** The bytes of a blob from a position on. */
  blob(place: Place, descriptor: Blob, offsetBytes?: number): AsyncIterable<Buffer>;
  /** A small blob whole, its size and digest checked. */
  blobDocument(place: Place, descriptor: Blob): Promise<Buffer>;
  /** What the registry lists as referring to a manifest by `subject`: claims. */
  referrers(place: Place, digest: Digest): Promise<readonly Blob[]>;
  tags(place: Place): AsyncIterable<string>;
  catalog(registry: string): AsyncIterable<string>;
}
